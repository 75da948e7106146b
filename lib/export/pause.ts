import { retryAfter } from '../http/retry-after.ts';
import { pauseUntil, readGate, refusePaused } from '../lifecycle/gate.ts';
import type { Clock, Invocation, Store } from '../lifecycle/ports.ts';
import { MINUTE } from '../time.ts';

/** A run that waits needs as much again to work. */
const RESERVE = MINUTE;

/**
 * The pause that all who call Bitsight share, for one run that may wait: before each call it waits out what the ledger
 * says, and what 429 tells it, it tells the others.
 */
export function sharingPause(deps: { store: Store; clock: Clock }, invocation: Invocation) {
  const { store, clock } = deps;
  return {
    /** @throws AppError PAUSED when the pause is longer than the run can wait. */
    async waitOut(): Promise<void> {
      for (;;) {
        const gate = await readGate(store);
        const left = (gate.pausedUntil ?? 0) - clock.now();
        if (left <= 0) return;
        if (left + RESERVE > invocation.remainingMs()) refusePaused(gate, clock.now());
        await clock.sleep(left);
      }
    },
    telling:
      (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
      async (input, init) => {
        const response = await fetch(input, init);
        if (response.status !== 429) return response;
        const now = clock.now();
        await pauseUntil(store, now + retryAfter(response.headers.get('retry-after'), now).ms);
        return response;
      },
  };
}
