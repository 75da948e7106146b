import { createHmac } from 'node:crypto';
import { AppError } from '../errors.ts';
import type { Dialect } from './dialects.ts';
import { writeTimestamp } from './timestamp.ts';

/** The parts of the signed string, as they travel. */
export interface SignedParts {
  body: Uint8Array;
  id: string;
  timestamp: string;
}

/** Shorter keys are guessed from one captured delivery, and with an empty one everybody can sign. */
const LEAST_KEY_BYTES = 16;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The key in a secret, or undefined when the secret cannot be one. */
export function keyOf({ key }: Dialect, secret: string): Uint8Array | undefined {
  const bytes = key.encoding === 'utf8' ? Buffer.from(secret) : base64Bytes(secret.trim(), key.prefix);
  return bytes !== undefined && bytes.length >= LEAST_KEY_BYTES ? bytes : undefined;
}

function base64Bytes(secret: string, prefix: string): Uint8Array | undefined {
  const text = secret.startsWith(prefix) ? secret.slice(prefix.length) : secret;
  return BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/** The signature as text, without its prefix. */
export function signatureOf({ algorithm, signed, signature }: Dialect, key: Uint8Array, parts: SignedParts): string {
  const hmac = createHmac(algorithm, key);
  const values: Record<string, string | Uint8Array> = {
    '{id}': parts.id,
    '{timestamp}': parts.timestamp,
    '{body}': parts.body,
  };
  for (const part of signed.split(/(\{\w+\})/)) hmac.update(values[part] ?? part);
  return hmac.digest(signature.encoding);
}

/**
 * The headers with which a sender of this dialect delivers `body`. `at` is epoch milliseconds. For tests, the demo and
 * whoever sends to us.
 *
 * @throws AppError SECRET_UNAVAILABLE when the secret cannot be a key of this dialect.
 */
export function sign(
  dialect: Dialect,
  secret: string,
  { body, id = '', at = 0 }: { body: Uint8Array; id?: string; at?: number },
): Record<string, string> {
  const key = keyOf(dialect, secret);
  if (key === undefined) throw new AppError('SECRET_UNAVAILABLE', 'The signing secret cannot be a key of its dialect.');
  const timestamp = dialect.timestamp === undefined ? '' : writeTimestamp(at, dialect.timestamp.formats[0]);
  const text = (dialect.signature.prefix ?? '') + signatureOf(dialect, key, { body, id, timestamp });
  return {
    [dialect.signature.header]: text,
    ...(dialect.id && { [dialect.id.header]: id }),
    ...(dialect.timestamp && { [dialect.timestamp.header]: timestamp }),
  };
}
