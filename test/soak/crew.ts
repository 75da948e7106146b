import type { Lane } from '../../lib/lifecycle/event.ts';
import type { LedgerWatch } from '../support/ledger-watch.ts';
import type { TestWorld } from '../support/world.ts';
import { roughHooks, type Roughness } from './chaos.ts';
import { fetchOf } from './client-calls.ts';
import type { Shift, Work } from './queues.ts';
import type { Schedule } from './schedule.ts';
import type { Watch } from './watch.ts';

/** A warm container: it serves one shift after the other until one of them is killed. */
interface Container {
  shift: Shift;
  work: ReturnType<TestWorld['worker']>;
}

interface Crew {
  schedule: Schedule;
  world: TestWorld;
  watch: Watch;
  ledger: LedgerWatch;
  rough: Roughness;
  count: (what: string) => void;
}

/** The real worker of both lanes, as many as are at work at once. */
export function crew({ schedule, world, watch, ledger, rough, count }: Crew): Work {
  const containers: Record<Lane, Container[]> = { urgent: [], normal: [] };

  function hire(first: Shift): Container {
    const shift = (): Shift => container.shift;
    const seen = (_port: string, operation: string, key?: string): void => watch.ledger(shift(), operation, key);
    const hooks = { ...roughHooks(schedule, shift, rough, count, seen), ...ledger.hooks(shift) };
    const fetch = fetchOf({
      core: world.core,
      schedule,
      shift,
      timeoutMs: world.config.bitsight.timeoutMs,
      stray: () => rough.stray,
      count,
      delay: async (call) => hooks.before?.('bitsight', call.method),
      begin: (call) => watch.begin(call),
    });
    const container: Container = { shift: first, work: world.worker(first.lane, hooks, fetch) };
    containers[first.lane].push(container);
    return container;
  }

  return async (shift, body) => {
    const free = containers[shift.lane].find((one) => one.shift === shift || isFree(one));
    const container = free ?? hire(shift);
    container.shift = shift;
    const now = schedule.now;
    await container.work(body, { remainingMs: () => shift.endsAt - now(), wallNow: now });
  };
}

const isFree = ({ shift }: Container): boolean => shift.ended;
