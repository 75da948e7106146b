import type { RosterSource } from '../config/schema.ts';
import { AppError } from '../errors.ts';
import { ATTRIBUTES } from '../lifecycle/event.ts';
import { goneSince } from './compare.ts';
import type { RosterStatement } from './statement.ts';

export function refused(message: string): AppError {
  return new AppError('ROSTER_REFUSED', message);
}

/** Of so few people no share is taken: two who leave a company of five are no broken file. */
const FEW = 3;

/** A column that is missing, or empty for everybody, would take from all what it said of them. */
export function refuseLessColumns(before: RosterStatement | undefined, after: RosterStatement): void {
  if (before === undefined) return;
  const missing = before.columns.filter((field) => !after.columns.includes(field));
  if (missing.length > 0) throw refused(`The last roster had a column for ${missing.join(', ')}, this one has none.`);
  const empty = ATTRIBUTES.filter((name) => named(before, name) > FEW && named(after, name) === 0);
  if (empty.length > 0) throw refused(`Nobody in it has ${empty.join(' or ')} any more.`);
}

function named({ people }: RosterStatement, name: (typeof ATTRIBUTES)[number]): number {
  return people.filter(({ attributes }) => typeof attributes[name] === 'string').length;
}

/** Counts who is gone, not how many there are: other numbers for everybody are everybody gone. */
export function refuseImplausible(
  before: RosterStatement | undefined,
  after: RosterStatement,
  said: number,
  { implausibleShare }: Pick<RosterSource, 'implausibleShare'>,
  meant: number | undefined,
): void {
  const gone = goneSince(before, after, said).length;
  if (meant !== undefined && gone !== meant)
    throw refused(`${gone} people are gone since the last roster, not ${meant}.`);
  const people = before?.people.length ?? 0;
  if (meant === gone || gone <= Math.max(FEW, implausibleShare * people)) return;
  const share = Math.round((100 * gone) / people);
  throw refused(
    `${gone} of ${people} people (${share} %) are gone since the last roster, which is not plausible; if they are: npm run ops -- roster <file> --gone ${gone}.`,
  );
}
