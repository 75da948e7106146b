import { normaliseEmail } from '../email.ts';
import { ATTRIBUTES, type LifecycleEvent } from '../lifecycle/event.ts';
import type { Employee, RosterStatement } from './statement.ts';

/** What an event says of one person; the rest of it follows from the roster. */
export type Word = Pick<LifecycleEvent, 'kind' | 'employeeId' | 'said' | 'from' | 'employment' | 'attributes'>;

/** One person of whom two rosters say different things. */
export interface Difference {
  kind: LifecycleEvent['kind'];
  before?: Employee;
  after?: Employee;
  /** Names of what is said anew. */
  what: string[];
  words: Word[];
}

/**
 * What the second roster says otherwise than the first one, as words of the instant `said`, leavers first. A first
 * roster makes everybody a joiner. Deterministic.
 */
export function compare(before: RosterStatement | undefined, after: RosterStatement, said: number): Difference[] {
  const known = finderOf(before);
  const withdrawn = finder(before?.withdrawn ?? []);
  const differences = after.people.flatMap((employee) => {
    const former = alive(known.find(employee), said);
    if (former === undefined) return [joins(employee, withdrawn.find(employee) !== undefined, said)];
    return moves(former, employee, said);
  });
  const present = finder(after.people);
  const gone = goneSince(before, after, said).map((former) => leaves(former, said));
  const named = after.ended.filter((one) => known.find(one) === undefined && present.find(one) === undefined);
  return [...gone, ...named.map((one) => leaves(one, said)), ...differences];
}

/** Who was employed until now and is not named any more, or named as gone. */
export function goneSince(
  before: RosterStatement | undefined,
  after: Pick<RosterStatement, 'people'>,
  said: number,
): Employee[] {
  const known = finderOf(before);
  const matched = new Set(after.people.map((one) => known.find(one)));
  return (before?.people ?? []).filter((one) => alive(one, said) !== undefined && !matched.has(one));
}

/**
 * A roster as it is kept to be compared with: with the hires that were called off and whose day has not come, and
 * without first days that were put off after they had come, since nobody is told to go for that.
 */
export function settled(before: RosterStatement | undefined, after: RosterStatement, said: number): RosterStatement {
  const known = finderOf(before);
  const present = finder(after.people);
  const called = goneSince(before, after, said).filter(({ start }) => (start ?? 0) > said);
  const waiting = (before?.withdrawn ?? []).filter((one) => (one.start ?? 0) > said && present.find(one) === undefined);
  return {
    ...after,
    people: after.people.map((employee) => {
      const former = alive(known.find(employee), said);
      const hasBegun = former !== undefined && (former.start ?? 0) <= said;
      const { start: _start, ...begun } = employee;
      return hasBegun ? begun : employee;
    }),
    withdrawn: [...waiting, ...called],
  };
}

/** What holds from an instant after it was said takes the place of what was planned for later; what holds at that instant does not. */
const atOnce = (said: number): number => said + 1;

/** Undefined for somebody whose last day is over. */
function alive(employee: Employee | undefined, said: number): Employee | undefined {
  return employee?.end !== undefined && employee.end <= said ? undefined : employee;
}

function joins(after: Employee, wasWithdrawn: boolean, said: number): Difference {
  const hired: Word = {
    ...whoIs(after),
    kind: 'joiner',
    employment: 'active',
    said,
    from: after.start ?? atOnce(said),
    attributes: after.attributes,
  };
  return { kind: 'joiner', after, what: [], words: [hired, ...endsOf(wasWithdrawn, after, said)] };
}

/** A hire that was announced is only undone from its day on: an end before it would not outrank it. */
function leaves(before: Employee, said: number): Difference {
  const from = Math.max(before.start ?? 0, atOnce(said));
  const word: Word = { ...about(before, said), kind: 'leaver', employment: 'ended', from };
  return { kind: 'leaver', before, what: [], words: [word] };
}

function moves(before: Employee, after: Employee, said: number): Difference[] {
  const changed = ATTRIBUTES.filter(
    (name) => name in after.attributes && after.attributes[name] !== before.attributes[name],
  );
  const isNumbered = after.employeeId !== before.employeeId;
  const wasPending = (before.start ?? 0) > said;
  const isMoved = wasPending && after.start !== before.start;
  const isEndMoved = after.end !== before.end;
  const same = about(after, said);
  const attributes = Object.fromEntries(changed.map((name) => [name, after.attributes[name] ?? null]));
  const change: Word = { ...same, kind: 'mover', from: said, attributes: { ...same.attributes, ...attributes } };
  const start: Word = { ...same, kind: 'joiner', employment: 'active', from: after.start ?? atOnce(said) };
  const words = [
    ...(changed.length > 0 || isNumbered ? [change] : []),
    ...(isMoved ? [start] : []),
    ...(isEndMoved ? endsOf(before.end !== undefined, after, said) : []),
  ];
  const what = [
    ...(isNumbered ? ['employeeId'] : []),
    ...changed,
    ...(isMoved ? ['startDate'] : []),
    ...(isEndMoved ? ['endDate'] : []),
  ];
  return words.length === 0 ? [] : [{ kind: 'mover', before, after, what, words }];
}

/** The last day that lies ahead; where there is none any more, that. */
function endsOf(hadEnd: boolean, after: Employee, said: number): Word[] {
  if (after.end !== undefined) return [{ ...about(after, said), kind: 'leaver', employment: 'ended', from: after.end }];
  return hadEnd ? [{ ...about(after, said), kind: 'mover', employment: 'stays', from: said }] : [];
}

/** Who is meant, and nothing else. */
function about(employee: Employee, said: number) {
  const { email } = employee.attributes;
  return { ...whoIs(employee), said, attributes: email ? { email } : {} };
}

function whoIs({ employeeId }: Employee): Pick<Word, 'employeeId'> {
  return employeeId === undefined ? {} : { employeeId };
}

const finderOf = (statement: RosterStatement | undefined) => finder(statement?.people ?? []);

/** By number; by address where no number was known. */
function finder(employees: readonly Employee[]) {
  const byNumber = new Map(employees.map((one) => [one.employeeId, one]));
  const byAddress = new Map(
    employees.filter(({ employeeId }) => employeeId === undefined).map((one) => [addressOf(one), one]),
  );
  return {
    find(employee: Employee): Employee | undefined {
      const { employeeId } = employee;
      const numbered = employeeId === undefined ? undefined : byNumber.get(employeeId);
      if (numbered !== undefined || byAddress.size === 0) return numbered; // reading an address takes longest of all
      const address = addressOf(employee);
      return address === undefined ? undefined : byAddress.get(address);
    },
  };
}

function addressOf({ attributes: { email } }: Employee): string | undefined {
  return email ? normaliseEmail(email) : undefined;
}
