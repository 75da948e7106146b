import { bodyOf, reasonOf } from '../../../lib/aws/message.ts';
import type { Lane } from '../../../lib/lifecycle/event.ts';
import type { Lanes } from '../../../lib/lifecycle/ports.ts';
import { call, type Hooks } from './hooks.ts';

/** What lies in the queues, oldest first, as the text that a worker receives. A dispatcher takes from here. */
export interface MemoryQueues {
  urgent: string[];
  normal: string[];
  dead: { lane: Lane; body: string; reason: string }[];
}
export const emptyQueues = (): MemoryQueues => ({ urgent: [], normal: [], dead: [] });

export function createMemoryLanes({ queues = emptyQueues(), ...hooks }: { queues?: MemoryQueues } & Hooks = {}): Lanes {
  return {
    send: (lane, messages) => call(hooks, 'lanes', 'send', () => void queues[lane].push(...messages.map(bodyOf))),
    dead: (lane, body, reason) =>
      call(hooks, 'lanes', 'dead', () => void queues.dead.push({ lane, body, reason: reasonOf(reason) })),
  };
}
