import { isAppError } from '../errors.ts';
import { attendBatches } from './batch-sweep.ts';
import { LANES, type Lane } from './event.ts';
import { readGate } from './gate.ts';
import { readPerson } from './identity.ts';
import type { Key } from './ledger.ts';
import type { Clock, Lanes, Store, Telemetry } from './ports.ts';
import { LOOK_AGAIN } from './release.ts';

/** What the two workers of a lane carry in a minute at about a second a person. */
const CAPACITY = 120;

export interface SweepDeps {
  store: Store;
  lanes: Pick<Lanes, 'send'>;
  clock: Clock;
  telemetry: Telemetry;
}

/** Wakes whoever is due, urgent first, as many as each lane can carry in a minute; nobody while calls are paused or stopped. */
export async function sweep(deps: SweepDeps): Promise<{ woken: number }> {
  const now = deps.clock.now();
  const gate = await readGate(deps.store);
  if (gate.stopped) deps.telemetry.count('Stopped');
  if (gate.stopped || (gate.pausedUntil ?? 0) > now) return { woken: 0 };
  await attendBatches(deps, now, CAPACITY); // first, so that whoever was approved is woken in this very minute
  let woken = 0;
  for (const lane of LANES) woken += await wake(deps, lane, now);
  deps.telemetry.count('Woken', woken);
  return { woken };
}

async function wake({ store, lanes, telemetry }: SweepDeps, lane: Lane, now: number): Promise<number> {
  const pids: string[] = [];
  for (const key of await store.due(lane, now, CAPACITY)) {
    const pid = await takeUp(store, key, now).catch((error: unknown) => passOver(telemetry, error));
    if (pid !== undefined) pids.push(pid);
  }
  if (pids.length > 0)
    await lanes.send(
      lane,
      pids.map((pid) => ({ schema: 1, type: 'wake', pid, due: true })),
    );
  telemetry.log('info', 'woken', { lane, count: pids.length });
  return pids.length;
}

/** The index lags behind the item: what is due is read again, and its next look set before the message goes out. */
async function takeUp(store: Store, key: Key, now: number): Promise<string | undefined> {
  if (!key.pk.startsWith('P#')) return undefined;
  const person = await readPerson(store, key.pk.slice(2));
  if (person?.wakeAt === undefined || person.wakeAt > now) return undefined;
  const v = await store.put({ ...person, wakeAt: now + LOOK_AGAIN }, person.v);
  return v === undefined ? undefined : person.pid; // lost: a worker is at it
}

/** One item that cannot be read must not keep all others from being woken. */
function passOver(telemetry: Telemetry, error: unknown): undefined {
  if (!isAppError(error, 'LEDGER_UNREADABLE')) throw error;
  telemetry.log('error', 'a person is not woken', { code: error.code, message: error.message });
  telemetry.count('Unreadable', 1);
}
