import { normaliseEmail } from '../email.ts';
import type { Config } from '../config/schema.ts';
import { canBeAsked } from '../config/sources.ts';
import { AppError } from '../errors.ts';
import { RETENTION } from '../retention.ts';
import { DAY } from '../time.ts';
import { laneOf, type LifecycleEvent } from './event.ts';
import { foldEvent, stillSays } from './facts.ts';
import {
  holderOf,
  isNumberAlone,
  isSomebodyElse,
  readPerson,
  resolveSubject,
  separate,
  type Identities,
  type ReadPerson,
  type Subject,
} from './identity.ts';
import { getItem, MOST_RACES } from './item.ts';
import { keys, SeenSchema, type OpenEvent, type Person, type Seen } from './ledger.ts';
import type { Outcome } from './outcome.ts';
import type { HeldCode, Reason } from './reasons.ts';
import { LOOK_AGAIN } from './release.ts';
import { asked } from './requests.ts';

/** The person to look at next, or the outcome of a delivery that changes nothing. */
export type Recorded = { pid: string } | { outcome: Outcome };

/**
 * Folds an event into the facts of its person. Commutative and idempotent; everything after it works from the ledger.
 * `seen` is a cache in front, written after the record: losing it costs a look at Bitsight, never an account.
 */
export async function recordEvent(
  identities: Identities,
  event: LifecycleEvent,
  sources: Config['sources'],
): Promise<Recorded> {
  const seen = await readSeen(identities, event);
  // what has no id of its own and says nothing may be another change of the same second
  const mayBeNews = event.thin === true && event.idFrom === 'body';
  if (seen !== undefined && seen.received !== event.received && !mayBeNews) {
    const outcome = await again(identities, event, seen);
    const isUnclear = outcome.code === ('REPEATED_BODY' satisfies HeldCode) && event.employeeId !== undefined;
    if (!isUnclear || !canBeAsked(sources[event.source])) return { outcome };
    return recordEvent(identities, asQuestion(event), sources);
  }
  if (seen?.pid !== undefined && seen.received === event.received) return { pid: seen.pid };
  const pid = await writeFacts(identities, event, (person, subject) =>
    recorded(person, event, subject, identities.now),
  );
  await writeSeen(identities, event, pid);
  return { pid };
}

/** What came again after other news may be old or new: nothing of it counts but of whom it speaks, and their HR system is asked. */
function asQuestion({
  employment: _employment,
  access: _access,
  until: _until,
  ...event
}: LifecycleEvent): LifecycleEvent {
  return { ...event, kind: 'mover', from: event.said, attributes: {}, thin: true };
}

function readSeen({ store }: Identities, event: LifecycleEvent): Promise<Seen | undefined> {
  return getItem(store, keys.seen(event.id), SeenSchema);
}

async function writeSeen({ store, now }: Identities, event: LifecycleEvent, pid: string): Promise<void> {
  const { bodyHash, received } = event;
  const ttl = Math.floor((now + RETENTION.seen.days * DAY) / 1000);
  await store.put(
    { ...keys.seen(event.id), schema: 1, bodyHash, received, pid, outcome: 'recorded', at: now, ttl },
    'absent',
  );
}

/** A delivery under a known id: the same again, or the same id with other content, which a person has to look at. */
async function again({ store, now }: Identities, event: LifecycleEvent, seen: Seen): Promise<Outcome> {
  const told = (result: 'no-op' | 'held', code: Reason | HeldCode): Outcome => ({
    ...outcomeOf(event),
    ...(seen.pid !== undefined && { pid: seen.pid }),
    result,
    code,
    at: now,
  });
  if (seen.bodyHash !== event.bodyHash) return told('held', 'SAME_ID_OTHER_BODY');
  if (event.idFrom === 'sender') return told('no-op', 'SEEN_BEFORE');
  const person = seen.pid === undefined ? undefined : await readPerson(store, seen.pid);
  return person !== undefined && stillSays(person.facts, event)
    ? told('no-op', 'SEEN_BEFORE')
    : told('held', 'REPEATED_BODY');
}

export function outcomeOf(event: LifecycleEvent): Pick<Outcome, 'id' | 'source' | 'event' | 'received' | 'kind'> {
  return { id: event.received, source: event.source, event: event.id, received: event.received, kind: event.kind };
}

/** What a word makes of the person it turns out to be about. */
type Fold = (person: Person, subject: Subject) => Person;

export async function writeFacts(identities: Identities, event: LifecycleEvent, fold: Fold): Promise<string> {
  for (let race = 0; race < MOST_RACES; race++) {
    const subject = await resolveSubject(identities, event);
    const read = await readPerson(identities.store, subject.pid);
    if (isSomebodyElse(read, event)) {
      await separate(identities, event);
      continue;
    }
    const person = fold(read ?? newPerson(subject.pid), subject);
    if ((await identities.store.put(person, read?.v ?? 'absent')) === undefined) continue;
    return isNumberAlone(person) ? holderOf(identities, event, person) : subject.pid;
  }
  throw new AppError(
    'STORE_CONFLICT',
    `The facts of event ${event.id} were written over ${MOST_RACES} times in a row.`,
  );
}

function recorded(person: Person, event: LifecycleEvent, subject: Subject, now: number): Person {
  const { id, received, source, kind, employment, thin, said, from } = event;
  const says = { ...(employment && { employment }), ...(thin && { thin }) };
  const open = { event: id, received, source, kind, ...says, said, from, at: event.receivedAt };
  return {
    ...told(person, [event], subject, now),
    ...opened(person, [open]),
    ...owing(person, event, now),
    ...asked(person, event),
  };
}

/** With what the events say, the first of which has the address. */
export function told(
  person: Person,
  events: [LifecycleEvent, ...LifecycleEvent[]],
  subject: Subject,
  now: number,
): Person {
  const { email } = events[0].attributes;
  const address = typeof email === 'string' && subject.ownsEmail ? normaliseEmail(email) : undefined;
  return {
    ...person,
    facts: events.reduce(foldEvent, person.facts),
    factsV: person.factsV + 1,
    emails: address === undefined || person.emails.includes(address) ? person.emails : [...person.emails, address],
    wakeAt: Math.min(person.wakeAt ?? Infinity, now + LOOK_AGAIN),
  };
}

export function opened({ open, lane }: Person, events: readonly OpenEvent[]): Pick<Person, 'open' | 'lane'> {
  const fresh = events.filter(({ received }) => !open.some((one) => one.received === received));
  return { open: [...open, ...fresh], lane: events.some((one) => laneOf(one) === 'urgent') ? 'urgent' : lane };
}

/** One answer is enough for all that ask for it before it is asked for; what failed is not asked for sooner. */
function owing({ owed }: Person, event: LifecycleEvent, now: number): Pick<Person, 'owed'> {
  const { thin, source, employeeId, id, received, askFrom = 0 } = event;
  if (thin === undefined || employeeId === undefined) return {};
  const before = owed?.[source] ?? { at: now, failed: 0, unknown: 0 };
  const at = Math.max(before.failed + before.unknown > 0 ? before.at : now, askFrom);
  return { owed: { ...owed, [source]: { ...before, at, employeeId, event: id, received } } };
}

export function newPerson(pid: string): Person {
  return {
    ...keys.person(pid),
    schema: 1,
    pid,
    facts: {},
    factsV: 0,
    open: [],
    emails: [],
    seq: 0,
    outbox: [],
    lane: 'normal',
  };
}

export type { ReadPerson };
