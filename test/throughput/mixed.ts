import { seeded } from '../../infra/local/bitsight-simulator/random.ts';
import { FUNCTION_LIMITS } from '../../infra/function-limits.ts';
import { WORKERS } from '../../infra/local/functions.ts';
import type { Lane, LifecycleEvent } from '../../lib/lifecycle/event.ts';
import { hire, leave, move, numbers, rename, restate } from './events.ts';
import { PACE, Stack } from './stack.ts';
import type { Kind } from './tally.ts';

/** Shares of the events. */
const MIX = { hire: 0.25, move: 0.25, rename: 0.05, leave: 0.2, restate: 0.15, again: 0.1 };

export interface LaneFigures {
  calls: number;
  /** The calls of the lane, one after the other at each of its workers, milliseconds. */
  boundMs: number;
  tookMs: number;
  /** Of the time of its workers, spent with the ledger. */
  ledgerShare: number;
}
export interface MixedFigures {
  events: number;
  outcomes: Record<string, number>;
  lanes: Record<Lane, LaneFigures>;
  kinds: ReadonlyMap<string, Kind>;
  atOnce: number;
}

/** So many events of all kinds that all came at once. */
export async function mixedEvents(events: number, seed: number): Promise<MixedFigures> {
  const stack = await Stack.start();
  const { schedule, world } = stack;
  const count = (kind: keyof typeof MIX): number => Math.round(events * MIX[kind]);
  const [moves, renames, leaves, restated] = [count('move'), count('rename'), count('leave'), count('restate')];
  const employed = moves + renames + leaves + restated;
  await stack.before(numbers(employed).map((n) => hire(n, schedule.now(), 'before')));
  stack.begin();
  const now = schedule.now() + 1;
  const told = [
    ...numbers(moves).map((n) => move(n, now)),
    ...numbers(renames, moves).map((n) => rename(n, now)),
    ...numbers(leaves, moves + renames).map((n) => leave(n, now)),
    ...numbers(restated, moves + renames + leaves).map((n) => restate(n, now)),
    ...numbers(count('hire'), employed).map((n) => hire(n, now)),
  ];
  const published = world.published.length;
  stack.accept(shuffled(told, count('again'), seed));
  const began = schedule.now();
  await stack.run();
  return {
    events: told.length + count('again'),
    outcomes: Object.fromEntries(
      [...Map.groupBy(world.published.slice(published), ({ result, what, code }) => `${result} ${what ?? code}`)].map(
        ([outcome, all]) => [outcome, all.length],
      ),
    ),
    lanes: { urgent: laneFigures(stack, 'urgent', began), normal: laneFigures(stack, 'normal', began) },
    kinds: stack.tally.kinds,
    atOnce: world.core.record.maximumConcurrent,
  };
}

function laneFigures({ tally }: Stack, lane: Lane, began: number): LaneFigures {
  const { concurrency } = FUNCTION_LIMITS[WORKERS[lane].name];
  const tookMs = tally.doneAt[lane] - began;
  return {
    calls: tally.calls[lane],
    boundMs: (tally.calls[lane] * PACE.bitsight) / concurrency,
    tookMs,
    ledgerShare: (tally.ledger[lane] * PACE.ledger) / concurrency / tookMs,
  };
}

/** In an order that the seed decides; some of them come again, under the same id, behind the first time. */
function shuffled(events: LifecycleEvent[], again: number, seed: number): LifecycleEvent[] {
  const random = seeded(seed);
  const placed = events.map((event) => ({ event, at: random() }));
  const repeated = placed
    .slice()
    .sort((a, b) => a.at - b.at)
    .slice(0, again);
  const twice = repeated.map(({ event, at }, n) => ({
    event: { ...event, received: `duplicate-${n}` },
    at: at + random() * (1 - at),
  }));
  return [...placed, ...twice].sort((a, b) => a.at - b.at).map(({ event }) => event);
}
