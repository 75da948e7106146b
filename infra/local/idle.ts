import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { LANES } from '../../lib/lifecycle/event.ts';
import { PersonSchema, type Key, type Stored } from '../../lib/lifecycle/ledger.ts';
import type { Clock, Store } from '../../lib/lifecycle/ports.ts';
import type { LocalAws } from './aws.ts';

export interface IdleDeps {
  aws: Pick<LocalAws, 'waiting'>;
  store: Pick<Store, 'get' | 'scan'>;
  clock: Pick<Clock, 'now'>;
  /** Whether a request is at the front door. */
  busy: () => boolean;
}

const POLL_MS = 50;

/** Waits until every accepted delivery whose time has come has its outcome, and the outcome is published. */
export async function waitUntilIdle(
  deps: IdleDeps,
  { timeoutMs = 60_000 }: { timeoutMs?: number } = {},
): Promise<void> {
  const end = Date.now() + timeoutMs;
  const look = createLook(deps);
  for (let inFlight = await look(); inFlight !== undefined; inFlight = await look()) {
    if (Date.now() > end) throw new Error(`Not idle after ${timeoutMs / 1000} seconds: ${inFlight}.`);
    await sleep(POLL_MS);
  }
}

/**
 * Tells what is in flight, in words. A message is recorded before it is deleted: queues first, then the ledger. Whoever
 * was at work at the last look is asked first: the whole ledger is read only when nobody is known to be.
 */
function createLook({ aws, store, clock, busy }: IdleDeps): () => Promise<string | undefined> {
  let last: Key | undefined;
  return async () => {
    if (busy()) return 'a request at the front door';
    for (const lane of LANES) {
      if (aws.waiting(lane) > 0) return `${aws.waiting(lane)} messages in the ${lane} lane`;
    }
    const now = clock.now();
    const known = last && (await store.get(last));
    if (known !== undefined && isAtWork(known, now)) return `person ${known.pk.slice(2)}`;
    for await (const item of store.scan()) {
      if (!isAtWork(item, now)) continue;
      last = { pk: item.pk, sk: item.sk };
      return `person ${item.pk.slice(2)}`;
    }
    return undefined;
  };
}

/** Of a person only what shows whether somebody is at work. */
const WorkSchema = PersonSchema.pick({ open: true, outbox: true }).extend({ op: z.unknown().optional() });

function isAtWork(item: Stored, now: number): boolean {
  if (!item.pk.startsWith('P#') || item.sk !== 'P') return false;
  const { open, outbox, op } = WorkSchema.parse(item);
  return op !== undefined || outbox.length > 0 || open.some(({ from }) => from <= now);
}
