import { digesting } from '../export/digest.ts';
import type { Manifest } from '../export/manifest.ts';
import { manifestKey } from '../export/nights.ts';
import type { Archive } from '../lifecycle/ports.ts';
import { DAY, parseInstant, toIso } from '../time.ts';

/** Days (YYYY-MM-DD) of a review, both included. */
export interface Span {
  from: string;
  to: string;
}

/** The days of `YYYY-Qn` that are over on `today`, and the frozen night, wherever it lies. */
export function spanOf(review: string, frozen: string, today: string): Span {
  const [year, quarter] = [Number(review.slice(0, 4)), Number(review.slice(-1))];
  const month = (n: number): string => String(3 * (quarter - 1) + n).padStart(2, '0');
  const from = `${year}-${month(1)}-01`;
  const next = quarter === 4 ? `${year + 1}-01-01` : `${year}-${String(3 * quarter + 1).padStart(2, '0')}-01`;
  const last = dayBefore(next);
  const to = last < today ? last : today;
  return { from: frozen < from ? frozen : from, to: frozen > to ? frozen : to };
}

const dayAfter = (date: string): string => toIso((parseInstant(date, 'UTC') ?? 0) + DAY).slice(0, 10);
const dayBefore = (date: string): string => toIso((parseInstant(date, 'UTC') ?? 0) - DAY).slice(0, 10);

export function daysOf({ from, to }: Span): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = dayAfter(day)) days.push(day);
  return days;
}

/** A night of the period: its manifest as it lies there. */
export interface NightRead {
  date: string;
  bytes: Uint8Array;
}

/** Every night of these days whose manifest is there, and the days without one. */
export async function nightsIn(
  archive: Pick<Archive, 'get'>,
  span: Span,
): Promise<{ nights: NightRead[]; missing: string[] }> {
  const nights: NightRead[] = [];
  const missing: string[] = [];
  for (const date of daysOf(span)) {
    const body = await archive.get(manifestKey(date));
    if (body === undefined) missing.push(date);
    else nights.push({ date, bytes: Buffer.concat(await Array.fromAsync(body)) });
  }
  return { nights, missing };
}

/** What of a night is not as its manifest says, by the names of its files; empty: nothing. */
export async function damageOf(archive: Pick<Archive, 'get'>, { date, files }: Manifest): Promise<string[]> {
  const found: string[] = [];
  for (const { key, sha256 } of files) {
    const body = await archive.get(key);
    if (body === undefined) found.push(`night ${date}: ${key} is gone`);
    else if ((await hashOf(body)) !== sha256) found.push(`night ${date}: ${key} is not what its manifest says`);
  }
  return found;
}

export async function hashOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const { bytes, result } = digesting(body);
  for await (const _chunk of bytes); // read to the end
  return result().sha256;
}
