import { AppError } from '../errors.ts';
import { readItem } from '../lifecycle/item.ts';
import { keys, NightSchema, type Night } from '../lifecycle/ledger.ts';
import type { Invocation, Store } from '../lifecycle/ports.ts';
import { SECOND } from '../time.ts';

/** The lease outlives the invocation: the platform's kill is the fence behind which another run may take over. */
const BEYOND_KILL = 30 * SECOND;
/** With less lease left nothing is published any more. */
const LEAST_LEASE = 10 * SECOND;

/** A night that is ours until it is published, given back, or the lease is over. Every step fails once it is not. */
export interface NightClaim {
  /** Notes what is about to be published. Nothing may be published unless this came back. */
  announce(manifestSha256: string): Promise<void>;
  published(manifestSha256: string): Promise<void>;
  /** Gives the night back at once, so that the next run need not wait for the lease. */
  failed(): Promise<void>;
}
type NightStore = Pick<Store, 'get' | 'put'>;

/**
 * Takes the night of `date` for `runId`. When it is published, or another run is at work on it, that run's item comes
 * back instead.
 */
export async function claimNight(
  store: NightStore,
  invocation: Invocation,
  date: string,
  runId: string,
): Promise<{ claim: NightClaim; runId: string } | { taken: Night }> {
  const stored = await store.get(keys.night(date));
  const found = stored && readItem(NightSchema, stored);
  if (found && isTaken(found, invocation.wallNow())) return { taken: found };
  const until = invocation.wallNow() + invocation.remainingMs() + BEYOND_KILL;
  const night: Night = { ...keys.night(date), schema: 1, runId, owner: runId, until, stage: 'reading' };
  const v = await store.put(night, stored?.v ?? 'absent');
  if (v !== undefined) return { claim: claimOf(store, invocation, night, v), runId };
  const winner = await store.get(keys.night(date));
  if (winner) return { taken: readItem(NightSchema, winner) };
  throw lost(date);
}

function isTaken({ stage, until }: Night, now: number): boolean {
  return stage === 'published' || (stage === 'reading' && until > now);
}

function claimOf(store: NightStore, invocation: Invocation, night: Night, read: number): NightClaim {
  let v = read;
  const put = async (change: Partial<Night>): Promise<void> => {
    const written = await store.put({ ...night, ...change }, v);
    if (written === undefined) throw lost(night.pk);
    v = written;
  };
  return {
    async announce(manifest) {
      if (night.until - invocation.wallNow() < LEAST_LEASE) throw lost(night.pk);
      await put({ manifest });
    },
    published: (manifest) => put({ manifest, stage: 'published' }),
    failed: () => put({ stage: 'failed' }),
  };
}

function lost(night: string): AppError {
  return new AppError('STORE_CONFLICT', `Another run took over the night ${night}.`);
}
