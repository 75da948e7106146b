import type { RosterSource } from '../config/schema.ts';
import { startOfDay } from '../time.ts';

const YEAR_FIRST = /^(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?$/;
const YEAR_LAST = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})$/;
/** How systems write "no date" where they need one. */
const NO_DAY = new Set(['', '0000-00-00', '9999-12-31']);

/**
 * A calendar day (YYYY-MM-DD) as a roster writes it; null: none. Day and month are never guessed: `wrong` says in words
 * what does not fit, without the value.
 */
export function readDay(text: string, order: RosterSource['dates']): { day: string | null } | { wrong: string } {
  const trimmed = text.trim();
  if (NO_DAY.has(trimmed)) return { day: null };
  const [, year, month, day] = YEAR_FIRST.exec(trimmed) ?? [];
  if (year !== undefined) return existing(`${year}-${month}-${day}`, 'no day of the calendar');
  const [, first = '', , second = '', last] = YEAR_LAST.exec(trimmed) ?? [];
  if (last === undefined)
    return { wrong: `not a day such as 2026-11-22${order === 'YYYY-MM-DD' ? '' : ` or ${order}`}` };
  if (order === 'YYYY-MM-DD')
    return {
      wrong: 'day and month could be meant either way; say which in the setting dates, DD/MM/YYYY or MM/DD/YYYY',
    };
  const [d, m] = order === 'DD/MM/YYYY' ? [first, second] : [second, first];
  return existing(
    `${last}-${m.padStart(2, '0')}-${d.padStart(2, '0')}`,
    `no day when read as ${order}: the order of day and month may be wrong`,
  );
}

function existing(day: string, wrong: string): { day: string } | { wrong: string } {
  return startOfDay(day, 'UTC') === undefined ? { wrong } : { day };
}
