import type { Config } from './schema.ts';

/** Workers of one lane at a time, each with one call at a time; a queue's maximum concurrency cannot be lower. */
export const WORKERS_A_LANE = 2;
const LANES = 2;
/** Somebody's own `npm run review` or `export` knows no ledger, and so no permit. */
const WITHOUT_PERMIT = 1;

/** Bitsight advises 3 and refuses more than 20 (help page on limits); half of those are left to whatever else the tenant uses. */
const MOST = 10;

/** Calls to Bitsight at one time at most: the workers, the night or the one command that has the permit, and somebody's own. */
export function callsAtOnce({ features, night }: Pick<Config, 'features' | 'night'>): number {
  return (features.webhooks ? LANES * WORKERS_A_LANE : 0) + night.requests + WITHOUT_PERMIT;
}

export function tooManyCalls(config: Pick<Config, 'features' | 'night'>): string[] {
  const calls = callsAtOnce(config);
  return calls <= MOST
    ? []
    : [`night.requests: makes ${calls} calls to Bitsight at once with everything beside it, at most ${MOST} may be`];
}
