import { normaliseEmail } from '../email.ts';
import { AppError } from '../errors.ts';
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
import { getItem } from './item.ts';
import { keys, SEEN_DAYS, SeenSchema, type Person, type Seen } from './ledger.ts';
import type { Outcome } from './outcome.ts';
import type { HeldCode, Reason } from './reasons.ts';
import { LOOK_AGAIN } from './release.ts';

/** The person to look at next, or the outcome of a delivery that changes nothing. */
export type Recorded = { pid: string } | { outcome: Outcome };

/**
 * Folds an event into the facts of its person. Commutative and idempotent; everything after it works from the ledger.
 * `seen` is a cache in front, written after the record: losing it costs a look at Bitsight, never an account.
 */
export async function recordEvent(identities: Identities, event: LifecycleEvent): Promise<Recorded> {
  const seen = await readSeen(identities, event);
  if (seen !== undefined && seen.received !== event.received) return { outcome: await again(identities, event, seen) };
  if (seen?.pid !== undefined) return { pid: seen.pid };
  const pid = await writeFacts(identities, event);
  await writeSeen(identities, event, pid);
  return { pid };
}

function readSeen({ store }: Identities, event: LifecycleEvent): Promise<Seen | undefined> {
  return getItem(store, keys.seen(event.id), SeenSchema);
}

async function writeSeen({ store, now }: Identities, event: LifecycleEvent, pid: string): Promise<void> {
  const { bodyHash, received } = event;
  const ttl = Math.floor((now + SEEN_DAYS * DAY) / 1000);
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

const MOST_RACES = 20;

async function writeFacts(identities: Identities, event: LifecycleEvent): Promise<string> {
  for (let race = 0; race < MOST_RACES; race++) {
    const subject = await resolveSubject(identities, event);
    const read = await readPerson(identities.store, subject.pid);
    if (isSomebodyElse(read, event)) {
      await separate(identities, event);
      continue;
    }
    const person = folded(read ?? newPerson(subject.pid), event, subject, identities.now);
    if ((await identities.store.put(person, read?.v ?? 'absent')) === undefined) continue;
    return isNumberAlone(person) ? holderOf(identities, event, person) : subject.pid;
  }
  throw new AppError(
    'STORE_CONFLICT',
    `The facts of event ${event.id} were written over ${MOST_RACES} times in a row.`,
  );
}

function folded(person: Person, event: LifecycleEvent, subject: Subject, now: number): Person {
  const { email } = event.attributes;
  const address = typeof email === 'string' && subject.ownsEmail ? normaliseEmail(email) : undefined;
  const known = person.open.some((open) => open.received === event.received);
  const { id, received, source, kind, employment, said, from } = event;
  return {
    ...person,
    facts: foldEvent(person.facts, event),
    factsV: person.factsV + 1,
    open: known
      ? person.open
      : [
          ...person.open,
          { event: id, received, source, kind, ...(employment && { employment }), said, from, at: event.receivedAt },
        ],
    emails: address === undefined || person.emails.includes(address) ? person.emails : [...person.emails, address],
    lane: laneOf(event) === 'urgent' ? 'urgent' : person.lane,
    wakeAt: Math.min(person.wakeAt ?? Infinity, now + LOOK_AGAIN),
  };
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
