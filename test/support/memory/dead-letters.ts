import type { DeadLetter, DeadLetters } from '../../../lib/aws/dead-letters.ts';
import type { MemoryQueues } from './lanes.ts';

/** What the workers put away; `id` and `handle` are the place in which it lay first. */
export function createMemoryDeadLetters({ dead }: Pick<MemoryQueues, 'dead'>): DeadLetters {
  const letters = new Map<string, (typeof dead)[number]>();
  return {
    async take() {
      for (const one of dead) if (![...letters.values()].includes(one)) letters.set(`letter-${letters.size + 1}`, one);
      return [...letters]
        .filter(([, one]) => dead.includes(one))
        .map(([id, one]): DeadLetter => ({ ...one, id, handle: id, sentAt: 0 }));
    },
    giveBack: async () => undefined,
    async remove({ handle }) {
      dead.splice(0, dead.length, ...dead.filter((one) => one !== letters.get(handle)));
    },
  };
}
