import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { type Dialect, DIALECTS, type Headers, sign, verify as verifyRequest } from '../../../lib/webhooks/index.ts';
import { vectors } from '../../support/vectors.ts';

const standardWebhooks = DIALECTS['standard-webhooks'];
const bamboohr = DIALECTS.bamboohr;
const dialects = { 'standard-webhooks': standardWebhooks, bamboohr, github: DIALECTS.github };
const verify = (dialect: Dialect, headers: Headers, body: Uint8Array, check: Parameters<typeof verifyRequest>[2]) =>
  verifyRequest(dialect, { method: 'POST', url: '', headers, body }, check);
const secrets = {
  'standard-webhooks': 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  bamboohr: '123b929362d51613054f71e5e5d4bf2c',
  github: "It's a Secret to Everybody",
};
const at = 1_700_000_000_000;
const body = Buffer.from('{"a":1}');
const signed = sign(standardWebhooks, secrets['standard-webhooks'], { body, id: 'msg_1', at });
const check = (headers: Headers, now = at, given = [secrets['standard-webhooks']]) =>
  verify(standardWebhooks, headers, body, { secrets: given, now });

test.each(vectors)(
  'a signature that $system itself published is accepted',
  ({ system, headers, raw, secret, at: now }) => {
    expect(verify(dialects[system], headers, raw, { secrets: [secret], now })).toMatchObject({ ok: true });
  },
);

test('the verdict carries the signed id and time, since they are the only ones to be trusted', () => {
  expect(check(signed)).toEqual({ ok: true, id: 'msg_1', at });
});

describe('whatever was signed cannot be changed', () => {
  test.each(vectors)(
    'one flipped bit in a delivery of $system is refused',
    ({ system, headers, raw, secret, at: now }) => {
      const names = Object.keys(headers);
      fc.assert(
        fc.property(fc.nat(names.length), fc.nat(), fc.nat(7), (part, where, bit) => {
          const flip = (bytes: Buffer) => {
            const changed = Buffer.from(bytes);
            const at = where % changed.length;
            changed[at] = (changed[at] ?? 0) ^ (1 << bit);
            return changed;
          };
          const name = names[part];
          const changed =
            name === undefined
              ? headers
              : { ...headers, [name]: flip(Buffer.from(headers[name] ?? '')).toString('latin1') };
          const bytes = name === undefined ? flip(raw) : raw;
          // a hexadecimal digit in upper case is the same digit, and blanks around a value are not part of it
          fc.pre(
            name === undefined ||
              changed[name]?.trim().toLowerCase() !== headers[name]?.toLowerCase() ||
              system === 'standard-webhooks',
          );
          const verdict = verify(dialects[system], changed, bytes, { secrets: [secret], now, toleranceSeconds: null });
          expect(verdict.ok).toBe(false);
        }),
        { seed: 1, numRuns: 300 },
      );
    },
  );

  test.each(Object.entries(dialects))(
    'what %s signs verifies, whatever the bytes, and not with another secret',
    (name, dialect) => {
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 300 }),
          fc.stringMatching(/^[\w-]{1,40}$/),
          fc.integer({ min: 1e12, max: 4e12 }),
          (bytes, id, now) => {
            const secret = secrets[name as keyof typeof secrets]; // -- Object.entries widens the key
            const headers = sign(dialect, secret, { body: bytes, id, at: now });
            expect(verify(dialect, headers, bytes, { secrets: [secret], now }).ok).toBe(true);
            const others = ['whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'another secret of some length'];
            expect(verify(dialect, headers, bytes, { secrets: others, now }).ok).toBe(false);
          },
        ),
        { seed: 2, numRuns: 50 },
      );
    },
  );
});

describe('time', () => {
  test.each([
    ['at the edge of the past', 300_000, true],
    ['too old', 301_000, 'too-old'],
    ['at the edge of the future', -300_000, true],
    ['too new: a clock set forward would make replays live long', -301_000, 'too-new'],
  ])('a delivery %s', (_, age, expected) => {
    const verdict = check(signed, at + age);
    expect(verdict.ok || verdict.reason).toBe(expected);
  });

  test.each([
    [60, 61_000, 'too-old'],
    [null, 10 * 365 * 86_400_000, true],
  ])('a source may set its own tolerance of %s seconds', (toleranceSeconds, age, expected) => {
    const verdict = verify(standardWebhooks, signed, body, {
      secrets: [secrets['standard-webhooks']],
      now: at + age,
      toleranceSeconds,
    });
    expect(verdict.ok || verdict.reason).toBe(expected);
  });

  test.each([
    ['unix-seconds', at],
    ['unix-milliseconds', at],
    ['iso', at],
  ] as const)('BambooHR may write %s, since its pages and its capture differ', (format, now) => {
    const timestamp = { header: 'x-bamboohr-timestamp', format, toleranceSeconds: 1 };
    const writes = { ...bamboohr, timestamp } as Dialect; // -- the type of one dialect in a record is not known
    const headers = sign(writes, secrets.bamboohr, { body, at: now });
    expect(verify(bamboohr, headers, body, { secrets: [secrets.bamboohr], now })).toEqual({ ok: true, at: now });
  });

  test('a digit cannot move from the time into the body, although nothing separates them', () => {
    const headers = sign(bamboohr, secrets.bamboohr, { body, at });
    const time = headers['x-bamboohr-timestamp'] ?? '';
    const moved = { ...headers, 'x-bamboohr-timestamp': time.slice(1) };
    const verdict = verify(bamboohr, moved, Buffer.concat([body, Buffer.from(time.slice(0, 1))]), {
      secrets: [secrets.bamboohr],
      now: at,
      toleranceSeconds: null,
    });
    expect(verdict).toEqual({ ok: false, reason: 'header-malformed' });
  });
});

describe('headers', () => {
  test('names are compared without case, as HTTP says', () => {
    const upper = Object.fromEntries(Object.entries(signed).map(([name, value]) => [name.toUpperCase(), value]));
    expect(check(upper).ok).toBe(true);
  });

  test.each([
    ['missing', { ...signed, 'webhook-signature': undefined }, 'header-missing'],
    ['empty', { ...signed, 'webhook-id': ' ' }, 'header-missing'],
    ['doubled, so that it is open which one counts', { ...signed, 'Webhook-Id': 'msg_2' }, 'header-doubled'],
    ['doubled and joined', { ...signed, 'webhook-timestamp': '1700000000,1700000000' }, 'header-malformed'],
    [
      'a joined signature',
      { ...signed, 'webhook-signature': `v1,AAAA,${signed['webhook-signature']}` },
      'signature-wrong',
    ],
    ['no number', { ...signed, 'webhook-timestamp': 'yesterday' }, 'header-malformed'],
    ['a number with a fraction', { ...signed, 'webhook-timestamp': '1700000000.0' }, 'header-malformed'],
    ['not ASCII', { ...signed, 'webhook-id': 'msg_\u00e9' }, 'header-malformed'],
    [
      'a signature without its version',
      { ...signed, 'webhook-signature': signed['webhook-signature']?.slice(3) },
      'signature-wrong',
    ],
    [
      'of another version',
      { ...signed, 'webhook-signature': signed['webhook-signature']?.replace('v1', 'v2') },
      'signature-wrong',
    ],
    [
      'signed in lenient base64',
      { ...signed, 'webhook-signature': `${signed['webhook-signature']}=` },
      'signature-wrong',
    ],
    ['signed by nothing', { ...signed, 'webhook-signature': 'v1,' }, 'signature-wrong'],
  ])('%s', (_, headers, reason) => {
    expect(check(headers)).toEqual({ ok: false, reason });
  });

  test('one good signature in a list is enough, as during a rotation at the sender', () => {
    const list = `v1a,AAAA v1,${'A'.repeat(43)}= ${signed['webhook-signature']}`;
    expect(check({ ...signed, 'webhook-signature': list }).ok).toBe(true);
  });
});

describe('secrets', () => {
  const other = 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
  test.each([
    ['the current one', [secrets['standard-webhooks'], other]],
    ['the one before', [other, secrets['standard-webhooks']]],
    ['one beside a value that is none', ['', secrets['standard-webhooks']]],
    ['one stored without its prefix and with a line end', [`${secrets['standard-webhooks'].slice(6)}\n`]],
  ])('%s may have signed', (_, given) => {
    expect(check(signed, at, given).ok).toBe(true);
  });

  test.each([[[]], [['']], [['whsec_']], [['whsec_c2hvcnQ=']], [['whsec_not base64, but long enough']]])(
    'secrets %j are our mistake and not the sender’s: with an empty key everybody could sign',
    (given) => {
      expect(check(signed, at, given)).toEqual({ ok: false, reason: 'secret-unusable' });
    },
  );

  test('nothing can be signed with what is no key', () => {
    expect(() => sign(bamboohr, 'short', { body, at })).toThrow(
      expect.objectContaining({ code: 'SECRET_UNAVAILABLE' }),
    );
  });
});
