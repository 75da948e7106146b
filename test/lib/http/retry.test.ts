import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { ERRORS, type ErrorCode } from '../../../lib/errors.ts';
import { nextAttempt, type FailedAttempt } from '../../../lib/http/retry.ts';

const POLICY = { attempts: 3, maxWaitMs: 120_000 };
const failedWith = (fields: Partial<FailedAttempt>): FailedAttempt => ({
  method: 'GET',
  code: 'BITSIGHT_NO_ANSWER',
  retryAfterMs: undefined,
  attempt: 1,
  refreshed: false,
  remainingMs: Infinity,
  ...fields,
});
const next = (fields: Partial<FailedAttempt>, policy = POLICY) => nextAttempt(policy, failedWith(fields), () => 0.5);

/** What is done after a first failure: for a read, for a write. */
const AFTER: Partial<Record<ErrorCode, [read: boolean, write: boolean]>> = {
  BITSIGHT_UNREACHABLE: [true, true],
  BITSIGHT_RATE_LIMITED: [true, true],
  BITSIGHT_AUTHENTICATION: [true, true],
  BITSIGHT_NO_ANSWER: [true, false],
  BITSIGHT_SERVER: [true, false],
  BITSIGHT_BLOCKED: [true, false],
  BITSIGHT_UNEXPECTED_ANSWER: [true, false],
};

// -- the keys of the table are its type
describe.each(Object.keys(ERRORS) as ErrorCode[])('after %s', (code) => {
  const [read, write] = AFTER[code] ?? [false, false];
  test(`a read is ${read ? 'repeated' : 'given up'}`, () => {
    expect(next({ code }) !== undefined).toBe(read);
  });
  test.each(['POST', 'PATCH', 'DELETE'])(`%s is ${write ? 'repeated' : 'given up'}`, (method) => {
    expect(next({ code, method }) !== undefined).toBe(write);
  });
});

test('what may have been carried out is never written again, whatever the code, the policy and the chance', () => {
  const unknown = (Object.keys(ERRORS) as ErrorCode[]).filter((code) => ERRORS[code].happened === 'unknown'); // -- its keys
  fc.assert(
    fc.property(
      fc.record({
        code: fc.constantFrom(...unknown),
        method: fc.constantFrom('POST', 'PATCH', 'DELETE'),
        attempt: fc.integer({ min: 1, max: 9 }),
        refreshed: fc.boolean(),
        retryAfterMs: fc.option(fc.nat(), { nil: undefined }),
        remainingMs: fc.nat(),
      }),
      fc.record({ attempts: fc.integer({ min: 1, max: 20 }), maxWaitMs: fc.nat() }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (failed, policy, chance) => nextAttempt(policy, failed, () => chance) === undefined,
    ),
    { seed: 1 },
  );
});

test('a refused token is read anew once a call, without a wait and without spending an attempt', () => {
  expect(next({ code: 'BITSIGHT_AUTHENTICATION', attempt: 3 })).toEqual({ waitMs: 0, refresh: true });
  expect(next({ code: 'BITSIGHT_AUTHENTICATION', refreshed: true })).toBeUndefined();
});

test('the number of attempts is the end of it', () => {
  expect(next({ attempt: 2 })).toBeDefined();
  expect(next({ attempt: 3 })).toBeUndefined();
  expect(next({ code: 'BITSIGHT_RATE_LIMITED', retryAfterMs: 1000, attempt: 3 })).toBeUndefined();
});

test.each([
  [1, 250],
  [2, 500],
  [3, 1000],
])('after attempt %i the wait is a random share of a time that doubles: %i ms at one half', (attempt, waitMs) => {
  expect(next({ attempt }, { attempts: 9, maxWaitMs: 120_000 })).toEqual({ waitMs, refresh: false });
});

test('no backoff is longer than the longest wait; with none at all the repeat is at once, on a new connection', () => {
  expect(next({ attempt: 8 }, { attempts: 9, maxWaitMs: 3000 })).toEqual({ waitMs: 1500, refresh: false });
  expect(next({}, { attempts: 3, maxWaitMs: 0 })).toEqual({ waitMs: 0, refresh: false });
});

test('a rate limit is waited out exactly as told, or not at all', () => {
  const limited = { code: 'BITSIGHT_RATE_LIMITED', retryAfterMs: 60_000 } as const;
  expect(next(limited)).toEqual({ waitMs: 60_000, refresh: false });
  expect(next(limited, { attempts: 3, maxWaitMs: 59_999 })).toBeUndefined();
});

test('a wait that the call has no time for is not begun', () => {
  expect(next({ code: 'BITSIGHT_RATE_LIMITED', retryAfterMs: 60_000, remainingMs: 60_000 })).toBeUndefined();
  expect(next({ code: 'BITSIGHT_RATE_LIMITED', retryAfterMs: 60_000, remainingMs: 60_001 })).toBeDefined();
});
