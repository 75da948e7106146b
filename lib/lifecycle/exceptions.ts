import { createHash } from 'node:crypto';
import type * as z from 'zod';
import type { Config } from '../config/schema.ts';
import { normaliseEmail } from '../email.ts';
import { DAY, endOfDay } from '../time.ts';
import { enqueue } from './enqueue.ts';
import type { LifecycleEvent } from './event.ts';
import { changeItem, getItem } from './item.ts';
import { keys, ToldExceptionsSchema } from './ledger.ts';
import { operatorEvent } from './operator-event.ts';
import type { Clock, Lanes, Store, Telemetry } from './ports.ts';

export interface ExceptionDeps {
  store: Store;
  lanes: Pick<Lanes, 'send'>;
  clock: Pick<Clock, 'now'>;
  telemetry: Telemetry;
  config: Config;
}
type Exception = Config['exceptions'][number];
type Note = z.infer<typeof ToldExceptionsSchema>['told'][number];

/** People were told two weeks ahead (tell-people.ts); an alarm is raised for so long where nobody did anything. */
const LAST_WARNING = 3 * DAY;

/**
 * Tells what the list of exceptions says, as events of `operator`, whenever it differs from what was told: an end that
 * lies ahead, the access where one is named, and an end now of who is not on the list any more. Killed anywhere it is told
 * again under the same ids. An exception is over as soon as an HR source says anything of the person.
 */
export async function tellExceptions(deps: ExceptionDeps): Promise<void> {
  const { store, lanes, config, clock, telemetry } = deps;
  telemetry.count('ExceptionsEnding', endingWithin(LAST_WARNING, config, clock.now()).length);
  const told = (await getItem(store, keys.exceptions(), ToldExceptionsSchema))?.told ?? [];
  const now = clock.now();
  const listed = config.exceptions.map((exception) => {
    const [email, hash] = [normaliseEmail(exception.email), hashOf(exception)];
    return { exception, note: told.find((one) => one.hash === hash) ?? { email, hash, at: now, open: true } };
  });
  const notes = listed.map(({ note }) => note);
  const gone = told.filter(({ email }) => notes.every((note) => note.email !== email));
  if (gone.length === 0 && notes.every(({ open }) => !open)) return;
  if (notes.some((note) => !told.includes(note))) await write(store, [...notes, ...gone]); // whoever is killed here is known to have begun
  const events = [
    ...listed.filter(({ note }) => note.open).flatMap(({ exception, note }) => eventsOf(exception, note, config)),
    ...gone.map((note) =>
      eventOf(note, 'gone', config, now, { kind: 'leaver', employment: 'ended', attributes: { email: note.email } }),
    ),
  ];
  await enqueue(lanes, events);
  const closed = notes.map((note) => ({ ...note, open: false }));
  await write(store, closed);
}

async function write(store: Store, told: Note[]): Promise<void> {
  const item = { ...keys.exceptions(), schema: 1 as const, told };
  await changeItem(store, keys.exceptions(), ToldExceptionsSchema, () => item);
}

function eventsOf(exception: Exception, note: Note, config: Config): LifecycleEvent[] {
  const { email, name, access, until: lastDay } = exception;
  const now = note.at;
  const until = endOfDay(lastDay, config.night.timeZone) ?? now;
  const end = eventOf(note, 'end', config, now, {
    kind: 'leaver',
    employment: 'ended',
    from: until,
    attributes: { email },
  });
  if (access === undefined || until <= now) return [end];
  const attributes = { email, ...(name !== undefined && { displayName: name }) };
  const said = { kind: 'joiner', employment: 'active', access, until, attributes } as const;
  return [eventOf(note, 'access', config, now, said), end];
}

/** Ids of what the list says begin so: unlike a decision over one person, it is under the fuse. */
const EXCEPTION = 'exception:';

/** Put back on the list, an entry is told anew. */
function eventOf(
  { hash, at }: Note,
  what: string,
  { sources }: Config,
  now: number,
  said: Pick<LifecycleEvent, 'kind' | 'attributes'> & Partial<LifecycleEvent>,
): LifecycleEvent {
  const authorities = Object.entries(sources).filter(([, { employment }]) => employment);
  const overrules = Object.fromEntries(authorities.map(([source]) => [source, 0])); // no word of theirs: any ends it
  return operatorEvent(`${EXCEPTION}${hash}:${at}:${what}`, now, { ...said, overrules });
}

function hashOf(exception: Exception): string {
  const { email, until, access, name } = exception;
  return createHash('sha256')
    .update(JSON.stringify([normaliseEmail(email), until, access, name]))
    .digest('hex')
    .slice(0, 32);
}

/** Those that end within `ahead` milliseconds, and where on the list they stand, from 1. */
export function endingWithin(
  ahead: number,
  { exceptions, night }: Pick<Config, 'exceptions' | 'night'>,
  now: number,
): (Exception & { place: number })[] {
  return exceptions
    .map((exception, index) => ({ ...exception, place: index + 1 }))
    .filter(({ until }) => {
      const left = (endOfDay(until, night.timeZone) ?? 0) - now;
      return left > 0 && left <= ahead;
    });
}
