import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { type Dialect, DIALECTS, sign, type SignedRequest, verify } from '../../../lib/webhooks/index.ts';
import { ALL_DIALECTS, secretOf } from '../../support/dialects.ts';
import { vectors } from '../../support/vectors.ts';

const NOW = 1_795_348_800_000;
const dialects = Object.entries(ALL_DIALECTS);

/** What a sender of this dialect delivers. */
function delivery(
  dialect: Dialect,
  body: Uint8Array,
  { id = 'msg_1', at = NOW, secret = secretOf(dialect) } = {},
): SignedRequest {
  const request = {
    method: 'POST',
    url: 'https://hooks.example.com/webhooks/x?a=1',
    headers: { 'x-tenant': 'acme' },
    body,
  };
  return { ...request, headers: { ...request.headers, ...sign(dialect, secret, { ...request, id, at }) } };
}
function verdict(dialect: Dialect, request: SignedRequest, { now = NOW, secrets = [secretOf(dialect)] } = {}) {
  const result = verify(dialect, request, { secrets, now });
  return result.ok || result.reason;
}

test.each(vectors)(
  'the signature that was published for $system ($kind) verifies',
  ({ system, headers, raw, secret, at: now }) => {
    const request = { method: 'POST', url: '', headers, body: raw };
    expect(verify(DIALECTS[system], request, { secrets: [secret], now })).toMatchObject({ ok: true });
  },
);

describe.each(dialects)('%s', (_, dialect) => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 });
  const id = fc.stringMatching(/^[\w-]{1,40}$/);
  const at = fc.integer({ min: 1.2e12, max: 4e12 });

  test('what is signed verifies, whatever the bytes, and not with another secret', () => {
    const property = fc.property(bytes, id, at, (body, id, at) => {
      const request = delivery(dialect, body, { id, at });
      expect(verdict(dialect, request, { now: at })).toBe(true);
      expect(verdict(dialect, request, { now: at, secrets: [secretOf(dialect, 1)] })).toBe('signature-wrong');
    });
    fc.assert(property, { seed: 1, numRuns: 30 });
  });

  test('one flipped bit is refused wherever it is: in the body, the time, the id, the signature, what else is signed', () => {
    const flipped = new Set<string>();
    const property = fc.property(bytes, fc.nat(), fc.nat(), fc.nat(7), (body, part, where, bit) => {
      const request = delivery(dialect, body);
      const parts = signedParts(dialect, request);
      const name = parts[part % parts.length] ?? '';
      const changed = flip(request, name, where, bit);
      fc.pre(!isSame(dialect, name, request.headers[name], changed.headers[name]));
      flipped.add(name);
      expect(verdict(dialect, changed)).not.toBe(true);
    });
    fc.assert(property, { seed: 2, numRuns: 400 });
    expect([...flipped].sort()).toEqual(signedParts(dialect, delivery(dialect, Buffer.from('x'))).sort());
  });

  test('several secrets are good at once, as in a rotation', () => {
    const [old, current] = [secretOf(dialect, 1), secretOf(dialect, 2)];
    const body = Buffer.from('{}');
    for (const secret of [old, current])
      expect(verdict(dialect, delivery(dialect, body, { secret }), { secrets: [current, old] })).toBe(true);
    expect(verdict(dialect, delivery(dialect, body), { secrets: [current, old] })).toBe('signature-wrong');
  });

  test('a header in another case is the same, a doubled one is refused, a missing one too', () => {
    const request = delivery(dialect, Buffer.from('{}'));
    const names = signedParts(dialect, request).filter((name) => name in request.headers);
    const withHeaders = (headers: SignedRequest['headers']) => verdict(dialect, { ...request, headers });
    const upper = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name.toUpperCase(), value]),
    );
    expect(withHeaders(upper)).toBe(true);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      const value = request.headers[name] ?? '';
      expect(withHeaders({ ...request.headers, [name.toUpperCase()]: value })).toBe('header-doubled');
      expect(withHeaders({ ...request.headers, [name]: undefined })).toBe('header-missing');
      expect(withHeaders({ ...request.headers, [name]: ' ' })).toBe('header-missing');
      if (!isList(dialect, name))
        expect(withHeaders({ ...request.headers, [name]: `${value},${value}` })).not.toBe(true);
    }
  });

  test('a secret that is too short or empty is no key: everybody could sign', () => {
    const request = delivery(dialect, Buffer.from('{}'));
    for (const secret of ['', ' ', 'short', 'user:', 'user:short'])
      expect(verdict(dialect, request, { secrets: [secret] })).toBe('secret-unusable');
  });
});

const timed = dialects.filter(([, dialect]) => windowOf(dialect) !== undefined);

test('a time is signed by those who say so', () => {
  expect(timed.map(([name]) => name)).toEqual(
    expect.arrayContaining(['standard-webhooks', 'svix', 'bamboohr', 'zendesk', 'jira-oauth', 'finch', 'everything']),
  );
});

describe.each(timed)('the time of %s', (_, dialect) => {
  const { past = 0, future = 0 } = windowOf(dialect) ?? {};
  const request = delivery(dialect, Buffer.from('{}'));
  test.each([
    ['just not too old', past, true],
    ['too old', past + 1000, 'too-old'],
    ['just not too new', -future, true],
    ['too new: with a clock set forward a replay would live long', -future - 1000, 'too-new'],
  ])('%s', (_, age, expected) => {
    expect(verdict(dialect, request, { now: NOW + age })).toBe(expected);
  });
});

/** How old and how new, milliseconds: a token lives for three minutes, and ends when its end is reached. */
function windowOf(dialect: Dialect): { past: number; future: number } | undefined {
  if (dialect.scheme === 'jwt') {
    const leeway = dialect.toleranceSeconds * 1000;
    return { past: 180_000 + leeway - 1, future: leeway };
  }
  const seconds = dialect.scheme === 'hmac' ? dialect.timestamp?.toleranceSeconds : undefined;
  return seconds === undefined ? undefined : { past: seconds * 1000, future: seconds * 1000 };
}

/** What no bit of may change: `body`, `method`, `url` or the name of a header. */
function signedParts(dialect: Dialect, { headers }: SignedRequest): string[] {
  if (dialect.scheme !== 'hmac') return [dialect.header];
  const placed = ['body', 'method', 'url'].filter((part) => dialect.signed.includes(`{${part}}`));
  return [
    ...placed,
    ...Object.keys(headers).filter((name) => name !== 'x-tenant' || dialect.signed.includes('x-tenant')),
  ];
}

function flip(request: SignedRequest, name: string, where: number, bit: number): SignedRequest {
  const flippedIn = (bytes: Uint8Array) => {
    const changed = Buffer.from(bytes);
    const at = where % changed.length;
    changed[at] = (changed[at] ?? 0) ^ (1 << bit);
    return changed;
  };
  const text = (value: string) => flippedIn(Buffer.from(value, 'latin1')).toString('latin1');
  if (name === 'body') return { ...request, body: flippedIn(request.body) };
  if (name === 'method' || name === 'url') return { ...request, [name]: text(request[name]) };
  return { ...request, headers: { ...request.headers, [name]: text(request.headers[name] ?? '') } };
}

/** A hexadecimal digit in upper case is the same digit. */
function isSame(dialect: Dialect, name: string, before = '', after = ''): boolean {
  if (dialect.scheme !== 'hmac' || name !== dialect.signature.header) return false;
  const { encoding, prefix = '' } = dialect.signature;
  const digits = (value: string) => value.slice(0, prefix.length) + value.slice(prefix.length).toLowerCase();
  return [encoding].flat().includes('hex') && digits(before) === digits(after);
}

/** Signatures that stand beside each other are how a list is written. */
function isList(dialect: Dialect, name: string): boolean {
  return dialect.scheme === 'hmac' && name === dialect.signature.header && dialect.signature.separator === ',';
}
