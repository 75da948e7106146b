import { readPerson } from './identity.ts';
import type { Person } from './ledger.ts';
import type { Lifecycle } from './reconcile.ts';
import { hasWork, withWakeAt } from './release.ts';

/**
 * Tells what became of events, at least once and under stable ids, whatever else has to wait; and where nothing is due
 * or was put off, sets when to look again.
 */
export async function comeToRest(lifecycle: Lifecycle, pid: string): Promise<void> {
  const { store, config, clock } = lifecycle;
  const person = await readPerson(store, pid);
  if (person === undefined) return;
  if (person.outbox.length > 0) await publish(lifecycle, person);
  const told = { ...person, outbox: [] };
  const now = clock.now();
  const waits = person.tries !== undefined || hasWork(person, now);
  const rested = waits ? told : withWakeAt(told, config, now);
  if (person.outbox.length > 0 || rested.wakeAt !== person.wakeAt) await store.put(rested, person.v); // lost: somebody moved it on; told again later
}

async function publish({ outcomes, telemetry }: Lifecycle, person: Person): Promise<void> {
  await outcomes.publish(person.outbox);
  for (const { result, code, pid, received, what } of person.outbox) {
    telemetry.log('info', 'outcome', { result, code, pid, received, what });
    telemetry.count('Outcome', 1, { result });
  }
}
