import { createHash } from 'node:crypto';
import type { RosterSource } from '../config/schema.ts';
import type { TakenRoster } from '../lifecycle/ledger.ts';
import { dateIn, parseInstant, startOfDay } from '../time.ts';
import { refuseImplausible, refuseLessColumns, refused } from './check.ts';
import { compare, settled, type Difference } from './compare.ts';
import { readItem, readStatement, type RosterDeps } from './kept.ts';
import { readPeople } from './people.ts';
import type { RosterStatement } from './statement.ts';
import { readTable, refuseOtherCount } from './table.ts';

/** A file as it was given. */
export interface Offer {
  bytes: Uint8Array;
  /** Of the file; a day in it is the one for which the roster speaks. */
  name: string;
  /** YYYY-MM-DD; goes before the day in the name or in the file. */
  asOf?: string | undefined;
  /** How many people there should be. */
  expected?: number | undefined;
  /** Exactly so many gone are meant, however many that is. */
  gone?: number | undefined;
  /** Whoever is named as gone is told as a leaver although no roster before had them. */
  namedLeavers?: boolean | undefined;
}

/** A roster that was read, checked and compared; nobody was told of it yet. */
export interface Read {
  source: string;
  roster: TakenRoster;
  statement: RosterStatement;
  differences: Difference[];
  /** Named as gone, of whom no roster before spoke: nobody is told, unless asked for. */
  untold: number;
  notices: string[];
  isFirst: boolean;
}

/**
 * Reads, checks and compares; writes nothing. An earlier roster of this source must have been told to its end.
 *
 * @throws AppError ROSTER_UNREADABLE or ROSTER_REFUSED, with one reason and without personal data.
 */
export async function readOffer(deps: RosterDeps, source: string, settings: RosterSource, offer: Offer): Promise<Read> {
  const table = readTable(offer.bytes);
  if (offer.expected !== undefined) refuseOtherCount(table.records.length, offer.expected, 'there should be');
  const { taken } = (await readItem(deps.store, source)) ?? {};
  const now = deps.clock.now();
  const day = dayOf(offer, table.asOf) ?? dateIn(now, settings.timeZone);
  const said = saidOn(day, taken, settings, now);
  const people = readPeople(table, settings, said);
  if (people.employed.length === 0) throw refused('Nobody in it is employed.');
  const before = await readStatement(deps, source, taken);
  const ended = offer.namedLeavers === true ? people.ended : [];
  const after: RosterStatement = { schema: 1, columns: people.columns, people: people.employed, withdrawn: [], ended };
  refuseLessColumns(before, after);
  refuseImplausible(before, after, said, settings, offer.gone);
  const statement = settled(before, after, said);
  const id = createHash('sha256')
    .update(JSON.stringify([source, day, said, statement]))
    .digest('hex');
  const differences = compare(before, statement, said);
  return {
    source,
    roster: { id, day, said, people: statement.people.length, at: now },
    statement,
    differences,
    untold:
      people.ended.length === ended.length
        ? 0
        : compare(before, { ...statement, ended: people.ended }, said).length - differences.length,
    notices: people.notices,
    isFirst: before === undefined,
  };
}

/** The day that stands in the name of a file: `people-2026-11-23.csv`, `20261123_people.csv`. */
function dayOf({ asOf, name }: Offer, inside: string | undefined): string | undefined {
  const [, year, month, date] = /(?<!\d)(20\d{2})-?(\d{2})-?(\d{2})(?!\d)/.exec(name) ?? [];
  const told = asOf ?? inside ?? (year === undefined ? undefined : `${year}-${month}-${date}`);
  if (told === undefined || startOfDay(told.slice(0, 10), 'UTC') !== undefined) return told?.slice(0, 10);
  throw refused('The day for which it speaks is no day such as 2026-11-23.');
}

/** Words of a later roster are said later, also where two speak for one day; the last file given is then the last word. */
function saidOn(day: string, taken: TakenRoster | undefined, { timeZone }: RosterSource, now: number): number {
  const today = dateIn(now, timeZone);
  if (day > today) throw refused(`It speaks for ${day}, which is not yet.`);
  if (taken !== undefined && day < taken.day)
    throw refused(`It speaks for ${day}; a newer one, for ${taken.day}, was taken already.`);
  const start = day === today ? now - 1 : (parseInstant(day, timeZone) ?? now - 1);
  return Math.max(Math.min(start, now - 1), (taken?.said ?? 0) + 2);
}
