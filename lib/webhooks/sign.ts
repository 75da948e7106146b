import { AppError } from '../errors.ts';
import type { Dialect, HmacDialect, JwtDialect } from './dialect.ts';
import { keyOf, shown } from './key.ts';
import { signatureOf, type SignedRequest } from './signed.ts';
import { writeTimestamp } from './timestamp.ts';
import { tokenAs } from './token.ts';

export interface ToSign extends Partial<SignedRequest> {
  body: Uint8Array;
  /** Id of the delivery, where the dialect has one. */
  id?: string;
  /** Epoch milliseconds. */
  at?: number;
}

/**
 * The headers with which a sender of this dialect delivers `body`. For tests, the demo and whoever sends to us.
 *
 * @throws AppError SECRET_UNAVAILABLE when the secret cannot be a key of this dialect.
 */
export function sign(dialect: Dialect, secret: string, delivery: ToSign): Record<string, string> {
  const key = keyOf(dialect, secret);
  if (key === undefined) throw new AppError('SECRET_UNAVAILABLE', 'The signing secret cannot be a key of its dialect.');
  switch (dialect.scheme) {
    case 'hmac':
      return signature(dialect, key, delivery);
    case 'static':
      return { [dialect.header]: shown(dialect, key) };
    case 'jwt':
      return { [dialect.header]: (dialect.prefix ?? '') + token(dialect, key, Math.floor((delivery.at ?? 0) / 1000)) };
  }
}

function signature(dialect: HmacDialect, key: Uint8Array, delivery: ToSign): Record<string, string> {
  const { method = 'POST', url = '', headers = {}, body, id = '', at = 0 } = delivery;
  const { header, encoding, prefix = '' } = dialect.signature;
  const [format = 'unix-seconds'] = [dialect.timestamp?.format ?? []].flat();
  const beside = {
    ...(dialect.id && { [dialect.id.header]: id }),
    ...(dialect.timestamp && { [dialect.timestamp.header]: writeTimestamp(at, format) }),
  };
  const bytes = signatureOf(dialect, key, { method, url, headers: { ...headers, ...beside }, body });
  return { [header]: prefix + bytes.toString([encoding].flat()[0]), ...beside };
}

const LIFE_SECONDS = 180;
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function token({ issuer, audience }: JwtDialect, key: Uint8Array, iat: number): string {
  const claims = { iat, exp: iat + LIFE_SECONDS, iss: issuer, aud: audience };
  return tokenAs(`${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(claims)}.`, key);
}
