import type { Stored } from '../../../lib/lifecycle/ledger.ts';

/**
 * Where a test takes hold of a port. `before` and `after` see every call: throwing there is a fault, a promise that never
 * settles is a crash (no `finally` runs). A throw in `after` is the answer lost after the effect.
 */
export interface Hooks {
  before?: Hook | undefined;
  after?: Hook | undefined;
  /** Told of each write that came through, before anybody else can know of it. */
  wrote?: ((write: Written) => void) | undefined;
}
export interface Written {
  before: Stored | undefined;
  after: Stored;
  condition: 'ABSENT' | 'CAS';
}
/** `key`: the partition that a call of the store is about. */
type Hook = (port: string, operation: string, key?: string) => void | Promise<void>;

export async function call<T>(
  hooks: Hooks,
  port: string,
  operation: string,
  effect: () => T | Promise<T>,
  key?: string,
): Promise<T> {
  await hooks.before?.(port, operation, key);
  const result = await effect();
  await hooks.after?.(port, operation, key);
  return result;
}
