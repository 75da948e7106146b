import { sweep } from '../../lib/lifecycle/sweep.ts';
import type { Lanes, Store } from '../../lib/lifecycle/ports.ts';
import { MINUTE } from '../../lib/time.ts';
import { createMemoryLanes } from '../support/memory/lanes.ts';
import { createMemoryStore, type MemoryTable } from '../support/memory/store.ts';
import { roughHooks } from './chaos.ts';
import { attend } from './decisions.ts';
import { tellList } from './exceptions.ts';
import type { Run } from './play.ts';
import type { Schedule } from './schedule.ts';

export interface Ports {
  store: Store;
  lanes: Lanes;
}

/** The sweeper each minute, as long as anything moves; minutes in which nobody is due are skipped. */
export function keepSweeping(run: Run): void {
  const { schedule, queues, world, office } = run;
  const turn = (): void => {
    const wake = earliestWake(world.table);
    attend(run);
    if (wake <= schedule.now()) void sweepOnce(run).catch(() => office.count('sweep failed'));
    const busy = queues.busy || wake <= schedule.now();
    const next = busy ? schedule.now() : Math.min(wake, schedule.next());
    if (next < Infinity) schedule.at(next + MINUTE, turn);
  };
  schedule.at(schedule.now() + MINUTE, turn);
}

async function sweepOnce(run: Run): Promise<void> {
  const { store, lanes } = roughPorts(run);
  await tellList(run, { store, lanes });
  await sweep({ store, lanes, clock: run.schedule, telemetry: run.world.telemetry });
}

/** What a short life that may end anywhere has of ledger and queues. */
export function roughPorts({ schedule, world, ledger, rough, office }: Run): Ports {
  const life = { alive: true, kill: () => void (life.alive = false) };
  const rougher = { ...rough, crash: rough.crash * 8, store: rough.store * 4 }; // a sweep is short
  const hooks = roughHooks(
    schedule,
    () => life,
    rougher,
    office.count,
    () => undefined,
  );
  const store = lagging(createMemoryStore({ table: world.table, ...hooks, ...ledger.hooks(() => life) }), schedule);
  const lanes = createMemoryLanes({ queues: world.queues, ...hooks });
  return { store, lanes };
}

/** The index is behind the items: some keys are missing, others are shown that are not due any more. */
function lagging(store: Store, schedule: Schedule): Store {
  return {
    ...store,
    due: async (lane, now, limit) => {
      const due = await store.due(lane, now, limit);
      const stale = schedule.chance(0.2) ? await store.due(lane, now + 5 * MINUTE, limit) : due;
      return stale.filter(() => !schedule.chance(0.1));
    },
  };
}

export function earliestWake(table: MemoryTable): number {
  let earliest = Infinity;
  for (const rows of table.values())
    for (const { wakeAt } of rows.values()) if (wakeAt !== undefined && wakeAt < earliest) earliest = wakeAt;
  return earliest;
}
