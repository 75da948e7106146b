import { AppError, isAppError } from '../errors.ts';
import type { Item, Key, Stored } from './ledger.ts';
import type { Store } from './ports.ts';

interface Shape<T> {
  parse(value: unknown): T;
}
export type Read<T> = T & { v: number };

/** An item of another shape than this version writes is an error that names the item's kind and the path, never its content. */
export function readItem<T>(schema: Shape<T>, stored: Stored): T {
  try {
    return schema.parse(stored);
  } catch (cause) {
    if (isAppError(cause)) throw cause;
    const issue = (cause as { issues?: { path: PropertyKey[] }[] }).issues?.[0]; // -- zod's error shape
    throw new AppError(
      'LEDGER_UNREADABLE',
      `Item ${stored.sk} of schema ${stored.schema} is not readable at ${issue?.path.join('.') ?? 'its root'}.`,
    );
  }
}

/** What lies under a key, strongly consistent; undefined: nothing. */
export async function getItem<T>(store: Pick<Store, 'get'>, key: Key, schema: Shape<T>): Promise<Read<T> | undefined> {
  const stored = await store.get(key);
  return stored === undefined ? undefined : { ...readItem(schema, stored), v: stored.v };
}

export const MOST_RACES = 20;

/**
 * Writes what `change` makes of an item, anew whenever somebody else wrote first; undefined, or the same object, from
 * `change`: nothing is to be written. Resolves to what stands.
 */
export async function changeItem<T extends Item>(
  store: Pick<Store, 'get' | 'put'>,
  key: Key,
  schema: Shape<T>,
  change: (latest: Read<T> | undefined) => T | undefined,
): Promise<T | undefined> {
  for (let race = 0; race < MOST_RACES; race++) {
    const latest = await getItem(store, key, schema);
    const next = change(latest);
    if (next === undefined || next === latest) return latest;
    if ((await store.put(next, latest?.v ?? 'absent')) !== undefined) return next;
  }
  throw new AppError('STORE_CONFLICT', `Item ${key.sk} was written over ${MOST_RACES} times in a row.`);
}
