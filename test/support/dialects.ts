import { type Dialect, DialectSchema } from '../../lib/webhooks/dialect.ts';
import { DIALECTS } from '../../lib/webhooks/index.ts';
import { DECLARED } from '../docs/declared-dialects.ts';

/** Everything that can be said of a dialect, at once. */
const everything = {
  scheme: 'hmac',
  algorithm: 'sha512',
  key: { encoding: 'hex', prefix: 'key_' },
  signed: '{method} {url}|{header:x-tenant}|{id}|{timestamp}|{body}',
  signature: { header: 'x-signature', encoding: ['base64url', 'hex'], prefix: 's=', separator: ';' },
  id: { header: 'x-id' },
  timestamp: { header: 'x-time', format: ['unix-milliseconds', 'iso'], toleranceSeconds: 60 },
} as const;
const strictToken = { scheme: 'jwt', header: 'x-token', issuer: 'us', audience: 'you', toleranceSeconds: 5 } as const;

/** Built in, declared in the docs, and beyond. */
export const ALL_DIALECTS: Record<string, Dialect> = {
  ...DIALECTS,
  ...Object.fromEntries(
    Object.entries({ ...DECLARED, everything, strictToken }).map(([name, dialect]) => [
      name,
      DialectSchema.parse(dialect),
    ]),
  ),
};

/** The nth secret in the form that the dialect prescribes; `openssl rand` would do as well. */
export function secretOf(dialect: Dialect, n = 0): string {
  const bytes = Buffer.alloc(24, 65 + n);
  if (dialect.scheme === 'static' && dialect.encoding === 'base64') return `bitsight:${bytes.toString()}`;
  if (dialect.scheme !== 'hmac' || dialect.key.encoding === 'utf8') return bytes.toString();
  return (dialect.key.prefix ?? '') + bytes.toString(dialect.key.encoding);
}
