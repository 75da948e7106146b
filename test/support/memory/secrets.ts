import { createCachedSecrets } from '../../../lib/aws/cached-secrets.ts';
import type { Clock, Secrets } from '../../../lib/lifecycle/ports.ts';
import { call, type Hooks } from './hooks.ts';

/** By name. To rotate, set a new pair. */
export type MemorySecretValues = Map<string, { current: string; previous?: string }>;

/** Remembered as in production; the hooks see the loads, as `secrets` `load`. */
export function createMemorySecrets(
  options: { values: MemorySecretValues; clock: Pick<Clock, 'now'>; cacheMs?: number } & Hooks,
): Secrets {
  const { values, clock, cacheMs, ...hooks } = options;
  return createCachedSecrets({
    clock,
    cacheMs,
    load: (name, stage) =>
      call(hooks, 'secrets', 'load', () => values.get(name)?.[stage === 'AWSCURRENT' ? 'current' : 'previous']),
  });
}
