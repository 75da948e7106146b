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

/** What was known of each source when the decision was made; 0 of those named too that know nobody yet. */
export function lastWords(facts: Facts, alsoOf: readonly string[] = []): Record<string, number> {
  const sources = [...Object.keys(facts), ...alsoOf].filter((source) => source !== 'operator');
  const saidBy = (source: string): number[] =>
    Object.values(facts[source] ?? {}).flatMap((sayings) => (sayings ?? []).map(({ said }) => said));
  return Object.fromEntries(sources.map((source) => [source, Math.max(0, ...saidBy(source))]));
}
