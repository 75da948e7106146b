import { type Dialect, DialectSchema, type HmacDialect } from '../../lib/webhooks/dialect.ts';
import { DIALECTS } from '../../lib/webhooks/index.ts';
import { vectors } from '../support/vectors.ts';
import { DECLARED } from './declared-dialects.ts';
import { page, table } from './markdown.ts';

/** docs/sources/dialects.md: how senders show who they are, and how sure each of it is. */
export function dialectsPage(): string {
  return page('Dialects: how a sender shows who it is', 'lib/webhooks/dialects.ts', [
    'Every source has a dialect, that of its system where the configuration says no other: `auth: <name>`, or a dialect declared in its place. The secret is named by `secret` and never written down; the current one and the one before it are both accepted, so that it can be rotated without a gap. A secret, a key or a password has at least 16 bytes.',
    rows(DIALECTS),
    '**Vector**: a delivery and its signature as the vendor, its library or a public capture shows it verifies in the tests (`test/fixtures/README.md` names each). **Own consistency only**: nobody has published one; what we sign ourselves verifies, and one flipped bit does not.',
    '## Declaring one',
    [
      '```ts',
      'sources: {',
      '  hr: {',
      "    kind: 'standard-webhooks',",
      "    secret: 'hr-webhook',",
      '    auth: {',
      "      scheme: 'hmac',",
      "      algorithm: 'sha256',",
      "      key: { encoding: 'utf8' },",
      "      signed: '{timestamp}.{body}',",
      "      signature: { header: 'x-signature', encoding: 'hex', prefix: 'v1=', separator: ',' },",
      "      timestamp: { header: 'x-timestamp', format: 'unix-seconds', toleranceSeconds: 300 },",
      '    },',
      '  },',
      '}',
      '```',
    ].join('\n'),
    table(
      ['`scheme`', 'what it needs'],
      [
        [
          '`hmac`',
          '`algorithm`: `sha256` or `sha512`. `key`: how the secret becomes bytes, `encoding` `utf8`, `base64` or `hex`, after a `prefix`. `signed`: text with `{body}` once and, where they are signed, `{id}`, `{timestamp}`, `{method}`, `{url}`, `{header:x-name}`. `signature`: `header`, `encoding` `hex`, `base64` or `base64url` (or a list of those), a `prefix` before each, a `separator` between several. `id: { header }` and `timestamp: { header, format, toleranceSeconds }` only where they are signed: what is not signed can be set by whoever repeats a delivery. `format` is `unix-seconds`, `unix-milliseconds`, `iso` (with a zone) or a list of those',
        ],
        [
          '`static`',
          "the secret itself in `header`, after a `prefix`; `encoding: 'base64'` for `user:password` as in Basic",
        ],
        [
          '`jwt`',
          'a token signed by HS256 in `header`, after a `prefix`. It must say when it ends (`exp`) and, where they are named, `issuer` and `audience`; `toleranceSeconds`: how far two clocks may differ',
        ],
      ],
    ),
    'A time that is too old or too new is refused; `toleranceSeconds` of the source overrides that of the dialect, `null` switches it off. `{url}` is the address that was called, `https://` and the host included. A header that comes twice is refused; only where signatures are separated by commas HTTP makes two headers the same as one list. Every comparison takes the same time, whatever is compared. Who is refused gets `401` and is not told why; the metric `DeliveryRefused` tells you.',
    '## Declared, as examples',
    rows(Object.fromEntries(Object.entries(DECLARED).map(([name, dialect]) => [name, DialectSchema.parse(dialect)]))),
    ...Object.entries(DECLARED).map(([name, dialect]) => `\`${name}\`: \`auth: ${written(dialect)}\``),
    '## Handshakes',
    'Some systems look whether anybody is there before they deliver. It is answered where `handshake` of the source names it, and nothing is enqueued; without it such a request is refused like any other.',
    table(
      ['`handshake`', 'request', 'answer'],
      [
        [
          '`hibob-ping`',
          '`POST "Ping test"` or `{"text":"Ping test"}`, not verified: whether it is signed is not documented',
          '`200`',
        ],
        ['`github-ping`', '`POST` with `X-GitHub-Event: ping`, verified like a delivery', '`200`'],
        [
          '`okta-challenge`',
          '`GET` with `X-Okta-Verification-Challenge`, verified like a delivery',
          '`200 {"verification": "…"}`',
        ],
        [
          '`cloudevents`',
          '`OPTIONS` with `WebHook-Request-Origin`; `WebHook-Request-Callback` is never called',
          '`200` with `WebHook-Allowed-Origin` and `WebHook-Allowed-Rate`',
        ],
      ],
    ),
  ]);
}

function rows(dialects: Record<string, Dialect>): string {
  return table(
    ['dialect', 'header', 'what it holds', 'time', 'proof', 'not certain'],
    Object.entries(dialects).map(([name, dialect]) => [
      `\`${name}\``,
      `\`${dialect.scheme === 'hmac' ? dialect.signature.header : dialect.header}\``,
      holds(dialect),
      time(dialect),
      proof(name),
      dialect.uncertain ?? '',
    ]),
  );
}

const after = (prefix = '') => (prefix === '' ? '' : ` after \`${prefix}\``);

function holds(dialect: Dialect): string {
  if (dialect.scheme === 'jwt') return `a token (HS256)${after(dialect.prefix)}`;
  if (dialect.scheme === 'static')
    return `${dialect.encoding === 'base64' ? 'base64 of the secret, `user:password`,' : 'the secret'}${after(dialect.prefix)}`;
  const { algorithm, signed, signature } = dialect;
  const { encoding, prefix, separator } = signature;
  const blank = separator === ' ' ? 'a blank' : `\`${separator}\``;
  const list = separator === undefined ? '' : `, several separated by ${blank}`;
  const by = [encoding].flat().join(' or ');
  return `HMAC-${algorithm.toUpperCase()} over \`${signed}\` in ${by}${after(prefix)}${list}; ${key(dialect)}`;
}

function key({ key: { encoding, prefix = '' } }: HmacDialect): string {
  return encoding === 'utf8' ? 'key: the text' : `key: ${encoding}${prefix === '' ? '' : ` after \`${prefix}\``}`;
}

function time(dialect: Dialect): string {
  if (dialect.scheme === 'jwt') return `\`exp\`, ± ${dialect.toleranceSeconds} s`;
  if (dialect.scheme === 'static' || dialect.timestamp === undefined) return 'not signed';
  const { header, format, toleranceSeconds } = dialect.timestamp;
  return `\`${header}\`, ${[format].flat().join(' or ')}, ± ${toleranceSeconds} s`;
}

function proof(name: string): string {
  const vector = vectors.find(({ system }) => system === name);
  return vector === undefined ? 'own consistency only' : `vector: ${vector.kind}`;
}

/** As TypeScript is written. */
function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value).replaceAll('"', "'");
  const entries = Object.entries(value).filter(([name]) => name !== 'uncertain');
  return `{ ${entries.map(([name, inner]) => `${name}: ${written(inner)}`).join(', ')} }`;
}
