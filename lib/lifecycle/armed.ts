import type { Config } from '../config/schema.ts';
import { AppError } from '../errors.ts';
import { endOfDay, startOfDay, toIso } from '../time.ts';
import type { ArmedKind } from './event.ts';
import { readGate } from './gate.ts';
import type { Change } from './plan.ts';
import type { Lifecycle } from './reconcile.ts';

/** The kinds that people arm, stop and freeze. */
export const KIND_OF = {
  create: 'joiners',
  update: 'movers',
  restrict: 'leavers',
  delete: 'leavers',
} as const satisfies Record<Change['kind'], ArmedKind>;

/**
 * Whether a kind of change is carried out, or only planned until somebody arms it.
 *
 * @throws AppError STOPPED, FROZEN: it waits, and is carried out afterwards.
 */
export async function isArmed({ store, config, clock }: Lifecycle, kind: ArmedKind): Promise<boolean> {
  const { armed, stoppedOnly = [] } = await readGate(store);
  if (!armed[kind]) return false;
  if (stoppedOnly.includes(kind)) throw new AppError('STOPPED', `A person stopped all ${kind}.`);
  const now = clock.now();
  const until = frozenUntil(config, kind, now);
  if (until === undefined) return true;
  throw new AppError('FROZEN', `All ${kind} wait until ${toIso(until)}.`, { retryAfterMs: until - now });
}

/** The end of the freeze that lies over this instant; days are those of `night.timeZone`, both included. */
export function frozenUntil(
  { freeze, night }: Pick<Config, 'freeze' | 'night'>,
  kind: ArmedKind,
  now: number,
): number | undefined {
  const ends = freeze.flatMap(({ from, to, except }) => {
    const [start = Infinity, end = 0] = [startOfDay(from, night.timeZone), endOfDay(to, night.timeZone)];
    return !except.includes(kind) && start <= now && now < end ? [end] : [];
  });
  return ends.length === 0 ? undefined : Math.max(...ends);
}
