import type { Auth, Dialect, DialectName, HmacDialect } from './dialect.ts';

const standardWebhooks = (vendor: string): HmacDialect => ({
  scheme: 'hmac',
  algorithm: 'sha256',
  key: { encoding: 'base64', prefix: 'whsec_' },
  signed: '{id}.{timestamp}.{body}',
  signature: { header: `${vendor}-signature`, encoding: 'base64', prefix: 'v1,', separator: ' ' },
  id: { header: `${vendor}-id` },
  timestamp: { header: `${vendor}-timestamp`, format: 'unix-seconds', toleranceSeconds: 300 },
});

/** WebSub: as GitHub and Jira sign, each in a header of its own. */
const hubSignature = (header: string): HmacDialect => ({
  scheme: 'hmac',
  algorithm: 'sha256',
  key: { encoding: 'utf8' },
  signed: '{body}',
  signature: { header, encoding: 'hex', prefix: 'sha256=' },
});

const authorization = { scheme: 'static', header: 'authorization', encoding: 'verbatim' } as const;

/** The dialects that need not be declared. Sources: the vendors' pages and captures named in test/fixtures/README.md. */
export const DIALECTS = {
  /** Standard Webhooks 1.0.0, symmetric signatures (v1); five minutes as in its reference library. */
  'standard-webhooks': standardWebhooks('webhook'),
  svix: standardWebhooks('svix'),
  /** As its one public capture proves; it retries for two and a half hours. */
  bamboohr: {
    scheme: 'hmac',
    algorithm: 'sha256',
    key: { encoding: 'utf8' },
    signed: '{body}{timestamp}',
    signature: { header: 'x-bamboohr-signature', encoding: 'hex' },
    timestamp: {
      header: 'x-bamboohr-timestamp',
      format: ['unix-seconds', 'unix-milliseconds', 'iso'],
      toleranceSeconds: 86_400,
    },
    uncertain:
      'Whether a retry carries a new time is not said, so a day is allowed; pages show other formats of the time.',
  },
  hibob: {
    scheme: 'hmac',
    algorithm: 'sha512',
    key: { encoding: 'utf8' },
    signed: '{body}',
    signature: { header: 'bob-signature', encoding: 'base64' },
    uncertain: 'Nobody has published a delivery with its signature; whether the ping is signed is not said.',
  },
  jira: hubSignature('x-hub-signature'),
  'jira-oauth': {
    scheme: 'jwt',
    header: 'authorization',
    prefix: 'Bearer ',
    toleranceSeconds: 60,
    uncertain:
      'What the token says is not documented: an end (`exp`) is asked for, unless `toleranceSeconds` of the source is null. The token does not cover the body.',
  },
  github: hubSignature('x-hub-signature-256'),
  zendesk: {
    scheme: 'hmac',
    algorithm: 'sha256',
    // the text itself, although it looks like base64; with the published one Zendesk tests a webhook before it exists
    key: { encoding: 'utf8', published: ['dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=='] },
    signed: '{timestamp}{body}',
    signature: { header: 'x-zendesk-webhook-signature', encoding: 'base64' },
    timestamp: { header: 'x-zendesk-webhook-signature-timestamp', format: 'iso', toleranceSeconds: 3600 },
    uncertain: 'Zendesk names no tolerance, nor whether a retry carries a new time; an hour is ours.',
  },
  okta: {
    ...authorization,
    uncertain: 'Okta lets you name the header; here it is Authorization. Nothing is signed.',
  },
  authorization,
  bearer: { ...authorization, prefix: 'Bearer ' },
  basic: { ...authorization, prefix: 'Basic ', encoding: 'base64' },
} satisfies Record<DialectName, Dialect>;

/** How a source shows who it is. */
export function dialectOf({ auth }: { auth: Auth }): Dialect {
  return typeof auth === 'string' ? DIALECTS[auth] : auth;
}
