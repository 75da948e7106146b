import { guardsOf } from './guard.ts';

const [VERIFY, DIALECTS, TOKEN, AUTH, HANDSHAKE, DOOR, CAPTURE, JSON_BODY] = [
  'lib/webhooks/verify',
  'lib/webhooks/dialects',
  'lib/webhooks/token',
  'lib/config/auth',
  'functions/webhook/handshake',
  'functions/webhook/handler',
  'functions/webhook/capture',
  'lib/webhooks/json',
];

/** The door: who is let in, and what of it is read. */
export const DOORS = [
  ...guardsOf('lib/webhooks/verify.ts', [
    [
      'length of a list of signatures',
      'if (given.length > MOST_SIGNATURES)',
      'if (given.length < 0)',
      VERIFY,
      'a list of thousands of signatures costs nothing',
    ],
    [
      'several secrets at once',
      'keys.flatMap(expected)',
      'keys.slice(0, 1).flatMap(expected)',
      DIALECTS,
      'several secrets are good at once',
    ],
    [
      'signature',
      "matches.includes(true) ? proven(check) : refused('signature-wrong')",
      'proven(check)',
      DIALECTS,
      'one flipped bit is refused wherever it is',
    ],
    ['timestamp tolerance', 'if (Math.abs(now - at) <= seconds * 1000) return', 'return', VERIFY, 'too old'],
    [
      'compared in constant time',
      'timingSafeEqual(text, wanted)',
      'text.equals(wanted)',
      'architecture/source',
      'compares signatures in constant time',
    ],
  ]),
  ...guardsOf('lib/webhooks/headers.ts', [
    [
      'a header that comes twice',
      "if (values.length > 1) throw new Refused('header-doubled');",
      '',
      VERIFY,
      'doubled, so that it is open which one counts',
    ],
  ]),
  ...guardsOf('lib/webhooks/key.ts', [
    [
      'a published secret',
      'if (published.includes(secret.trim())) return undefined;',
      '',
      VERIFY,
      'the secret with which Zendesk tests',
    ],
    [
      'a password of some length',
      ' && longEnough(Buffer.from(secret.slice(colon + 1)))',
      '',
      DIALECTS,
      'a secret that is too short or empty is no key',
    ],
    [
      'keys that can be guessed',
      ' && bytes.length >= LEAST_KEY_BYTES',
      '',
      VERIFY,
      'nothing can be signed with what is no key',
    ],
  ]),
  ...guardsOf('lib/webhooks/json.ts', [
    ['depth of a body', 'if (depth > MOST_DEPTH)', 'if (depth < 0)', JSON_BODY, 'is nested too deep'],
    ['values of a body', 'if (values > MOST_VALUES)', 'if (values < 0)', JSON_BODY, 'has too many values'],
    [
      'keys that no sender needs',
      'Object.keys(value).some((key) => FORBIDDEN.has(key))',
      'false',
      JSON_BODY,
      'names a prototype',
    ],
  ]),
  ...guardsOf('functions/webhook/handler.ts', [
    [
      'what nobody expects',
      'if (!isAwaited(request, deps)) throw notAllowed();',
      '',
      HANDSHAKE,
      'a GET without a challenge',
    ],
    [
      'only a POST is a delivery',
      "if (request.method !== 'POST') throw notAllowed();",
      '',
      HANDSHAKE,
      'at a source of the same secret without it',
    ],
    [
      'body size cap',
      'if (body.length > MOST_BYTES)',
      'if (body.length < 0)',
      DOOR,
      'one byte more than 256 KiB is refused',
    ],
    [
      'an unknown source is refused',
      'if (known !== undefined && verdict?.ok)',
      'if (verdict?.ok)',
      DOOR,
      'a delivery that nobody we know signed',
    ],
    [
      'an unknown source takes the same work',
      'known ?? senders.values().next().value',
      'known',
      DOOR,
      'an unknown source takes the same work',
    ],
  ]),
  ...guardsOf('functions/webhook/capture.ts', [
    ['capture: its end', 'clock.now() < found.end', 'found.end > 0', CAPTURE, 'it ends with its last day'],
    ['capture: cap of an hour', 'kept.count <= MOST_AN_HOUR', 'kept.count > 0', CAPTURE, 'sixty an hour are kept'],
  ]),
  ...guardsOf('lib/sources/capture.ts', [
    [
      'capture: no secret',
      "if (dialect.scheme !== 'static' ||",
      "if (dialect.scheme !== 'hmac' ||",
      CAPTURE,
      'a header that is itself the secret',
    ],
  ]),
  ...guardsOf('lib/webhooks/timestamp.ts', [
    [
      'times of a fixed length',
      '/^[1-9]\\d{9}$/',
      '/^\\d+$/',
      VERIFY,
      'a digit cannot move from the time into the body',
    ],
  ]),
  ...guardsOf('lib/webhooks/token.ts', [
    [
      'algorithm of a token',
      "alg: z.literal('HS256')",
      'alg: z.string()',
      TOKEN,
      'by another algorithm, signed by ours',
    ],
    [
      'extensions of a token',
      ', crit: z.undefined().optional()',
      '',
      TOKEN,
      'with an extension that must be understood',
    ],
    ['a token ends', "if (exp === undefined) return 'claims-wrong';", '', TOKEN, 'without an end lives for ever'],
    ['end of a token', "if (now >= (exp + toleranceSeconds) * 1000) return 'too-old';", '', TOKEN, 'that has ended'],
    [
      'begin of a token',
      'Math.max(nbf, iat) * 1000 > now + toleranceSeconds * 1000',
      'false',
      TOKEN,
      'that is not valid yet',
    ],
    [
      'issuer of a token',
      "if (issuer !== undefined && iss !== issuer) return 'claims-wrong';",
      '',
      TOKEN,
      'by somebody else',
    ],
    [
      'audience of a token',
      "if (audience !== undefined && ![aud].flat().includes(audience)) return 'claims-wrong';",
      '',
      TOKEN,
      'for somebody else',
    ],
  ]),
  ...guardsOf('lib/webhooks/dialect.ts', [
    [
      'a dialect signs the body',
      "named.filter((name) => name === 'body').length !== 1",
      'false',
      AUTH,
      'a body that is not signed',
    ],
    [
      'a dialect signs its id',
      "named.includes('id') !== (id !== undefined)",
      'false',
      AUTH,
      'an id that is not signed',
    ],
    [
      'a dialect signs its time',
      "named.includes('timestamp') !== (timestamp !== undefined)",
      'false',
      AUTH,
      'a time that is not signed',
    ],
  ]),
  ...guardsOf('lib/webhooks/handshake.ts', [
    ['a handshake that is to be verified', ' && signed === proven', '', HANDSHAKE, 'GitHub’s ping that nobody signed'],
    ['method of a handshake', 'request.method === method && ', '', HANDSHAKE, 'Okta’s challenge by POST'],
    [
      'an origin that is one',
      'if (!ORIGIN.test(origin)) return undefined;',
      '',
      HANDSHAKE,
      'a question for an origin that is none',
    ],
  ]),
];
