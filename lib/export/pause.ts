import { AppError } from '../errors.ts';
import { retryAfter } from '../http/retry-after.ts';
import { changeGate, pauseUntil, readGate, refusePaused } from '../lifecycle/gate.ts';
import type { Gate } from '../lifecycle/ledger.ts';
import type { Clock, Invocation, Random, Store } from '../lifecycle/ports.ts';
import { MINUTE, toIso } from '../time.ts';

/** A run that waits needs as much again to work. */
const RESERVE = MINUTE;
/** Longer than any call takes; taken anew by whoever goes on. Whoever was killed keeps nobody waiting for longer. */
const LEASE = 2 * MINUTE;

/**
 * How one run calls Bitsight beside the workers: before each call it waits out the pause that the ledger says, and
 * whichever other run has the permit in the gate, and what 429 tells it, it tells the others. So the workers have at most
 * one more beside them.
 */
export function directReader(
  deps: { store: Store; clock: Clock; random: Random },
  invocation: Pick<Invocation, 'remainingMs'>,
) {
  const { store, clock } = deps;
  const id = deps.random().toString(36).slice(2);
  let isOurs = false;
  const othersUntil = ({ reader }: Gate): number => (reader === undefined || reader.id === id ? 0 : reader.until);
  /** Whether the permit is ours for the next call. */
  const take = async (gate: Gate): Promise<boolean> => {
    const now = clock.now();
    if (gate.reader?.id === id && gate.reader.until - now > LEASE / 2) return true;
    await changeGate(store, (latest) => {
      isOurs = othersUntil(latest) <= now;
      return isOurs ? { ...latest, reader: { id, until: now + LEASE } } : latest;
    });
    return isOurs;
  };
  return {
    /** @throws AppError PAUSED, READER_BUSY when the run cannot wait for so long. */
    async waitOut(): Promise<void> {
      for (;;) {
        const gate = await readGate(store);
        const left = Math.max(gate.pausedUntil ?? 0, othersUntil(gate)) - clock.now();
        if (left <= 0 && (await take(gate))) return;
        if (left + RESERVE > invocation.remainingMs()) refuse(gate, clock.now());
        await clock.sleep(Math.max(left, 0));
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
    /** Nobody has to wait for the end of the lease. */
    async giveBack(): Promise<void> {
      if (!isOurs) return;
      await changeGate(store, ({ reader, ...gate }) =>
        reader?.id === id ? gate : { ...gate, ...(reader && { reader }) },
      );
    },
  };
}

function refuse(gate: Gate, now: number): never {
  refusePaused(gate, now);
  throw new AppError('READER_BUSY', `Another run reads until ${toIso(gate.reader?.until ?? now)} or longer.`);
}
