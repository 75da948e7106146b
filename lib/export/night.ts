import type { BitsightClient } from '../bitsight/index.ts';
import { textBytes } from '../bytes.ts';
import type { Config } from '../config/schema.ts';
import { isAppError } from '../errors.ts';
import type { Archive, Clock, Ids, Invocation, Store, Telemetry } from '../lifecycle/ports.ts';
import { recordPopulation } from '../lifecycle/population.ts';
import { dateIn } from '../time.ts';
import { sha256 } from './digest.ts';
import { readListing } from './listing.ts';
import { manifestText, type Manifest } from './manifest.ts';
import { claimNight, type NightClaim } from './night-claim.ts';
import { findPrevious, manifestKey, partKey, readNight, type PublishedNight } from './nights.ts';
import { haveLookedAt, nightYardstick } from './night-yardstick.ts';
import type { Provenance } from './review.ts';
import { writeSnapshot, type Written } from './snapshot.ts';
import type { OpenSpool } from './spool.ts';

export interface NightDeps {
  bitsight: BitsightClient;
  /** Calls made to Bitsight by this run so far. */
  calls: () => number;
  store: Pick<Store, 'get' | 'put' | 'scan'>;
  archive: Archive;
  openSpool: OpenSpool;
  clock: Pick<Clock, 'now'>;
  ids: Ids;
  telemetry: Telemetry;
  config: Config;
  configHash: string;
  /** Key of the address hashes in the ledger. */
  mailKey: () => Promise<string>;
  product: Provenance['product'];
}
/** `already`: another run published the night; `busy`: another run is at work on it. The run id is that run's. */
export type NightResult =
  | {
      outcome: 'published' | 'already';
      date: string;
      runId: string;
      people: number;
      tokens: number;
      changes: Manifest['changes'];
    }
  | { outcome: 'busy'; date: string; runId: string };

/**
 * Publishes the night on which `scheduledAt` falls, once, whole or not at all. Can be killed anywhere and run again:
 * only the manifest, written last under the lease, makes the files of a run a night.
 */
export async function runNight(deps: NightDeps, invocation: Invocation, scheduledAt: number): Promise<NightResult> {
  const { store, archive, config, telemetry } = deps;
  const date = dateIn(scheduledAt, config.night.timeZone);
  const claimed = await claimNight(store, invocation, date, deps.ids.next());
  const found = await readNight(archive, manifestKey(date));
  if ('taken' in claimed) {
    if (found) return resultOf('already', found.manifest);
    telemetry.log('warn', 'Another run is at work on this night.', { runId: claimed.taken.runId });
    return { outcome: 'busy', date, runId: claimed.taken.runId };
  }
  const { claim, runId } = claimed;
  if (found) {
    // a run died between the manifest and the ledger: only the word is missing
    await finish(deps, claim, found);
    return resultOf('already', found.manifest);
  }
  return orGiveBack(claim, telemetry, () => publish(deps, invocation, claim, date, runId));
}

async function publish(
  deps: NightDeps,
  invocation: Invocation,
  claim: NightClaim,
  date: string,
  runId: string,
): Promise<NightResult> {
  const startedAt = deps.clock.now();
  const { manifest, lookAgain } = await snapshot(deps, invocation, { date, runId, startedAt });
  await haveLookedAt(deps, lookAgain); // before the manifest: a run that dies here is run again, and tells it again
  const text = manifestText(manifest);
  await claim.announce(sha256(text));
  await deps.archive.put(manifestKey(date), textBytes(text), 'application/json');
  await finish(deps, claim, { manifest, sha256: sha256(text) });
  report(deps, manifest, deps.clock.now() - startedAt);
  return resultOf('published', manifest);
}

/** What the ledger has to know of a night that is there. */
async function finish({ store, clock }: NightDeps, claim: NightClaim, night: PublishedNight): Promise<void> {
  await recordPopulation(store, { people: night.manifest.counts.people, from: 'snapshot', at: clock.now() });
  await claim.published(night.sha256);
}

async function snapshot(
  deps: NightDeps,
  invocation: Invocation,
  run: { date: string; runId: string; startedAt: number },
): Promise<Pick<Written, 'manifest' | 'lookAgain'>> {
  const { bitsight, archive, openSpool, clock, telemetry, config, configHash, calls } = deps;
  const { implausibleShare, requests, gzip, bom } = config.night;
  const call = { remainingMs: () => invocation.remainingMs(), atOnce: requests };
  await using listing = await readListing({ users: bitsight.users, openSpool, call });
  await using previous = await findPrevious({ archive, openSpool, telemetry }, run.date);
  const by = await nightYardstick(deps, run.startedAt, [listing, ...(previous ? [previous] : [])], call);
  const put = async (name: string, body: AsyncIterable<Uint8Array>, type: string): Promise<string> => {
    const key = partKey(run.date, run.runId, name);
    await archive.put(key, body, type);
    return key;
  };
  const provenance = { host: new URL(config.bitsight.baseUrl).host, product: deps.product };
  const about = { ...run, company: config.company, configHash, provenance };
  const order = { ...about, by, rosterName: undefined, implausibleShare, listing, format: { gzip, bom } };
  return await writeSnapshot({ ...order, previous, calls }, { clock, openSpool, put }); // else its spools are closed while it reads
}

/** A run that fails while it lives gives the night back, so that the next one need not wait for the lease. */
async function orGiveBack<T>(claim: NightClaim, telemetry: Telemetry, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await claim.failed().catch((second: unknown) => {
      const code = isAppError(second) ? second.code : 'INTERNAL';
      telemetry.log('warn', 'The night stays claimed until its lease is over.', { code });
    });
    throw error;
  }
}

function report({ telemetry, configHash }: NightDeps, { runId, counts, changes }: Manifest, ms: number): void {
  const count = counts.people + counts.tokens;
  telemetry.log('info', 'The night is published.', { runId, count, ms, configHash });
  telemetry.count('NightPublished');
  telemetry.time('NightDuration', ms);
  if (!changes.implausible) return;
  telemetry.log('error', 'More accounts are gone than is plausible.', { runId, count: changes.left });
  telemetry.count('NightImplausible');
}

function resultOf(outcome: 'published' | 'already', { date, runId, counts, changes }: Manifest): NightResult {
  return { outcome, date, runId, ...counts, changes };
}
