import type { Employment, LifecycleEvent } from './event.ts';
import { ATTRIBUTES } from './event.ts';
import { FACT_NAMES, type FactName, type Facts, type Saying } from './ledger.ts';

/**
 * Facts are a set of sayings, and the set is all there is: adding is commutative and idempotent, so order and
 * duplicates of deliveries do not matter, and what holds at an instant is computed from the set (docs/adr/0002).
 */
export function foldEvent(facts: Facts, event: LifecycleEvent): Facts {
  const known = { ...facts[event.source] };
  const { until, overrules } = event;
  const bounds = { ...(until !== undefined && { until }), ...(overrules !== undefined && { overrules }) };
  for (const [name, value] of sayingsOf(event)) {
    // a first or last day lies ahead, but who the person is was true when it was said
    const from = name === 'employment' || event.kind === 'mover' ? event.from : event.said;
    known[name] = addSaying(known[name] ?? [], { value, said: event.said, from, event: event.id, ...bounds }, name);
  }
  return { ...facts, [event.source]: known };
}

/** What is known of two that turn out to be one person: the union of both sets. */
export function uniteFacts(facts: Facts, others: Facts): Facts {
  const united = { ...facts };
  for (const [source, known] of Object.entries(others)) {
    const all = { ...united[source] };
    for (const name of FACT_NAMES)
      for (const saying of known[name] ?? []) all[name] = addSaying(all[name] ?? [], saying, name);
    united[source] = all;
  }
  return united;
}

/** Whether a delivery tells nothing new: each of its sayings is in the set already, or repeats the newest one. */
export function stillSays(facts: Facts, event: LifecycleEvent): boolean {
  const known = facts[event.source] ?? {};
  return sayingsOf(event).every(([name, value]) => {
    const sayings = known[name] ?? [];
    return (
      sayings.at(-1)?.value === value ||
      sayings.some((s) => s.said === event.said && (s.withheld === true || s.value === value))
    );
  });
}

function sayingsOf(event: LifecycleEvent): [FactName, string | null][] {
  const attributes = ATTRIBUTES.flatMap((name): [FactName, string | null][] => {
    const value = event.attributes[name];
    return value === undefined ? [] : [[name, value]];
  });
  if (event.employeeId !== undefined) attributes.push(['employeeId', event.employeeId]);
  if (event.employment !== undefined) attributes.push(['employment', event.employment]);
  if (event.access !== undefined) attributes.push(['access', event.access && JSON.stringify(event.access)]);
  return attributes;
}

/** More than any person's history needs; beyond it the oldest sayings that decide nothing any more are let go. */
const MOST_SAYINGS = 24;

function addSaying(sayings: readonly Saying[], saying: Saying, name: FactName): Saying[] {
  const twin = sayings.find((s) => compareSayings(s, saying) === 0);
  if (twin !== undefined) return sayings.map((s) => (s === twin && saying.event < s.event ? saying : s));
  const all = [...sayings, saying].sort(compareSayings);
  if (all.length <= MOST_SAYINGS) return all;
  const deciding = deciders(all, name);
  const isIdle = (s: Saying, index: number): boolean => index < all.length - 1 && !deciding.has(s);
  // what a decision overruled is known by the first time it was said: repetitions go first
  const repeated = all.findIndex((s, index) => isIdle(s, index) && all[index - 1]?.value === s.value);
  return all.filter((_, index) => index !== Math.max(repeated === -1 ? all.findIndex(isIdle) : repeated, 0));
}

/** Sayings that hold at some instant at or after the last one that came into force. */
function deciders(sayings: readonly Saying[], name: FactName): Set<Saying> {
  const instants = sayings.map((s) => Math.max(s.from, s.said)).sort((a, b) => a - b);
  const held = instants.slice(-MOST_SAYINGS / 2).map((instant) => heldAt(sayings, name, instant));
  return new Set(held.filter((s) => s !== undefined));
}

function compareSayings(a: Saying, b: Saying): number {
  return a.said - b.said || a.from - b.from || compareText(textOf(a), textOf(b));
}

/** Of several words of one instant the one that is not kept comes last, and with it what it said: nobody guesses which. */
function textOf({ value, withheld }: Saying): string {
  return withheld === true ? '\u{10ffff}' : (value ?? '');
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** The saying of one source that holds at `instant`. */
export function heldAt(sayings: readonly Saying[], name: FactName, instant: number): Saying | undefined {
  const come = standing(sayings, name).filter((s) => s.from <= instant && instant < (s.until ?? Infinity));
  const held = foremost(
    come.filter((s) => !isLeave(s, name)),
    name,
  );
  const leave = foremost(
    come.filter((s) => isLeave(s, name)),
    name,
  );
  if (leave === undefined || held === undefined) return held ?? leave;
  // nobody who was ended is on leave, or comes back from one; who was hired after it began is not on leave any more
  const counts = leave.value === SUSPENDED && !isEnd(held, name) && leave.from >= held.from;
  return counts ? leave : held;
}

function foremost(sayings: readonly Saying[], name: FactName): Saying | undefined {
  return sayings.reduce<Saying | undefined>(
    (best, s) => (best === undefined || ranks(s, best, name) > 0 ? s : best),
    undefined,
  );
}

/** Later instants at which another saying comes into force. */
export function changesAfter(sayings: readonly Saying[], name: FactName, instant: number): number[] {
  return standing(sayings, name)
    .flatMap(({ from, until }) => (until === undefined ? [from] : [from, until]))
    .filter((at) => at > instant);
}

/**
 * What was planned and then planned otherwise, or called off, before its time came does not stand.
 * Hires replace planned hires, ends planned ends: a contract's end does not cancel its start. A leave is called off by a
 * return before it began.
 */
function standing(sayings: readonly Saying[], name: FactName): Saying[] {
  return notReplaced(sayings, name).filter((s) => !callsOff(s, name));
}

/** All that was said, without plans that were changed before their time came. */
export function notReplaced(sayings: readonly Saying[], name: FactName): Saying[] {
  const replaced = (s: Saying): boolean =>
    sayings.some((later) => later.said > s.said && later.said < s.from && replaces(later, s, name));
  return sayings.filter((s) => !replaced(s));
}

function replaces(later: Saying, planned: Saying, name: FactName): boolean {
  if (callsOff(later, name)) return isEnd(planned, name);
  if (isLeave(later, name) && later.value !== SUSPENDED && planned.value === SUSPENDED)
    return later.from <= planned.from;
  return later.from > later.said && kindOf(later, name) === kindOf(planned, name);
}

function kindOf(saying: Saying, name: FactName): string | null {
  if (isEnd(saying, name)) return 'end';
  return name === 'employment' ? saying.value : 'any';
}

function callsOff(saying: Saying, name: FactName): boolean {
  return name === 'employment' && saying.value === ('stays' satisfies Employment);
}

const SUSPENDED = 'suspended' satisfies Employment;

function isLeave({ value }: Saying, name: FactName): boolean {
  return name === 'employment' && (value === SUSPENDED || value === ('resumed' satisfies Employment));
}

function isEnd(saying: Saying, name: FactName): boolean {
  return name === 'employment' && (saying.value === 'ended' || saying.value === 'ended-now');
}

/** Hire and termination go by the instant from which they hold, a tie ends; anything else goes by what was said last. */
function ranks(a: Saying, b: Saying, name: FactName): number {
  if (name === 'employment')
    return a.from - b.from || Number(isEnd(a, name)) - Number(isEnd(b, name)) || compareSayings(a, b);
  return Math.max(a.said, a.from) - Math.max(b.said, b.from) || compareSayings(a, b);
}
