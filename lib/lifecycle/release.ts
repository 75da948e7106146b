import type { Config } from '../config/schema.ts';
import { MINUTE, SECOND } from '../time.ts';
import { decide } from './decide.ts';
import { laneOf } from './event.ts';
import type { Held, OpenEvent, Owed, Person } from './ledger.ts';
import type { Outcome } from './outcome.ts';
import type { HeldCode } from './reasons.ts';
import { answeredRequests } from './requests.ts';

/** How an attempt to settle a person's open events ended. */
export interface Ending {
  result: Outcome['result'];
  code: string;
  names?: string[];
  what?: string;
  seq?: number;
  batch?: string;
}

/** Waits until a person decides. */
export const held = (code: HeldCode, ...names: string[]): Ending => ({ result: 'held', code, names });

const LONGEST_WAIT = 15 * MINUTE;
/** Growing with each failure in a row, the first being 1; milliseconds. Those that failed together come back apart. */
export function growingWait(failures: number, random: () => number): number {
  return Math.min(LONGEST_WAIT, 5 * SECOND * 2 ** Math.min(failures, 10)) * (0.5 + random() / 2);
}

/** What somebody is at work on, or has been told of, is looked at again after this, should it have got lost. */
export const LOOK_AGAIN = 2 * MINUTE;

/** Open events whose time has come; those that wait for an answer of an HR system have not. */
export function dueEvents(person: Person, now: number): OpenEvent[] {
  return person.open.filter((open) => open.from <= now && !isAwaiting(person, open));
}

/** Its source is still to be asked, and without the answer it says too little. */
export function isAwaiting({ owed }: Person, open: OpenEvent): boolean {
  return saysTooLittle(open) && owed?.[open.source] !== undefined;
}

/** Of whom it speaks is to be asked; only what takes access away does not wait for that. */
export function saysTooLittle({ thin, employment }: Pick<OpenEvent, 'thin' | 'employment'>): boolean {
  return thin === true && (employment === undefined || employment === 'active' || employment === 'resumed');
}

/** The HR systems that are to be asked by now. */
export function dueAnswers({ owed = {} }: Person, now: number): [source: string, owed: Owed][] {
  return Object.entries(owed).filter(([, { at }]) => at <= now);
}

/** Whether a look at this person may find anything to do. */
export function hasWork(person: Person, now: number): boolean {
  const isDue = dueEvents(person, now).length > 0 || dueAnswers(person, now).length > 0;
  return person.op !== undefined || isDue || (person.wakeAt ?? Infinity) <= now;
}

/**
 * The person after the answered events left, each with its outcome in the outbox. What came to hold after `decidedAt`
 * is due at once. Pure; the caller puts it under its read version.
 */
export function released(
  person: Person,
  config: Config,
  answers: readonly string[],
  ending: Ending,
  now: number,
  decidedAt = now,
): Person {
  const { op: _op, tries: _tries, held: _held, ...rest } = person;
  const answered = person.open.filter((open) => answers.includes(open.received));
  const batch = ending.batch ?? person.held?.batch; // what was decided over a batch outlives other reasons to wait
  const waits: Held | undefined =
    ending.result === 'held'
      ? { code: ending.code, names: ending.names ?? [], at: now, ...(batch !== undefined && { batch }) }
      : undefined;
  const open = person.open.filter((one) => !answered.includes(one));
  const told = answered.map((one) => outcomeFor(person, one, ending, now));
  const outbox = [...person.outbox, ...told, ...(answered.length === 0 ? unasked(person, ending, now) : [])];
  const next: Person = {
    ...rest,
    open,
    outbox,
    ...(person.tickets && { tickets: answeredRequests(person, told, ending, config, now) }),
    ...(waits !== undefined && { held: waits }),
    lane: open.some((one) => laneOf(one) === 'urgent') ? 'urgent' : 'normal',
  };
  return withWakeAt(next, config, now, decidedAt);
}

/**
 * Sets when to look again: at once for what is due, later for what lies ahead, never where nothing is left to do or a
 * person has to decide.
 */
export function withWakeAt<P extends Person>(person: P, config: Config, now: number, decidedAt = now): P {
  const { wakeAt: _wakeAt, ...rest } = person;
  const { nextAt } = decide(person, config, decidedAt);
  const waits = nextAt === undefined || (nextAt <= decidedAt && person.held !== undefined);
  const instants = [
    // also where something later already calls it off
    ...person.open.flatMap((one) => (isAwaiting(person, one) ? [] : [Math.max(one.from, now)])),
    ...Object.values(person.owed ?? {}).map(({ at }) => at),
    ...(person.tickets ?? []).flatMap(({ answer }) => (answer ? [Math.max(answer.next, now + LOOK_AGAIN)] : [])),
    ...(person.outbox.length > 0 || person.op !== undefined ? [now + LOOK_AGAIN] : []),
    ...(waits ? [] : [nextAt]),
  ];
  const at = Math.min(...instants);
  // at the end of a month thousands leave in one instant: whoever is known to have an account is woken before the others
  const wakeAt = at > now && person.lane === 'urgent' && person.guid === undefined ? at + 1 : at;
  return (instants.length === 0 ? rest : { ...rest, wakeAt }) as P; // -- only wakeAt differs
}

/** Whoever has nothing to do now is looked at when there is. */
export function rested(person: Person, config: Config, now: number): Person {
  return person.tries !== undefined || hasWork(person, now) ? person : withWakeAt(person, config, now);
}

function outcomeFor(person: Person, open: OpenEvent, ending: Ending, now: number): Outcome {
  const overtaken = ending.result !== 'held' && isOvertaken(open, ending);
  const { result, code, names, what, seq } = overtaken
    ? { ...ending, result: 'no-op' as const, code: 'OVERTAKEN', what: undefined }
    : ending;
  const ticket = person.tickets?.find(({ event }) => event === open.event)?.ticket;
  return {
    id: open.received,
    pid: person.pid,
    result,
    code,
    source: open.source,
    event: open.event,
    received: open.received,
    kind: open.kind,
    at: now,
    ...(ticket !== undefined && { ticket }),
    ...(names !== undefined && { names }),
    ...(what !== undefined && { what }),
    ...(seq !== undefined && { seq }),
    ...(result === 'done' && { tookMs: Math.max(0, Math.round(now - Math.max(open.at, open.from))) }),
  };
}

/** What is done because time passed, or somebody armed it, is told too: nobody should have to look for it. */
function unasked({ pid }: Person, { result, code, what, seq }: Ending, now: number): Outcome[] {
  if (result !== 'done' || what === undefined || seq === undefined) return [];
  const id = `${pid}/${seq}`; // of the receipt
  return [{ id, pid, result, code, what, seq, source: 'ledger', event: id, received: id, at: now }];
}

/** A hire that was answered by taking access away, or a leave answered by giving it: something later said otherwise. */
function isOvertaken(open: OpenEvent, ending: Ending): boolean {
  const ends = ending.what === 'removed' || ending.what === 'restricted';
  return ending.what !== undefined && (open.kind === 'leaver' ? !ends : open.kind === 'joiner' && ends);
}
