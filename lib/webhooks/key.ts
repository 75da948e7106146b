import type { Dialect, StaticDialect } from './dialect.ts';

/** Shorter keys are guessed from one captured delivery, and with an empty one everybody can sign. */
const LEAST_KEY_BYTES = 16;
const STRICT = { base64: /^[A-Za-z0-9+/]+={0,2}$/, hex: /^([0-9a-f]{2})+$/i };
/** What a header can carry, without blanks at its ends. */
const PRINTABLE = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

/** The key in a secret, or undefined when the secret cannot be one. */
export function keyOf(dialect: Dialect, secret: string): Uint8Array | undefined {
  if (dialect.scheme === 'static') return staticKey(dialect.encoding, secret.trim());
  const { encoding, prefix = '', published = [] } = dialect.scheme === 'hmac' ? dialect.key : TEXT;
  if (published.includes(secret.trim())) return undefined;
  return longEnough(encoding === 'utf8' ? Buffer.from(secret) : decoded(secret.trim(), encoding, prefix));
}

const TEXT: { encoding: 'utf8'; prefix?: string; published?: string[] } = { encoding: 'utf8' };

/** Of `user:password` the password alone is secret. */
function staticKey(encoding: 'verbatim' | 'base64', secret: string): Uint8Array | undefined {
  if (encoding === 'verbatim') return PRINTABLE.test(secret) ? longEnough(Buffer.from(secret)) : undefined;
  const colon = secret.indexOf(':');
  return colon > 0 && longEnough(Buffer.from(secret.slice(colon + 1))) ? Buffer.from(secret) : undefined;
}

/** What a header holds whose value is the secret itself. */
export function shown({ prefix = '', encoding }: StaticDialect, key: Uint8Array): string {
  return prefix + Buffer.from(key).toString(encoding === 'base64' ? 'base64' : 'utf8');
}

function decoded(secret: string, encoding: 'base64' | 'hex', prefix: string): Uint8Array | undefined {
  const text = secret.startsWith(prefix) ? secret.slice(prefix.length) : secret;
  return STRICT[encoding].test(text) ? Buffer.from(text, encoding) : undefined;
}

function longEnough(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes !== undefined && bytes.length >= LEAST_KEY_BYTES ? bytes : undefined;
}
