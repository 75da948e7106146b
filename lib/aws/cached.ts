import type { Clock } from '../lifecycle/ports.ts';

/**
 * Remembers what `load` gave for `maxAgeMs`. Whoever asks while it loads waits for the same load; a failed load is
 * forgotten. `refresh` loads anew, but not within `refreshEveryMs` of the last time it did: then the remembered value is given.
 */
export function cached<T>(options: {
  load: () => Promise<T>;
  clock: Pick<Clock, 'now'>;
  maxAgeMs: number;
  refreshEveryMs: number;
}): (refresh?: boolean) => Promise<T> {
  const { load, clock, maxAgeMs, refreshEveryMs } = options;
  let last: { value: T; at: number } | undefined;
  let refreshedAt = -Infinity;
  let loading: Promise<T> | undefined;

  async function loadAt(at: number, refresh: boolean): Promise<T> {
    const value = await load();
    last = { value, at };
    if (refresh) refreshedAt = at;
    return value;
  }

  return async (refresh = false) => {
    const now = clock.now();
    const known = last !== undefined && now - last.at < maxAgeMs ? last : undefined;
    if (known !== undefined && !refresh) return known.value;
    if (loading !== undefined) return loading;
    if (known !== undefined && now - refreshedAt < refreshEveryMs) return known.value;
    loading = loadAt(now, refresh).finally(() => (loading = undefined));
    return loading;
  };
}
