import { normaliseEmail } from '../../../lib/email.ts';
import type { Employee, Match } from '../../../lib/lifecycle/match.ts';
import { table } from './table.ts';
import type { Target } from './target.ts';

/** In the order in which they are shown. */
const KINDS: Record<Match['kind'], string> = {
  matched: 'belong to somebody who works for you: adopted',
  left: 'belong to somebody who has left: adopted, so that their leaving can be told',
  'other-address': 'seem to belong to somebody under another address: not adopted until --match says so',
  unclear: 'belong to one of several people, or several to one: not adopted, decide in Bitsight or by --match',
  stranger: 'belong to nobody on the list: not adopted',
  known: 'are in the ledger already: left as they are',
  token: 'are company API tokens: never touched',
};
const ORDER = Object.keys(KINDS) as Match['kind'][]; // -- the keys of the table above

export function numbersOf(matches: readonly Match[]): Record<Match['kind'], number> {
  const counts = ORDER.map((wanted) => [wanted, matches.filter(({ kind }) => kind === wanted).length]);
  return Object.fromEntries(counts) as Record<Match['kind'], number>; // -- one of each kind
}

/** How many of each, and one line for each account that a person has to look at. */
export function adoptionText(
  matches: readonly Match[],
  employees: readonly Employee[],
  from: string,
  { name }: Target,
): string {
  const numbers = numbersOf(matches);
  const lines = ORDER.filter((kind) => numbers[kind] > 0).map(
    (kind) => `${String(numbers[kind]).padStart(6)}  ${KINDS[kind]}`,
  );
  const questioned = ORDER.slice(1, 5).flatMap((wanted) => matches.filter(({ kind }) => kind === wanted));
  return [
    `${matches.length} accounts on ${name}, ${employees.length} people from ${from}:`,
    lines.join('\n'),
    ...(questioned.length === 0 ? [] : [tableOf(questioned)]),
    ...hint(questioned),
  ].join('\n\n');
}

function tableOf(matches: readonly Match[]): string {
  return table(matches, [
    { title: 'found', of: ({ kind, why }) => why ?? kind.replace('-', ' ') },
    { title: 'account', of: ({ account }) => account.email },
    { title: 'name', of: ({ account }) => account.formalName ?? '' },
    { title: 'role', of: ({ account }) => account.roles.join('+') },
    { title: 'last log-in', of: ({ account }) => account.lastLogin?.slice(0, 10) ?? 'never' },
    { title: 'person', of: personOf, folds: true },
  ]);
}

/** Whose it may be; where the address says it already, nothing. */
const personOf = ({ account, employees }: Match): string =>
  employees.every(({ emails }) => emails[0] === normaliseEmail(account.email))
    ? ''
    : `perhaps ${employees.map(calledAs).join(' or ')}`;

const calledAs = ({ name, emails, employeeId }: Employee): string =>
  [name, emails[0] === undefined ? employeeId : `<${emails[0]}>`].filter(Boolean).join(' ');

function hint(matches: readonly Match[]): string[] {
  const pairs = matches
    .filter(({ kind }) => kind === 'other-address')
    .map(({ account, employees: [employee] }) => `${account.email}=${employee?.emails[0] ?? ''}`);
  return pairs.length === 0 ? [] : [`If those under another address are right, add --match ${pairs.join(',')}`];
}
