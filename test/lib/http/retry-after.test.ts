import { expect, test } from '@jest/globals';
import { retryAfter } from '../../../lib/http/retry-after.ts';

const NOW = Date.parse('2026-09-01T12:00:00Z');

test.each<[string | null, number, string]>([
  ['60', 60_000, 'seconds are what Bitsight was seen to send'],
  [' 7 ', 7000, 'blanks around a value mean nothing'],
  ['2.5', 2500, 'a fraction is readable'],
  ['0', 1000, 'zero would be a loop without a pause'],
  ['-5', 1000, 'the past has come'],
  ['864000', 3_600_000, 'ten days are no answer to a rate limit'],
  ['999999999999999999999999', 3_600_000, 'no number is too large to be clamped'],
  ['Tue, 01 Sep 2026 12:01:30 GMT', 90_000, 'an HTTP date is the other form'],
  ['Tue, 01 Sep 2026 11:00:00 GMT', 1000, 'a date that is over has come'],
  ['Tue, 01 Sep 2027 12:00:00 GMT', 3_600_000, 'a year is no answer to a rate limit'],
  ['Tuesday, 01-Sep-26 12:01:30 GMT', 90_000, 'the old form of the date must be read too'],
  ['Tue, 01 Sep 2026 12:01:30', 60_000, 'a date without a zone could be any time'],
  ['2026-09-01T12:01:30Z', 60_000, 'ISO 8601 is no HTTP date'],
  ['soon', 60_000, 'what is unreadable says nothing'],
  ['', 60_000, 'an empty value says nothing'],
  [null, 60_000, 'Bitsight advises a minute where it says nothing'],
])('fault 09: %j is a wait of %i ms, because %s', (header, expected) => {
  expect(retryAfter(header, NOW).ms).toBe(expected);
});

test.each([
  ['0', true],
  ['-5', true],
  ['864000', true],
  ['Tue, 01 Sep 2027 12:00:00 GMT', true],
  ['1', false],
  ['3600', false],
  ['Tue, 01 Sep 2026 12:01:30 GMT', false],
  ['soon', false],
  [null, false],
])('fault 09: whether another wait was taken than %j asks for is told: %s', (header, clamped) => {
  expect(retryAfter(header, NOW).clamped).toBe(clamped);
});
