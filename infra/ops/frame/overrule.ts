import { enqueue } from '../../../lib/lifecycle/enqueue.ts';
import type { LifecycleEvent } from '../../../lib/lifecycle/event.ts';
import { DECISION } from '../../../lib/lifecycle/fuse.ts';
import { operatorEvent, overruledBy } from '../../../lib/lifecycle/operator-event.ts';
import type { Person } from '../../../lib/lifecycle/ledger.ts';
import type { Target } from './target.ts';

export type Decided = Pick<LifecycleEvent, 'kind' | 'employment' | 'access' | 'until'> &
  Partial<Pick<LifecycleEvent, 'attributes'>>;

/** Sends a decision over one person to the workers. It stands until its time is over, or a source says something else. */
export async function tellDecision(
  target: Pick<Target, 'clock' | 'ids' | 'lanes' | 'config'>,
  { pid, facts }: Person,
  decided: Decided,
): Promise<LifecycleEvent> {
  const now = target.clock.now();
  const id = `${DECISION}${target.ids.next()}`;
  const overrules = overruledBy(decided, facts, target.config);
  const event = operatorEvent(id, now, { pid, overrules, ...decided });
  await enqueue(target.lanes, [event]);
  return event;
}
