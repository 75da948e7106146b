import type { Config } from '../config/schema.ts';
import { isAppError } from '../errors.ts';
import { RETENTION } from '../retention.ts';
import { DAY } from '../time.ts';
import { heldBatches, readMembers } from './batch.ts';
import { endingWithin } from './exceptions.ts';
import { readPerson } from './identity.ts';
import { keys, type BatchMember } from './ledger.ts';
import { batchMessage, batchWaits, exceptionsEnd, exceptionsMessage, type Message } from './messages.ts';
import type { Clock, People, Store, Telemetry } from './ports.ts';

export interface TellDeps {
  store: Pick<Store, 'get' | 'put'>;
  people: People;
  telemetry: Telemetry;
  clock: Pick<Clock, 'now'>;
  config: Pick<Config, 'notify'>;
}

/**
 * Tells people what was not told under this id yet, and writes down that it was. Killed between the two it is told
 * again. What cannot be told is tried again the next time, and keeps nothing else from its work.
 */
export async function tellOnce(
  { store, people, telemetry, clock, config }: TellDeps,
  { id, about }: Pick<Message, 'id' | 'about'>,
  make: () => Message | Promise<Message>,
): Promise<void> {
  if (!config.notify[about] || (await store.get(keys.told(id))) !== undefined) return;
  try {
    await people.tell(await make());
  } catch (error) {
    if (!isAppError(error, 'PEOPLE_UNAVAILABLE')) throw error;
    telemetry.log('error', 'people are not told', { code: error.code, message: error.message, key: id });
    return telemetry.count('MessageFailed');
  }
  const ttl = Math.floor((clock.now() + RETENTION.told.days * DAY) / 1000);
  await store.put({ ...keys.told(id), schema: 1, ttl }, 'absent'); // lost: told by somebody else, too
}

const WARNED_BEFORE = 14 * DAY;

/** What the software alone knows and somebody has to decide: batches that wait, exceptions that end. */
export async function tellWaiting(deps: TellDeps & { store: Store; config: Config }): Promise<void> {
  const { store, config, clock } = deps;
  const open = (await heldBatches(store)).filter(({ status }) => status === 'open');
  for (const batch of open)
    await tellOnce(deps, { id: batchMessage(batch.id), about: 'batches' }, async () => {
      const members = await readMembers(store, batch.id);
      return batchWaits(batch, members.length, config.notify.names ? await addressesOf(store, members) : []);
    });
  const ending = Map.groupBy(endingWithin(WARNED_BEFORE, config, clock.now()), ({ until }) => until);
  for (const [until, entries] of ending)
    await tellOnce(deps, { id: exceptionsMessage(until), about: 'exceptions' }, () => {
      const named = entries.map(({ email, owner }) => `${email} (ask ${owner})`);
      const places = entries.map(({ place }) => place);
      return exceptionsEnd(until, places, config.notify.names ? named : []);
    });
}

/** More would be no message any more. */
const MOST_NAMED = 20;

async function addressesOf(store: Store, members: BatchMember[]): Promise<string[]> {
  const people = await Promise.all(members.slice(0, MOST_NAMED).map(({ pid }) => readPerson(store, pid)));
  return people.flatMap((person) => person?.emails.slice(0, 1) ?? []);
}
