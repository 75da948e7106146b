import type { Outcome } from '../../../lib/lifecycle/outcome.ts';
import type { Outcomes } from '../../../lib/lifecycle/ports.ts';
import { call, type Hooks } from './hooks.ts';

export function createMemoryOutcomes({ published = [], ...hooks }: { published?: Outcome[] } & Hooks = {}): Outcomes {
  return {
    publish: (outcomes) => call(hooks, 'outcomes', 'publish', () => void published.push(...structuredClone(outcomes))),
  };
}
