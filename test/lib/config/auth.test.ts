import { describe, expect, test } from '@jest/globals';
import { parseConfig, webhookSources } from '../../../lib/config/index.ts';
import { DIALECTS, dialectOf } from '../../../lib/webhooks/index.ts';

const hmac = {
  scheme: 'hmac',
  algorithm: 'sha256',
  key: { encoding: 'utf8' },
  signed: '{body}',
  signature: { header: 'X-Signature', encoding: 'hex' },
};

function dialect(source: object) {
  const input = { company: 'A', sources: { x: { secret: 's', ...source } } };
  const [, settings] = webhookSources(parseConfig(input, 'my.config.ts').sources)[0] ?? [];
  return settings && dialectOf(settings);
}
const declared = (auth: unknown) => dialect({ kind: 'standard-webhooks', auth });

describe('how a source shows who it is', () => {
  test.each(['standard-webhooks', 'bamboohr'] as const)('a source of the kind %s signs like its system', (kind) => {
    expect(dialect({ kind })).toEqual(DIALECTS[kind]);
  });

  test('another dialect is named, for a system that cannot sign', () => {
    expect(declared('basic')).toEqual(DIALECTS.basic);
  });

  test('any other is declared, the header in any case, since headers have none', () => {
    expect(declared(hmac)).toEqual({ ...hmac, signature: { header: 'x-signature', encoding: 'hex' } });
  });
});

const time = { header: 'x-time', format: 'unix-seconds', toleranceSeconds: 300 };

test.each([
  ['an unknown name', 'fax', 'auth: name one of standard-webhooks, svix, '],
  [
    'an unknown scheme',
    { scheme: 'rsa' },
    "auth.scheme: Invalid discriminator value. Expected 'hmac' | 'static' | 'jwt'",
  ],
  ['a weak hash', { ...hmac, algorithm: 'md5' }, 'auth.algorithm: '],
  [
    'an unknown encoding, where a list may stand too',
    { ...hmac, signature: { header: 'x-signature', encoding: 'hexx' } },
    'auth.signature.encoding: Invalid option: expected one of "hex"|"base64"|"base64url"',
  ],
  ['a header that is none', { scheme: 'static', header: 'x y' }, 'auth.header: the name of a header'],
  ['a body that is not signed', { ...hmac, signed: '{url}' }, 'auth.signed: must have {body} once'],
  ['a body signed twice', { ...hmac, signed: '{body}{body}' }, 'auth.signed: must have {body} once'],
  ['an unknown placeholder', { ...hmac, signed: '{body}{time}' }, 'auth.signed: has a placeholder that nobody knows'],
  ['an open placeholder', { ...hmac, signed: '{body}{' }, 'auth.signed: has a placeholder that nobody knows'],
  ['a header in the wrong case', { ...hmac, signed: '{body}{header:X}' }, 'auth.signed: has a placeholder'],
  ['a time without its header', { ...hmac, signed: '{body}{timestamp}' }, 'auth.signed: must have {timestamp} where'],
  [
    'a time that is not signed: it protects nobody',
    { ...hmac, timestamp: time },
    'auth.signed: must have {timestamp} where',
  ],
  [
    'an id that is not signed: it is not to be trusted',
    { ...hmac, id: { header: 'x-id' } },
    'auth.signed: must have {id} where',
  ],
  [
    'a window of weeks',
    { ...hmac, signed: '{body}{timestamp}', timestamp: { ...time, toleranceSeconds: 8 * 86_400 } },
    'auth.timestamp.toleranceSeconds: ',
  ],
  ['a misspelt setting', { ...hmac, keys: 1 }, 'auth.keys: no such setting'],
])('a dialect with %s is refused at its place', (_, auth, problem) => {
  expect(() => declared(auth)).toThrow(
    expect.objectContaining({ message: expect.stringContaining(`my.config.ts: sources.x.${problem}`) }),
  );
});
