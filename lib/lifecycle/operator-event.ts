import { createHash } from 'node:crypto';
import type { LifecycleEvent } from './event.ts';

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
