import { createDirectory } from '../../../lib/sources/directory.ts';
import { NOON, sourcesWith } from '../deliveries.ts';
import type { ConfigInput } from '../../../lib/config/schema.ts';

type Written = NonNullable<ConfigInput['sources']>[string];
type Settings<S extends Written> = S extends unknown ? Omit<S, 'secret'> : never;

/** What the HR system of one source says of somebody at noon, asked as the workers ask; `credential` is its key. */
export function asking(settings: Settings<Extract<Written, { fetch?: unknown }>>, credential: string) {
  const directory = createDirectory({
    sources: sourcesWith({ hr: { secret: 'hr', ...settings } }),
    secrets: { current: () => Promise.resolve(credential) },
    fetch,
    clock: { now: () => NOON },
  });
  return (employeeId: string, said = NOON) => directory.find('hr', employeeId, { said, timeoutMs: 5000 });
}
