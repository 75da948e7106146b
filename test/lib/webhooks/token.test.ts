import { describe, expect, test } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { type Dialect, DIALECTS, sign, verify } from '../../../lib/webhooks/index.ts';
import { tokenAs } from '../../../lib/webhooks/token.ts';

const NOW = 1_700_000_000_000;
const SECRET = 'the client secret of an app';
const body = Buffer.from('{}');
const encoded = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const seconds = NOW / 1000;
const good = { iat: seconds, exp: seconds + 180 };

function tokenOf(claims: unknown, head: unknown = { alg: 'HS256', typ: 'JWT' }, secret = SECRET): string {
  const input = `${encoded(head)}.${encoded(claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}
function verdict(token: string, dialect: Dialect = DIALECTS['jira-oauth'], toleranceSeconds?: number | null) {
  const headers = { authorization: token.includes(' ') ? token : `Bearer ${token}` };
  const request = { method: 'POST', url: '', headers, body };
  const result = verify(dialect, request, { secrets: [SECRET], now: NOW, toleranceSeconds });
  return result.ok || result.reason;
}

test('the signature is that of RFC 7515, appendix A.1', () => {
  const key = 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow';
  const token =
    'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  expect(tokenAs(token, Buffer.from(key, 'base64url'))).toBe(token);
});

describe('a token', () => {
  test.each([
    ['of now', tokenOf(good), true],
    ['as `sign` makes it', sign(DIALECTS['jira-oauth'], SECRET, { body, at: NOW })['authorization'] ?? '', true],
    ['without an end lives for ever', tokenOf({ iat: seconds }), 'claims-wrong'],
    ['that has ended', tokenOf({ ...good, exp: seconds - 60 }), 'too-old'],
    ['that ended within what two clocks may differ', tokenOf({ ...good, exp: seconds - 59 }), true],
    ['from the future', tokenOf({ ...good, iat: seconds + 61 }), 'too-new'],
    ['that is not valid yet', tokenOf({ ...good, nbf: seconds + 61 }), 'too-new'],
    ['whose end is text', tokenOf({ exp: String(seconds + 180) }), 'header-malformed'],
    ['that says nothing', tokenOf('null'), 'header-malformed'],
    ['that is no JSON', tokenOf('{'), 'header-malformed'],
    ['that names a prototype', tokenOf('{"exp":9999999999,"__proto__":{}}'), 'header-malformed'],
    ['nested deep', tokenOf(`{"exp":9999999999,"a":${'['.repeat(200)}${']'.repeat(200)}}`), 'header-malformed'],
    ['by another algorithm, signed by ours', tokenOf(good, { alg: 'none' }), 'header-malformed'],
    ['by an algorithm in another case', tokenOf(good, { alg: 'hs256' }), 'header-malformed'],
    ['with an extension that must be understood', tokenOf(good, { alg: 'HS256', crit: ['b64'] }), 'header-malformed'],
    ['without a signature', `${encoded({ alg: 'none' })}.${encoded(good)}.`, 'signature-wrong'],
    ['of another secret', tokenOf(good, undefined, 'another secret of an app'), 'signature-wrong'],
    ['with something behind it', `${tokenOf(good)}=`, 'signature-wrong'],
    [
      'with another part, signed by us',
      tokenAs(`${encoded({ alg: 'HS256' })}.${encoded(good)}.e30.`, Buffer.from(SECRET)),
      'header-malformed',
    ],
    ['without parts', 'token', 'signature-wrong'],
    ['of another scheme', `JWT ${tokenOf(good)}`, 'header-malformed'],
    ['that came twice', `Bearer ${tokenOf(good)},Bearer ${tokenOf(good)}`, 'signature-wrong'],
  ])('%s', (_, token, expected) => {
    expect(verdict(token)).toBe(expected);
  });

  const strict: Dialect = { ...DIALECTS['jira-oauth'], issuer: 'us', audience: 'you' };
  test.each([
    ['by us for you', { ...good, iss: 'us', aud: 'you' }, true],
    ['for several, you among them', { ...good, iss: 'us', aud: ['them', 'you'] }, true],
    ['by somebody else', { ...good, iss: 'them', aud: 'you' }, 'claims-wrong'],
    ['for somebody else', { ...good, iss: 'us', aud: ['them'] }, 'claims-wrong'],
    ['for nobody by nobody', good, 'claims-wrong'],
  ])('%s, where the dialect names both', (_, claims, expected) => {
    expect(verdict(tokenOf(claims), strict)).toBe(expected);
  });

  test('its times are not looked at where the source says so: then it need not have any', () => {
    expect(verdict(tokenOf({}), undefined, null)).toBe(true);
    expect(verdict(tokenOf({ exp: 1 }), undefined, null)).toBe(true);
  });
});
