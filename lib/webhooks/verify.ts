import { hash, timingSafeEqual } from 'node:crypto';
import type { Dialect, HmacDialect, JwtDialect, StaticDialect } from './dialect.ts';
import { only, type Refusal, Refused } from './headers.ts';
import { keyOf, shown } from './key.ts';
import { signatureOf, type SignedRequest } from './signed.ts';
import { readTimestamp } from './timestamp.ts';
import { tokenAs, tokenRefusal } from './token.ts';

/** `id` and `at` (epoch milliseconds) stand where the dialect signs them. */
export type Verdict = { ok: true; id?: string; at?: number } | { ok: false; reason: Refusal };

export interface Check {
  /** Any of them may have signed: the current one and the one before. */
  secrets: readonly string[];
  /** Wall time, epoch milliseconds. */
  now: number;
  /** Overrides the dialect's; null: the time is not checked. */
  toleranceSeconds?: number | null | undefined;
}

/** What a request offers as proof, what the holder of a key would have offered, and what a proven one says. */
interface Offer {
  given: string[];
  expected: (key: Uint8Array) => string[];
  proven: (check: Check) => Verdict;
}

/** No sender rotates through more; each one costs. */
const MOST_SIGNATURES = 20;

const refused = (reason: Refusal): Verdict => ({ ok: false, reason });

/** Whether a delivery comes from somebody who knows one of the secrets, and, where a time is signed, recently. */
export function verify(dialect: Dialect, request: SignedRequest, check: Check): Verdict {
  try {
    const { given, expected, proven } = offerOf(dialect, request);
    if (given.length > MOST_SIGNATURES) return refused('header-malformed');
    const keys = check.secrets.map((secret) => keyOf(dialect, secret)).filter((key) => key !== undefined);
    if (keys.length === 0) return refused('secret-unusable');
    const matches = keys.flatMap(expected).map((text) => anyEqual(given, text));
    return matches.includes(true) ? proven(check) : refused('signature-wrong');
  } catch (error) {
    if (error instanceof Refused) return refused(error.reason);
    throw error;
  }
}

function offerOf(dialect: Dialect, request: SignedRequest): Offer {
  switch (dialect.scheme) {
    case 'hmac':
      return signature(dialect, request);
    case 'static':
      return secretItself(dialect, request);
    case 'jwt':
      return token(dialect, request);
  }
}

function signature(dialect: HmacDialect, request: SignedRequest): Offer {
  const { header, encoding, prefix = '', separator } = dialect.signature;
  const encodings = [encoding].flat();
  const value = only(request.headers, header);
  const all = separator === undefined ? [value] : value.split(separator).map((text) => text.trim());
  const id = dialect.id && only(request.headers, dialect.id.header);
  const at = timeOf(dialect, request);
  return {
    // signatures of other versions, such as asymmetric ones, are left out
    given: all.filter((text) => text.startsWith(prefix)).flatMap((text) => encodings.map(plain(text, prefix))),
    expected: (key) => {
      const bytes = signatureOf(dialect, key, request);
      return encodings.map((name) => `${name}:${bytes.toString(name)}`);
    },
    proven: (check) => late(at, dialect, check) ?? { ok: true, ...(id && { id }), ...(at !== undefined && { at }) },
  };
}

/** As text and not decoded: a lenient decoder would take many texts for one. */
const plain = (text: string, prefix: string) => (encoding: 'hex' | 'base64' | 'base64url') => {
  const bare = text.slice(prefix.length);
  const same = { hex: bare.toLowerCase(), base64: bare, base64url: bare.replace(/=+$/, '') };
  return `${encoding}:${same[encoding]}`;
};

function secretItself(dialect: StaticDialect, { headers }: SignedRequest): Offer {
  return {
    given: [only(headers, dialect.header)],
    expected: (key) => [shown(dialect, key)],
    proven: () => ({ ok: true }),
  };
}

function token(dialect: JwtDialect, { headers }: SignedRequest): Offer {
  const { header, prefix = '' } = dialect;
  const value = only(headers, header);
  if (!value.startsWith(prefix)) throw new Refused('header-malformed');
  const given = value.slice(prefix.length);
  return {
    given: [given],
    expected: (key) => [tokenAs(given, key)],
    proven: ({ now, toleranceSeconds = dialect.toleranceSeconds }) => {
      const reason = tokenRefusal(given, dialect, { now, toleranceSeconds });
      return reason === undefined ? { ok: true } : refused(reason);
    },
  };
}

function timeOf({ timestamp }: HmacDialect, { headers }: SignedRequest): number | undefined {
  if (timestamp === undefined) return undefined;
  const at = readTimestamp(only(headers, timestamp.header), [timestamp.format].flat());
  if (at === undefined) throw new Refused('header-malformed');
  return at;
}

function late(at: number | undefined, { timestamp }: HmacDialect, { now, toleranceSeconds }: Check) {
  const seconds = toleranceSeconds === undefined ? timestamp?.toleranceSeconds : toleranceSeconds;
  if (at === undefined || seconds === undefined || seconds === null) return undefined;
  if (Math.abs(now - at) <= seconds * 1000) return undefined;
  return refused(at < now ? 'too-old' : 'too-new');
}

const hashed = (text: string) => hash('sha256', text, 'buffer');

/** Hashed, so that not even the length is told by the time it takes. Every one is compared, match or not. */
function anyEqual(given: string[], expected: string): boolean {
  const wanted = hashed(expected);
  return given
    .map(hashed)
    .map((text) => timingSafeEqual(text, wanted))
    .includes(true);
}
