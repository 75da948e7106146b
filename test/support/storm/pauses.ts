import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { System } from '../../../infra/local/system.ts';
import { GateSchema, keys } from '../../../lib/lifecycle/ledger.ts';

/** A pause that stood in the ledger at the latest at `seen`. Domain milliseconds. */
export interface Pause {
  seen: number;
  until: number;
}

const POLL_MS = 10;
/** So long after an answer 429 a pause may be written. */
const LATEST_MS = 1500;
const GateItemSchema = GateSchema.pick({ pausedUntil: true });

/** Watches from outside, after each answer 429 of Bitsight, what the gate item says of it. */
export function watchPauses({ store, clock, simulator }: System): { stop(): Promise<Pause[]> } {
  const pauses: Pause[] = [];
  const stopping = new AbortController();
  const told = (): number => simulator.core.record.calls.filter(({ end }) => end?.status === 429).length;

  async function watch(): Promise<void> {
    let heard = 0;
    let lookUntil = 0;
    for (; !stopping.signal.aborted; await sleep(POLL_MS)) {
      if (told() > heard) lookUntil = performance.now() + LATEST_MS;
      heard = told();
      if (performance.now() > lookUntil) continue;
      const { pausedUntil: until = 0 } = GateItemSchema.parse((await store.get(keys.gate())) ?? {});
      const seen = clock.now();
      if (until > Math.max(seen, pauses.at(-1)?.until ?? 0)) pauses.push({ seen, until });
    }
  }

  const watching = watch();
  return {
    async stop() {
      stopping.abort();
      await watching;
      return pauses;
    },
  };
}
