import { createHash } from 'node:crypto';
import type { LifecycleEvent } from './event.ts';
import type { Facts } from './ledger.ts';

/** An event of the source `operator`, said now under an id that is the same whenever it is told again. */
export function operatorEvent(
  id: string,
  now: number,
  fields: Pick<LifecycleEvent, 'kind'> & Partial<LifecycleEvent>,
): LifecycleEvent {
  return {
    schema: 1,
    id,
    received: id,
    receivedAt: now,
    source: 'operator',
    bodyHash: createHash('sha256').update(id).digest('hex'),
    idFrom: 'sender',
    said: now,
    from: now,
    attributes: {},
    ...fields,
  };
}

/** What was known of each source when the decision was made. */
export function lastWords(facts: Facts): Record<string, number> {
  const sources = Object.entries(facts).filter(([source]) => source !== 'operator');
  return Object.fromEntries(
    sources.map(([source, known]) => [
      source,
      Math.max(0, ...Object.values(known).flatMap((sayings) => (sayings ?? []).map(({ said }) => said))),
    ]),
  );
}
