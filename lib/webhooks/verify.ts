import { timingSafeEqual } from 'node:crypto';
import type { Dialect } from './dialects.ts';
import { keyOf, signatureOf } from './signature.ts';
import { readTimestamp } from './timestamp.ts';

/** Header names in any case. A header sent twice arrives as one, joined, or as two names that differ in case. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** For telemetry only; a sender is never told which. */
export type Refusal =
  | 'header-missing'
  | 'header-doubled'
  | 'header-malformed'
  | 'too-old'
  | 'too-new'
  | 'signature-wrong'
  | 'secret-unusable';

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

const refused = (reason: Refusal): Verdict => ({ ok: false, reason });

/** Whether the raw bytes of a delivery were signed by somebody who knows one of the secrets, and recently. */
export function verify(dialect: Dialect, headers: Headers, body: Uint8Array, check: Check): Verdict {
  const given = only(headers, dialect.signature.header);
  const id = dialect.id === undefined ? '' : only(headers, dialect.id.header);
  const timestamp = dialect.timestamp === undefined ? '' : only(headers, dialect.timestamp.header);
  if (typeof given !== 'string') return refused(given.problem);
  if (typeof id !== 'string') return refused(id.problem);
  if (typeof timestamp !== 'string') return refused(timestamp.problem);

  const at = dialect.timestamp && readTimestamp(timestamp, dialect.timestamp.formats);
  if (dialect.timestamp && at === undefined) return refused('header-malformed');
  const late = at === undefined ? undefined : outside(at, dialect, check);
  if (late !== undefined) return refused(late);

  const keys = check.secrets.map((secret) => keyOf(dialect, secret)).filter((key) => key !== undefined);
  if (keys.length === 0) return refused('secret-unusable');
  const texts = signaturesIn(given, dialect);
  const matches = keys.map((key) => anyEqual(texts, signatureOf(dialect, key, { body, id, timestamp })));
  if (!matches.includes(true)) return refused('signature-wrong');
  return { ok: true, ...(dialect.id && { id }), ...(at !== undefined && { at }) };
}

/** The value of a header that may come once. */
function only(headers: Headers, name: string): string | { problem: Refusal } {
  const values = Object.entries(headers).filter(([key, value]) => key.toLowerCase() === name && value !== undefined);
  const value = values[0]?.[1]?.trim() ?? '';
  if (values.length > 1) return { problem: 'header-doubled' };
  if (value === '') return { problem: 'header-missing' };
  return /^[\x20-\x7e]{1,2000}$/.test(value) ? value : { problem: 'header-malformed' };
}

function outside(at: number, dialect: Dialect, { now, toleranceSeconds }: Check): Refusal | undefined {
  const seconds = toleranceSeconds === undefined ? dialect.toleranceSeconds : toleranceSeconds;
  if (seconds === null || Math.abs(now - at) <= seconds * 1000) return undefined;
  return at < now ? 'too-old' : 'too-new';
}

/** The signatures of this version in the header; others, such as asymmetric ones, are left out. */
function signaturesIn(header: string, { signature: { encoding, prefix = '', separator } }: Dialect): string[] {
  const all = separator === undefined ? [header] : header.split(separator);
  const ours = all.map((text) => text.trim()).filter((text) => text.startsWith(prefix));
  return ours.map((text) => text.slice(prefix.length)).map((text) => (encoding === 'hex' ? text.toLowerCase() : text));
}

/** As texts, not decoded: a lenient decoder would take many texts for one. Every one is compared, match or not. */
function anyEqual(texts: string[], expected: string): boolean {
  const wanted = Buffer.from(expected);
  const equal = texts
    .map((text) => Buffer.from(text))
    .map((text) => text.length === wanted.length && timingSafeEqual(text, wanted));
  return equal.includes(true);
}
