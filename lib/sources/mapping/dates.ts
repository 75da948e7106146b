import { DATE_PART, DATE_PARTS, type DateFinding } from '../../config/mapping.ts';
import { dateIn, parseInstant, SECOND, startOfDay, toIso } from '../../time.ts';

/** A calendar day (YYYY-MM-DD), or an instant (epoch milliseconds). */
export type Moment = { day: string } | { instant: number };
type Format = Pick<DateFinding, 'date'> & { zone: string };

/** A day as ISO 8601 writes it. The midnight and the zone that some systems add to a day say nothing more. */
const DAY = /^(\d{4}-\d{2}-\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?(?:Z|[+-]\d{2}:?\d{2})?$/;
/** 9999-12-30: later ones fall on a day that no text can hold, in some zone. */
const LAST = 253_402_128_000_000;
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/** Reads a date in exactly one format: the order of day and month is never guessed. Undefined when it has another. */
export function readMoment(text: string, { date: format, zone }: Format): Moment | undefined {
  if (format === 'YYYY-MM-DD') return onCalendar(DAY.exec(text)?.[1]);
  const instant = format === 'iso' ? parseInstant(text, zone) : unixTime(text, format);
  if (instant !== undefined) return instant < LAST ? { instant } : undefined;
  const parts = patternOf(format).exec(text)?.groups;
  return parts && ordered(parts, zone);
}

/** The day on which it falls in `zone`. */
export function dayOf(moment: Moment, zone: string): string {
  return 'day' in moment ? moment.day : dateIn(moment.instant, zone);
}

function unixTime(text: string, format: string): number | undefined {
  if (!format.startsWith('unix-') || !/^\d{1,13}$/.test(text)) return undefined;
  return format === 'unix-seconds' ? Number(text) * SECOND : Number(text);
}

function patternOf(format: string): RegExp {
  if (format === 'iso' || format.startsWith('unix-')) return /(?!)/;
  const escaped = format.replaceAll(/[^\p{L}\p{N}\s]/gu, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll(DATE_PART, (part) => DATE_PARTS[part] ?? part)}$`);
}

function ordered(parts: Record<string, string | undefined>, zone: string): Moment | undefined {
  const { year, name, day = '', hour, minute, second = '00' } = parts;
  const month = name === undefined ? (parts['month'] ?? '') : String(MONTHS.indexOf(name.toLowerCase()) + 1);
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (hour === undefined) return onCalendar(date);
  const instant = parseInstant(`${date}T${hour}:${minute}:${second}`, zone);
  return instant === undefined ? undefined : { instant };
}

function onCalendar(day: string | undefined): Moment | undefined {
  return day === undefined || startOfDay(day, 'UTC') === undefined ? undefined : { day };
}

/** As a sample writes it: the day, or the instant in ISO 8601. */
export function momentText(moment: Moment): string {
  return 'day' in moment ? moment.day : toIso(moment.instant);
}
