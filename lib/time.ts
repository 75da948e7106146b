/**
 * Instants are epoch milliseconds; this file alone turns them into text and calendar dates into them. Pure: no clock.
 */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** ISO 8601 in UTC with milliseconds. */
export function toIso(instant: number): string {
  return new Date(instant).toISOString();
}

const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;

/**
 * Reads ISO 8601 as senders write it: with `T` or a blank, with or without fraction; `Z`, `+00:00` or `+0000`.
 * What has no zone of its own is read in `zone`; a bare date is the start of that day. Undefined when it is no instant.
 */
export function parseInstant(text: string, zone: string): number | undefined {
  const match = ISO.exec(text.trim());
  if (match === null) return undefined;
  const [, date = '', hour = '00', minute = '00', second = '00', fraction = '0', offset] = match;
  const wall = Date.parse(`${date}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
  if (Number.isNaN(wall) || !toIso(wall).startsWith(date)) return undefined;
  if (offset === undefined) return zonedInstant(wall, zone);
  if (offset.toUpperCase() === 'Z') return wall;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return wall - (offset.startsWith('-') ? -1 : 1) * minutes * MINUTE;
}

/** Reads the date of an HTTP header, `Sun, 06 Nov 1994 08:49:37 GMT`. Undefined when it is none. */
export function parseHttpDate(text: string): number | undefined {
  const instant = /^[A-Z][a-z]+, .* GMT$/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(instant) ? undefined : instant;
}

/** First instant of a calendar day (YYYY-MM-DD) in `zone`. */
export function startOfDay(date: string, zone: string): number | undefined {
  return /^\d{4}-\d{2}-\d{2}$/.test(date) ? parseInstant(date, zone) : undefined;
}

/** First instant after a calendar day in `zone`: a planned leave holds from here. */
export function endOfDay(date: string, zone: string): number | undefined {
  const start = parseInstant(date, 'UTC');
  return start === undefined ? undefined : startOfDay(toIso(start + DAY).slice(0, 10), zone);
}

/** The calendar date (YYYY-MM-DD) on which `instant` falls in `zone`. */
export function dateIn(instant: number, zone: string): string {
  return toIso(instant + offsetAt(instant, zone)).slice(0, 10);
}

/** Days (YYYY-MM-DD) of `year` on which the clocks of `zone` show the time `at` (HH:MM) not at all or twice. */
export function unevenDays(at: string, zone: string, year: number): string[] {
  const first = Date.UTC(year, 0, 1);
  const days = Array.from({ length: (Date.UTC(year + 1, 0, 1) - first) / DAY }, (_, day) => first + day * DAY);
  const weeks = days.filter((_, index) => index % 7 === 0);
  return weeks
    .filter((week) => offsetAt(week - DAY, zone) !== offsetAt(week + 8 * DAY, zone))
    .flatMap((week) => days.filter((day) => day >= week && day < week + 7 * DAY))
    .map((day) => toIso(day).slice(0, 10))
    .filter((date) => instantsShowing(Date.parse(`${date}T${at}Z`), zone).length !== 1);
}

/** First instant of the next calendar month, UTC. */
export function nextMonth(instant: number): number {
  const date = new Date(instant);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false; // a bare offset is no zone: schedulers do not take it
  // without loading a calendar, which takes a cold function tens of milliseconds; old names are not on the list
  if (name === 'UTC' || Intl.supportedValuesOf('timeZone').includes(name)) return true;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false; // the only thing the constructor throws for is an unknown zone
  }
}

/** A wall time that a zone skips becomes the later instant, one that occurs twice the earlier (Temporal's "compatible"). */
function zonedInstant(wall: number, zone: string): number {
  return instantsShowing(wall, zone).at(0) ?? wall - offsetAt(wall - DAY, zone);
}

/** Every instant at which the clocks of `zone` show `wall`, earliest first: none where it is skipped, two where it is doubled. */
function instantsShowing(wall: number, zone: string): number[] {
  const offsets = new Set([wall - DAY, wall + DAY].map((instant) => offsetAt(instant, zone)));
  const instants = [...offsets].map((offset) => wall - offset);
  return instants.filter((instant) => instant + offsetAt(instant, zone) === wall).sort((a, b) => a - b);
}

/** Offset of `zone` from UTC at `instant`, milliseconds. */
function offsetAt(instant: number, zone: string): number {
  if (zone === 'UTC') return 0; // the first calendar takes a cold start 20 ms
  const parts = new Intl.DateTimeFormat('en-US-u-ca-iso8601', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((p) => p.type === type)?.value ?? '00';
  const wall = Date.parse(
    `+${part('year').padStart(6, '0')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}Z`,
  );
  return wall - Math.floor(instant / SECOND) * SECOND;
}
