import { createHash } from 'node:crypto';
import type { Config } from '../config/schema.ts';
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

/**
 * The sources whose word a decision overrules, each with the time of its last one. Who hires them under another system
 * later was not overruled by a decision over the employment; what is granted to somebody goes along with them.
 */
export function overruledBy(
  { employment }: Pick<LifecycleEvent, 'employment'>,
  facts: Facts,
  { sources }: Pick<Config, 'sources'>,
): Record<string, number> {
  return lastWords(facts, employment === undefined ? [] : Object.keys(sources));
}

function lastWords(facts: Facts, alsoOf: readonly string[]): Record<string, number> {
  const sources = [...Object.keys(facts), ...alsoOf].filter((source) => source !== 'operator');
  const saidBy = (source: string): number[] =>
    Object.values(facts[source] ?? {}).flatMap((sayings) => (sayings ?? []).map(({ said }) => said));
  return Object.fromEntries(sources.map((source) => [source, Math.max(0, ...saidBy(source))]));
}
