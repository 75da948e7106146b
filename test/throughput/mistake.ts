import { BatchSchema } from '../../lib/lifecycle/ledger.ts';
import { MINUTE } from '../../lib/time.ts';
import { WIDE_FUSE } from '../support/wide-fuse.ts';
import { addressOf, hire, leave, move, numbers } from './events.ts';
import { Stack } from './stack.ts';

export interface MistakeFigures {
  /** Accounts that are gone. */
  removed: number;
  held: number;
  /** Batches, with the number of their members. */
  batches: Record<string, number>;
  alarms: number;
  /** Accounts of others that are gone or were never made. */
  hurt: number;
  /** From the first termination until each has its outcome, and until each joiner and mover of the other source has; milliseconds. */
  tookMs: number;
  othersTookMs: number;
  /** A leaver of the other source, said behind them all: until proven gone; milliseconds. */
  leaverTookMs: number;
}

/** So many terminations in one minute, all by mistake, while another source goes on with its joiners and movers. */
export async function massMistake(terminations: number, others: number): Promise<MistakeFigures> {
  const { offboardings: _defaults, ...wide } = WIDE_FUSE;
  const stack = await Stack.start({ fuse: wide });
  const { schedule, world } = stack;
  const movers = numbers(others, terminations);
  const joiners = numbers(others, terminations + others);
  const leaver = terminations + 2 * others;
  await stack.before([
    ...numbers(terminations).map((n) => hire(n, schedule.now(), 'before')),
    ...[...movers, leaver].map((n) => hire(n, schedule.now(), 'contractor', 'contractors')),
  ]);
  stack.begin();
  const began = schedule.now() + 1;
  const overTheMinute = (n: number, of: number): number => began + Math.floor((n * MINUTE) / of);
  for (const n of numbers(terminations))
    schedule.at(overTheMinute(n, terminations), () => stack.accept([leave(n, schedule.now())]));
  for (const n of numbers(others))
    schedule.at(overTheMinute(n, others), () => {
      const now = schedule.now();
      stack.accept([
        move(terminations + n, now, 'others move', 'contractors'),
        hire(terminations + others + n, now, 'others hire', 'contractors'),
      ]);
    });
  const end = began + MINUTE;
  schedule.at(end, () => stack.accept([leave(leaver, end, 'true leave', 'contractors')]));
  await stack.run();
  const left = numbers(terminations).filter((n) => world.core.usersWith(addressOf(n)).length === 0);
  const told = (start: string) => world.published.filter(({ received }) => received.startsWith(start));
  const last = (start: string): number => Math.max(...told(start).map(({ at }) => at)) - began;
  return {
    removed: left.length,
    held: told('leave-').filter(({ result }) => result === 'held').length,
    batches: await batchesOf(stack),
    alarms: world.telemetry.counts.get('FuseBlown') ?? 0,
    hurt: [...movers, ...joiners].filter((n) => world.core.usersWith(addressOf(n, 'contractors')).length !== 1).length,
    tookMs: last('leave-'),
    othersTookMs: last('others'),
    leaverTookMs: last('true') - MINUTE,
  };
}

async function batchesOf({ world }: Stack): Promise<Record<string, number>> {
  const batches: Record<string, number> = {};
  for await (const item of world.store.scan())
    if (item.pk.startsWith('B#') && item.sk === 'B') {
      const { id, n } = BatchSchema.parse(item);
      batches[id] = n;
    }
  return batches;
}
