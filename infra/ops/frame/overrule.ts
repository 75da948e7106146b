import { enqueue } from '../../../lib/lifecycle/enqueue.ts';
import type { LifecycleEvent } from '../../../lib/lifecycle/event.ts';
import { DECISION } from '../../../lib/lifecycle/fuse.ts';
import { operatorEvent } from '../../../lib/lifecycle/operator-event.ts';
import type { Facts, Person } from '../../../lib/lifecycle/ledger.ts';
import type { Target } from './target.ts';

export type Decided = Pick<LifecycleEvent, 'kind' | 'employment' | 'access' | 'until'> &
  Partial<Pick<LifecycleEvent, 'attributes'>>;

/** Sends a decision over one person to the workers. It stands until its time is over, or a source says something else. */
export async function tellDecision(target: Target, { pid, facts }: Person, decided: Decided): Promise<LifecycleEvent> {
  const now = target.clock.now();
  const id = `${DECISION}${target.ids.next()}`;
  const event = operatorEvent(id, now, { pid, overrules: lastWords(facts), ...decided });
  await enqueue(target.lanes, [event]);
  return event;
}

/** What was known of each source when the decision was made. */
function lastWords(facts: Facts): Record<string, number> {
  const sources = Object.entries(facts).filter(([source]) => source !== 'operator');
  return Object.fromEntries(
    sources.map(([source, known]) => [
      source,
      Math.max(0, ...Object.values(known).flatMap((sayings) => (sayings ?? []).map(({ said }) => said))),
    ]),
  );
}
