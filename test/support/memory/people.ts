import type { Message } from '../../../lib/lifecycle/messages.ts';
import type { People } from '../../../lib/lifecycle/ports.ts';
import { call, type Hooks } from './hooks.ts';

export function createMemoryPeople(told: Message[], hooks: Hooks = {}): People {
  return { tell: (message) => call(hooks, 'people', 'tell', () => void told.push(message)) };
}
