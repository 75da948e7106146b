import { wholeBytes } from '../bytes.ts';
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

/** The days of `YYYY-Qn` up to `last`, and the frozen night, wherever it lies. */
export function spanOf(review: string, frozen: string, last: string): Span {
  const [year, quarter] = [Number(review.slice(0, 4)), Number(review.slice(-1))];
  const month = (n: number): string => String(3 * (quarter - 1) + n).padStart(2, '0');
  const from = `${year}-${month(1)}-01`;
  const next = quarter === 4 ? `${year + 1}-01-01` : `${year}-${String(3 * quarter + 1).padStart(2, '0')}-01`;
  const end = dayBefore(next);
  const to = end < last ? end : last;
  return { from: frozen < from ? frozen : from, to: frozen > to ? frozen : to };
}

const dayAfter = (date: string): string => toIso((parseInstant(date, 'UTC') ?? 0) + DAY).slice(0, 10);
const dayBefore = (date: string): string => toIso((parseInstant(date, 'UTC') ?? 0) - DAY).slice(0, 10);

export function daysOf({ from, to }: Span): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = dayAfter(day)) days.push(day);
  return days;
}

/** Days in order, those in a row as one: `2026-10-01 to 2026-10-03, 2026-11-05`. */
export function daysText(days: readonly string[]): string {
  const runs: string[][] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run !== undefined && dayAfter(run.at(-1) ?? '') === day) run.push(day);
    else runs.push([day]);
  }
  return runs.map((run) => (run.length === 1 ? run[0] : `${run[0]} to ${run.at(-1)}`)).join(', ');
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
    else nights.push({ date, bytes: await wholeBytes(body) });
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
