import { createHash } from 'node:crypto';
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

/** Of an exception that is about to end people hear for so long. */
const WARN_BEFORE = 14 * DAY;

/**
 * Tells what the list of exceptions says, as events of `operator`, whenever it differs from what was told: an end that
 * lies ahead, the access where one is named, and an end now of who is not on the list any more. Killed anywhere it is told
 * again under the same ids. An exception is over as soon as an HR source says anything of the person.
 */
export async function tellExceptions(deps: ExceptionDeps): Promise<void> {
  const { store, lanes, config, clock } = deps;
  warnOfEnds(deps);
  const told = (await getItem(store, keys.exceptions(), ToldExceptionsSchema))?.told ?? [];
  const listed = config.exceptions.map((exception) => ({
    exception,
    email: normaliseEmail(exception.email),
    hash: hashOf(exception),
  }));
  const news = listed.filter(({ hash }) => told.every((one) => one.hash !== hash));
  const gone = told.filter(({ email }) => listed.every((one) => one.email !== email));
  if (news.length === 0 && gone.length === 0) return;
  const now = clock.now();
  const events = [
    ...news.flatMap(({ exception, hash }) => eventsOf(exception, hash, config, now)),
    ...gone.map(({ email, hash }) =>
      eventOf(`${hash}:gone`, config, now, { kind: 'leaver', employment: 'ended', attributes: { email } }),
    ),
  ];
  await enqueue(lanes, events);
  const all = listed.map(({ email, hash }) => ({ email, hash }));
  await changeItem(store, keys.exceptions(), ToldExceptionsSchema, () => ({
    ...keys.exceptions(),
    schema: 1,
    told: all,
  }));
}

function eventsOf(exception: Exception, hash: string, config: Config, now: number): LifecycleEvent[] {
  const { email, name, access, until: lastDay } = exception;
  const until = endOfDay(lastDay, config.night.timeZone) ?? now;
  const end = eventOf(`${hash}:end`, config, now, {
    kind: 'leaver',
    employment: 'ended',
    from: until,
    attributes: { email },
  });
  if (access === undefined || until <= now) return [end];
  const attributes = { email, ...(name !== undefined && { displayName: name }) };
  const said = { kind: 'joiner', employment: 'active', access, until, attributes } as const;
  return [eventOf(`${hash}:access`, config, now, said), end];
}

/** Ids of what the list says begin so: unlike a decision over one person, it is under the fuse. */
const EXCEPTION = 'exception:';

function eventOf(
  name: string,
  { sources }: Config,
  now: number,
  said: Pick<LifecycleEvent, 'kind' | 'attributes'> & Partial<LifecycleEvent>,
): LifecycleEvent {
  const authorities = Object.entries(sources).filter(([, { employment }]) => employment);
  const overrules = Object.fromEntries(authorities.map(([source]) => [source, 0])); // no word of theirs: any ends it
  return operatorEvent(`${EXCEPTION}${name}`, now, { ...said, overrules });
}

function hashOf(exception: Exception): string {
  const { email, until, access, name } = exception;
  return createHash('sha256')
    .update(JSON.stringify([normaliseEmail(email), until, access, name]))
    .digest('hex')
    .slice(0, 32);
}

function warnOfEnds({ config, clock, telemetry }: ExceptionDeps): void {
  const ends = config.exceptions.map(({ until }) => (endOfDay(until, config.night.timeZone) ?? 0) - clock.now());
  telemetry.count('ExceptionsEnding', ends.filter((left) => left > 0 && left <= WARN_BEFORE).length);
}
