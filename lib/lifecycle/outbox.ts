import { readPerson } from './identity.ts';
import type { Person } from './ledger.ts';
import type { Outcome } from './outcome.ts';
import { leaseEnd } from './operation.ts';
import type { Lifecycle } from './reconcile.ts';
import { rested } from './release.ts';
import { claimReplies, dueReplies, reply } from './tickets.ts';

/**
 * Tells what became of events, at least once and under stable ids, whatever else has to wait; and where nothing is due
 * or was put off, sets when to look again. Tickets are answered last.
 */
export async function comeToRest(lifecycle: Lifecycle, pid: string): Promise<void> {
  const { store, config, clock, invocation } = lifecycle;
  const person = await readPerson(store, pid);
  if (person === undefined) return;
  if (person.outbox.length > 0) await publish(lifecycle, person);
  const now = clock.now();
  tellLeaverWaits(lifecycle, person, now);
  const due = dueReplies(person, now, invocation.wallNow());
  const rests = rested(claimReplies({ ...person, outbox: [] }, due, now, leaseEnd(lifecycle)), config, now);
  const isNews = person.outbox.length > 0 || rests.wakeAt !== person.wakeAt || due.length > 0;
  const v = isNews ? await store.put(rests, person.v) : undefined; // lost: somebody moved it on; told again later
  if (v !== undefined && due.length > 0) await reply(lifecycle, rests, due);
}

/** How long somebody who left has kept what they had, milliseconds; each look tells. */
function tellLeaverWaits({ telemetry }: Lifecycle, { open }: Person, now: number): void {
  const since = open.flatMap(({ kind, at, from }) => (kind === 'leaver' && from <= now ? [Math.max(at, from)] : []));
  if (since.length > 0) telemetry.time('LeaverOpen', now - Math.min(...since));
}

/** Waits for a decision of its own: batches, and what is not armed, are told in other ways. */
const isHeldAlone = ({ result, code }: Outcome): boolean =>
  result === 'held' && !['FUSE_BLOWN', 'BATCH_REJECTED', 'NOT_ARMED'].includes(code);

async function publish({ outcomes, telemetry }: Lifecycle, person: Person): Promise<void> {
  await outcomes.publish(person.outbox);
  for (const outcome of person.outbox) {
    const { result, code, pid, received, what, kind } = outcome;
    telemetry.log('info', 'outcome', { result, code, pid, received, what });
    telemetry.count('Outcome', 1, { result });
    if (kind === 'leaver' && isHeldAlone(outcome)) telemetry.count('LeaverHeld');
  }
}
