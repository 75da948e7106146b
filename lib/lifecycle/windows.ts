import { toIso } from '../time.ts';
import { changeItem, type Read } from './item.ts';
import { WindowsSchema, type Key, type Period, type Windows } from './ledger.ts';
import type { Store } from './ports.ts';

/** The most members that each period may have; a period that is not named is not counted. */
export type Limits = Partial<Record<Period, number>>;

/** As much of an instant's ISO form (UTC) as names its hour, day or month. */
const NAMED_BY = { hour: 13, day: 10, month: 7 } as const satisfies Record<Period, number>;

/**
 * The windows with one member more, or the first period that has no room for it. A member counts once, however often it
 * comes: whoever is in all of them already gets the same windows back.
 */
export function countIn<W extends Windows>(
  windows: W,
  member: string,
  limits: Limits,
  now: number,
): W | { full: Period } {
  const periods = { ...windows.periods };
  let isNew = false;
  for (const [period, most] of Object.entries(limits) as [Period, number][]) {
    // -- keys of Limits
    const of = toIso(now).slice(0, NAMED_BY[period]);
    const known = periods[period]?.of === of ? periods[period].members : [];
    const members = known.includes(member) ? known : [...known, member];
    if (members !== known && members.length > most) return { full: period };
    periods[period] = { of, members };
    isNew ||= members !== known;
  }
  return isNew ? { ...windows, periods } : windows;
}

/** Writes what `change` makes of the windows under a key, anew whenever somebody else counted first. */
export async function changeWindows(
  store: Store,
  key: Key,
  change: (windows: Read<Windows>) => Windows,
): Promise<Windows> {
  const empty: Windows = { ...key, schema: 1, periods: {} };
  return (await changeItem(store, key, WindowsSchema, (latest = { ...empty, v: 0 }) => change(latest))) ?? empty;
}
