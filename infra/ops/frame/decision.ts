import { keys } from '../../../lib/lifecycle/ledger.ts';
import type { Given } from './command.ts';
import type { Target } from './target.ts';

/** Writes down, never to be changed, what a person decided. Called when it is done. */
export async function writeDecision(
  target: Target,
  { options }: Given,
  what: string,
  about: Record<string, unknown>,
): Promise<void> {
  const { store, clock, ids, configHash } = target;
  const at = clock.now();
  const comment = options['by'];
  const decision = {
    what,
    about,
    who: await target.caller(),
    configHash,
    at,
    ...(typeof comment === 'string' && { comment }),
  };
  await store.put({ ...keys.decision(at, ids.next()), schema: 1, ...decision }, 'absent');
}
