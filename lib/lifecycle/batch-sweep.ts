import { changeBatch, heldBatches, readMembers } from './batch.ts';
import { laneOf } from './event.ts';
import { approvalEvent } from './fuse.ts';
import { changePerson } from './identity.ts';
import type { Batch, BatchMember, OpenEvent } from './ledger.ts';
import type { Store, Telemetry } from './ports.ts';

interface Attended {
  store: Store;
  telemetry: Telemetry;
}

/** Says how many batches wait for a decision, and wakes members of decided ones. */
export async function attendBatches({ store, telemetry }: Attended, now: number, most: number): Promise<number> {
  let [open, woken] = [0, 0];
  for (const batch of await heldBatches(store))
    if (batch.status === 'open') open += 1;
    else woken += await wakeMembers(store, batch, now, most - woken);
  telemetry.count('OpenBatches', open);
  return woken;
}

/** A decision comes to each member whom it does not leave as they are, as an event of its own, so that what it led to is told and stands in the receipt. */
async function wakeMembers(store: Store, batch: Batch, now: number, most: number): Promise<number> {
  const waiting = (await readMembers(store, batch.id)).filter(({ n }) => n > (batch.woken ?? 0));
  const next = waiting.slice(0, Math.max(0, most));
  for (const member of next) await approve(store, batch, member, now);
  await changeBatch(store, batch.id, ({ lane, wakeAt, ...latest }) => ({
    ...latest,
    woken: next.at(-1)?.n ?? batch.woken ?? 0,
    ...(next.length < waiting.length && { lane, wakeAt }),
  }));
  return next.length;
}

const EVENT_OF = { offboardings: 'leaver', raises: 'mover', changes: 'mover', creations: 'joiner' } as const;

async function approve(store: Store, batch: Batch, { pid }: BatchMember, now: number): Promise<void> {
  const open: OpenEvent = {
    event: approvalEvent(batch.id),
    received: `${batch.id}:${pid}`,
    source: 'operator',
    kind: EVENT_OF[batch.kind],
    said: now,
    from: now,
    at: now,
  };
  const lane = laneOf(open);
  await changePerson(store, pid, (person) => {
    const isTold = person.open.some(({ received }) => received === open.received);
    if (isTold || person.held?.batch !== batch.id) return undefined; // who waits in a batch is written before who its members are
    return { ...person, open: [...person.open, open], lane, wakeAt: now };
  });
}
