import { createHmac } from 'node:crypto';
import * as z from 'zod';
import type { JwtDialect } from './dialect.ts';
import type { Refusal } from './headers.ts';
import { readJson } from './json.ts';

/** Lazy, since few doors see a token. Another algorithm, or an extension that must be understood, is not ours. */
const HeadSchema = z.lazy(() => z.object({ alg: z.literal('HS256'), crit: z.undefined().optional() }));
/** Times are unix seconds (RFC 7519). */
const ClaimsSchema = z.lazy(() =>
  z.object({
    exp: z.number().optional(),
    nbf: z.number().optional(),
    iat: z.number().optional(),
    iss: z.string().optional(),
    aud: z.union([z.string(), z.array(z.string())]).optional(),
  }),
);

/** The token that the holder of `key` would have sent with the same head and claims. */
export function tokenAs(token: string, key: Uint8Array): string {
  const input = token.slice(0, Math.max(0, token.lastIndexOf('.')));
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
}

/** Why a token is refused although we know who signed it. `toleranceSeconds` null: its times are not looked at. */
export function tokenRefusal(
  token: string,
  { issuer, audience }: JwtDialect,
  { now, toleranceSeconds }: { now: number; toleranceSeconds: number | null },
): Refusal | undefined {
  const [head = '', body = '', ...rest] = token.split('.');
  const claims = ClaimsSchema.safeParse(part(body)).data;
  if (rest.length !== 1 || !HeadSchema.safeParse(part(head)).success || claims === undefined) return 'header-malformed';
  const { exp, nbf = 0, iat = 0, iss, aud = [] } = claims;
  if (issuer !== undefined && iss !== issuer) return 'claims-wrong';
  if (audience !== undefined && ![aud].flat().includes(audience)) return 'claims-wrong';
  if (toleranceSeconds === null) return undefined;
  if (exp === undefined) return 'claims-wrong';
  if (now >= (exp + toleranceSeconds) * 1000) return 'too-old';
  return Math.max(nbf, iat) * 1000 > now + toleranceSeconds * 1000 ? 'too-new' : undefined;
}

function part(text: string): unknown {
  try {
    return readJson(Buffer.from(text, 'base64url'));
  } catch {
    return undefined; // refused by the schema that expects something
  }
}
