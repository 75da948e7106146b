import type { FaultInput } from '../../infra/local/bitsight-simulator/faults.ts';
import { MINUTE, SECOND } from '../../lib/time.ts';
import { addressOf, hire, leave, numbers } from './events.ts';
import { Stack } from './stack.ts';

interface Case {
  /** The number of the leaver: below 0 somebody who is employed for long, else whose hire lies in the queue there. */
  leaver: (waiting: number) => number;
  /** After the joiners. */
  leavesAfter: number;
  faults?: FaultInput[];
  /** The joiners are worked off to the end, since the hire of the leaver is one of the last. */
  toTheEnd?: true;
}
export const EMPLOYED = { leaver: () => -1, leavesAfter: MINUTE } as const;
const PAUSE: FaultInput = { kind: 'rate-limit', retryAfter: 60, holds: true, times: 1 };
const lost = (when: 'before' | 'after'): FaultInput => ({ kind: 'reset', method: 'DELETE', times: 1, when });

/** One leaver behind joiners who all wait already. */
export const CASES: Record<string, Case> = {
  'employed for long': EMPLOYED,
  'all calls pause for a minute (429)': { ...EMPLOYED, faults: [PAUSE] },
  'the answer of the removal is lost': { ...EMPLOYED, faults: [lost('after')] },
  'the removal itself is lost': { ...EMPLOYED, faults: [lost('before')] },
  'a pause, and the removal is lost': { ...EMPLOYED, faults: [PAUSE, lost('before')] },
  'being hired at this moment': { leaver: () => 0, leavesAfter: 1.4 * SECOND },
  'one of those who wait': { leaver: (waiting) => waiting - 1, leavesAfter: MINUTE, toTheEnd: true },
};

export interface LeaverFigures {
  /** From receipt to the outcome, milliseconds; undefined: there is none. */
  tookMs: number | undefined;
  outcome: string | undefined;
  /** Accounts that the leaver has in the end. */
  remaining: number;
  /** Joiners who have their account, in which time since they were said (milliseconds). */
  hired: number;
  hiringMs: number;
  atOnce: number;
}

const ALLOWED = 5 * MINUTE;

export async function leaverBehind(
  waiting: number,
  { leaver, leavesAfter, faults, toTheEnd }: Case,
): Promise<LeaverFigures> {
  const stack = await Stack.start();
  const { schedule, world } = stack;
  const n = leaver(waiting);
  await stack.before([hire(-1, schedule.now())]);
  stack.begin();
  const began = schedule.now();
  stack.accept(numbers(waiting).map((one) => hire(one, began)));
  schedule.at(began + leavesAfter - 2 * SECOND, () => world.core.faults.set(faults ?? []));
  schedule.at(began + leavesAfter, () => stack.accept([leave(n, schedule.now())]));
  await stack.run(toTheEnd ? Infinity : began + leavesAfter + ALLOWED);
  const told = world.published.find(({ received }) => received === `leave-${n}`);
  return {
    tookMs: told && told.at - began - leavesAfter,
    outcome: told && `${told.result} ${told.what ?? told.code}`,
    remaining: world.core.usersWith(addressOf(n)).length,
    hired: world.published.filter(({ what }) => what === 'created').length - 1,
    hiringMs: stack.tally.doneAt.normal - began,
    atOnce: world.core.record.maximumConcurrent,
  };
}
