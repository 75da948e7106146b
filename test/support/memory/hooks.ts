/**
 * Where a test takes hold of a port. `before` and `after` see every call: throwing there is a fault, a promise that never
 * settles is a crash (no `finally` runs). A throw in `after` is the answer lost after the effect.
 */
export interface Hooks {
  before?: ((port: string, operation: string) => void | Promise<void>) | undefined;
  after?: ((port: string, operation: string) => void | Promise<void>) | undefined;
}

export async function call<T>(hooks: Hooks, port: string, operation: string, effect: () => T | Promise<T>): Promise<T> {
  await hooks.before?.(port, operation);
  const result = await effect();
  await hooks.after?.(port, operation);
  return result;
}
