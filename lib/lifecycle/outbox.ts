import type { ReadPerson } from './identity.ts';
import type { Lifecycle, Next } from './reconcile.ts';
import { withWakeAt } from './release.ts';

/** Publishes what became of events, then takes it out of the outbox: at least once, under stable ids. */
export async function publishOutbox(
  { outcomes, store, config, clock, telemetry }: Lifecycle,
  person: ReadPerson,
): Promise<Next> {
  await outcomes.publish(person.outbox);
  for (const { result, code, pid, received, what } of person.outbox) {
    telemetry.log('info', 'outcome', { result, code, pid, received, what });
    telemetry.count('Outcome', 1, { result });
  }
  await store.put(withWakeAt({ ...person, outbox: [] }, config, clock.now()), person.v); // lost: published again later, under the same ids
  return 'again';
}
