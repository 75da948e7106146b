import { describe, expect, test } from '@jest/globals';
import { type Dialect, DIALECTS, type Headers, sign, verify as verifyRequest } from '../../../lib/webhooks/index.ts';

const standardWebhooks = DIALECTS['standard-webhooks'];
const bamboohr = DIALECTS.bamboohr;
const verify = (dialect: Dialect, headers: Headers, body: Uint8Array, check: Parameters<typeof verifyRequest>[2]) =>
  verifyRequest(dialect, { method: 'POST', url: '', headers, body }, check);
const secrets = {
  'standard-webhooks': 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  bamboohr: '123b929362d51613054f71e5e5d4bf2c',
};
const at = 1_700_000_000_000;
const body = Buffer.from('{"a":1}');
const signed = sign(standardWebhooks, secrets['standard-webhooks'], { body, id: 'msg_1', at });
const check = (headers: Headers, now = at, given = [secrets['standard-webhooks']]) =>
  verify(standardWebhooks, headers, body, { secrets: given, now });

test('the verdict carries the signed id and time, since they are the only ones to be trusted', () => {
  expect(check(signed)).toEqual({ ok: true, id: 'msg_1', at });
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
    const writes: Dialect = { ...bamboohr, timestamp };
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

describe('what is signed besides', () => {
  const dialect: Dialect = {
    scheme: 'hmac',
    algorithm: 'sha256',
    key: { encoding: 'utf8' },
    signed: '{method}|{url}|{header:x-tenant}|{body}',
    signature: { header: 'x-signature', encoding: 'hex' },
  };
  const secret = 'a secret of some length';
  const request = { method: 'POST', url: 'https://a.example.com/webhooks/x', headers: { 'x-tenant': 'acme' }, body };
  const good = { ...request, headers: { ...request.headers, ...sign(dialect, secret, request) } };
  test.each([
    ['nothing is changed', good, true],
    ['the method', { ...good, method: 'PUT' }, 'signature-wrong'],
    ['the address', { ...good, url: 'https://b.example.com/webhooks/x' }, 'signature-wrong'],
    ['a header', { ...good, headers: { ...good.headers, 'x-tenant': 'other' } }, 'signature-wrong'],
    ['a header that is gone', { ...good, headers: { ...good.headers, 'x-tenant': undefined } }, 'header-missing'],
    ['a header that came twice', { ...good, headers: { ...good.headers, 'X-Tenant': 'acme' } }, 'header-doubled'],
  ])('%s', (_, changed, expected) => {
    const verdict = verifyRequest(dialect, changed, { secrets: [secret], now: at });
    expect(verdict.ok || verdict.reason).toBe(expected);
  });
});

describe('a secret in a header', () => {
  const secret = 'a secret of some length';
  const basic = 'user:a password of some length';
  const code = Buffer.from(basic).toString('base64');
  test.each([
    ['authorization', secret, secret, true],
    ['authorization', `${secret}\n`, secret, true],
    ['authorization', secret, `Bearer ${secret}`, 'signature-wrong'],
    ['authorization', secret, secret.slice(0, -1), 'signature-wrong'],
    ['authorization', secret, `${secret},${secret}`, 'signature-wrong'],
    ['authorization', 'ein Geheimnis mit ä', 'ein Geheimnis mit ä', 'header-malformed'],
    ['authorization', 'ein Geheimnis mit ä', 'something else', 'secret-unusable'],
    ['bearer', secret, `Bearer ${secret}`, true],
    ['bearer', secret, secret, 'signature-wrong'],
    ['bearer', secret, `Bearer  ${secret}`, 'signature-wrong'],
    ['basic', basic, `Basic ${code}`, true],
    ['basic', basic, `Basic ${code.replace(/=*$/, '')}`, code.endsWith('=') ? 'signature-wrong' : true],
    ['basic', basic, `Basic ${basic}`, 'signature-wrong'],
    ['basic', 'no colon in this long text', `Basic ${code}`, 'secret-unusable'],
    ['basic', 'a long user and a password:short', `Basic ${code}`, 'secret-unusable'],
    ['okta', secret, secret, true],
  ] as const)('%s with the secret %j and the header %j', (name, value, header, expected) => {
    const verdict = verify(DIALECTS[name], { authorization: header }, body, { secrets: [value], now: at });
    expect(verdict.ok || verdict.reason).toBe(expected);
  });
});

test('the secret with which Zendesk tests what does not exist yet is public and no key', () => {
  const published = 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==';
  expect(() => sign(DIALECTS.zendesk, published, { body, at })).toThrow('cannot be a key');
});

test('a list of thousands of signatures costs nothing', () => {
  const list = `${'v1,AAAA '.repeat(20)}${signed['webhook-signature']}`;
  expect(check({ ...signed, 'webhook-signature': list })).toEqual({ ok: false, reason: 'header-malformed' });
});
