import { frozenUntil } from '../../../lib/lifecycle/armed.ts';
import { ARMED_KINDS } from '../../../lib/lifecycle/event.ts';
import { readGate } from '../../../lib/lifecycle/gate.ts';
import type { TakenRoster } from '../../../lib/lifecycle/ledger.ts';
import type { Difference } from '../../../lib/roster/compare.ts';
import type { Read } from '../../../lib/roster/offer.ts';
import type { Employee } from '../../../lib/roster/statement.ts';
import { toIso } from '../../../lib/time.ts';
import { nameIn } from './person.ts';
import { table } from './table.ts';
import type { Target } from './target.ts';

const SAYS: Record<Difference['kind'], string> = { joiner: 'joined', mover: 'changed', leaver: 'left' };

export function countsOf({ differences }: Read): { joiners: number; movers: number; leavers: number } {
  const count = (wanted: Difference['kind']): number => differences.filter(({ kind }) => kind === wanted).length;
  return { joiners: count('joiner'), movers: count('mover'), leavers: count('leaver') };
}

/** What a roster says otherwise than the last one, and what would come of telling it. */
export async function comparisonText(target: Target, read: Read, file: string, last?: TakenRoster): Promise<string> {
  const { joiners, movers, leavers } = countsOf(read);
  const { day, people } = read.roster;
  const gone = leavers === 0 ? 'nobody as gone' : `${leavers} as gone whom it names so`;
  const before =
    last === undefined
      ? `It is the first roster of ${read.source}: whoever is on it counts as hired, and ${gone}.`
      : `Since the roster for ${last.day} (${last.people} people): ${leavers} left, ${movers} changed, ${joiners} joined.`;
  const untold = `${read.untold} are named as gone who were not employed on the last roster: nothing is told of them; --named-leavers does.`;
  return [
    `${file} for ${day}: ${people} people are employed, on ${target.name}.\n${before}`,
    ...tableOf(read),
    [...read.notices, ...(read.untold === 0 ? [] : [untold])].join('\n'),
    read.differences.length === 0 ? '' : await follows(target),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** More of one kind are a page that nobody reads. */
const SHOWN = 30;

function tableOf({ differences, isFirst }: Read): string[] {
  const told = isFirst ? differences.filter(({ kind }) => kind === 'leaver') : differences;
  const shown = Object.values(Object.groupBy(told, ({ kind }) => kind)).flatMap((some) => some.slice(0, SHOWN));
  const more = told.length - shown.length;
  const text = table(shown, [
    { title: 'person', of: ({ kind }) => SAYS[kind] },
    { title: 'name', of: (row) => nameIn(personOf(row).attributes) },
    { title: 'e-mail', of: (row) => personOf(row).attributes.email ?? '' },
    { title: 'employee id', of: (row) => personOf(row).employeeId },
    { title: 'what', of: whatOf, folds: true },
  ]);
  return told.length === 0 ? [] : [more === 0 ? text : `${text}\n… and ${more} more; --json shows all.`];
}

const personOf = ({ before, after }: Difference): Employee => after ?? before ?? { attributes: {} };

function whatOf({ kind, before, after, what, words }: Difference): string {
  if (kind !== 'mover') return kind === 'joiner' && after?.start !== undefined ? `from ${toIso(after.start)}` : '';
  const shown = what.map((name) => {
    if (name === 'startDate' || name === 'endDate') return `${name} ${dayOf(before, name)} → ${dayOf(after, name)}`;
    if (name === 'employeeId') return `employee id ${before?.employeeId ?? 'none'} → ${after?.employeeId ?? 'none'}`;
    const [was, is] = [before, after].map(
      (one) => Object.entries(one?.attributes ?? {}).find(([key]) => key === name)?.[1],
    );
    return `${name} ${was ?? 'none'} → ${is ?? 'none'}`;
  });
  return words.length === 0 ? '' : shown.join(', ');
}

/** In UTC, as every instant of these commands. */
function dayOf(employee: Employee | undefined, name: 'startDate' | 'endDate'): string {
  const instant = name === 'startDate' ? employee?.start : employee?.end;
  return instant === undefined ? 'none' : toIso(instant);
}

async function follows({ store, config, clock }: Target): Promise<string> {
  const { armed, stopped } = await readGate(store);
  const kinds = ARMED_KINDS.map((kind) => {
    if (!armed[kind]) return `${kind} are only planned`;
    return stopped || frozenUntil(config, kind, clock.now()) !== undefined
      ? `${kind} wait`
      : `${kind} are carried out, inside the fuse`;
  });
  return `What follows in Bitsight: ${kinds.join(', ')}.`;
}
