import { AppError } from '../errors.ts';
import type { Clock, Secrets } from '../lifecycle/ports.ts';
import { MINUTE } from '../time.ts';

export type SecretStage = 'AWSCURRENT' | 'AWSPREVIOUS';
/** Undefined: there is no such value. Throws when it cannot be told. */
export type LoadSecret = (name: string, stage: SecretStage) => Promise<string | undefined>;

/** The rules of remembering, over any way of loading. */
export function createCachedSecrets(options: {
  load: LoadSecret;
  clock: Pick<Clock, 'now'>;
  cacheMs?: number | undefined;
}): Secrets {
  const { load, clock, cacheMs = 5 * MINUTE } = options;
  const remember = <T>(loadValue: () => Promise<T>) =>
    cached({ load: loadValue, clock, maxAgeMs: cacheMs, refreshEveryMs: MINUTE });
  const newCurrent = (name: string) => remember(() => loadCurrent(name, load));
  const newPrevious = (name: string) => remember(() => load(name, 'AWSPREVIOUS'));
  const current = new Map<string, ReturnType<typeof newCurrent>>();
  const previous = new Map<string, { of: string; get: ReturnType<typeof newPrevious> }>();

  async function currentOf(name: string, refresh = false): Promise<string> {
    const get = current.get(name) ?? newCurrent(name);
    current.set(name, get);
    return get(refresh);
  }

  return {
    current: (name, { refresh = false } = {}) => currentOf(name, refresh),
    async accepted(name) {
      const value = await currentOf(name);
      let before = previous.get(name);
      // a rotation moves the current value to the previous place: what was remembered of that place is then too old
      if (before?.of !== value) previous.set(name, (before = { of: value, get: newPrevious(name) }));
      const old = await before.get();
      return isUsable(old) ? [value, old] : [value];
    },
  };
}

async function loadCurrent(name: string, load: LoadSecret): Promise<string> {
  const value = await load(name, 'AWSCURRENT');
  if (!isUsable(value)) throw new AppError('SECRET_UNAVAILABLE', `The secret ${name} does not exist or has no value.`);
  return value;
}

/** An empty key would let anybody sign. */
const isUsable = (value: string | undefined): value is string => value !== undefined && value.trim() !== '';

/**
 * Remembers what `load` gave for `maxAgeMs`. Whoever asks while it loads waits for the same load; a failed load is
 * forgotten. `refresh` loads anew, but not within `refreshEveryMs` of the last time it did: then the remembered value is given.
 */
function cached<T>(options: {
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
