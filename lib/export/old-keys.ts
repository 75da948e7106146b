import type { Config } from '../config/schema.ts';
import { secretNames } from '../config/sources.ts';
import { isAppError } from '../errors.ts';
import type { Clock, Telemetry } from '../lifecycle/ports.ts';
import { DAY } from '../time.ts';

export interface KeyAgeDeps {
  config: Config;
  /** When the value of a secret was put in, epoch milliseconds; undefined: it has none. */
  putInAt: (name: string) => Promise<number | undefined>;
  clock: Pick<Clock, 'now'>;
  telemetry: Telemetry;
}

/** Counts the keys that are older than people want them to be; one whose age cannot be told is counted too. */
export async function tellOldKeys({ config, putInAt, clock, telemetry }: KeyAgeDeps): Promise<void> {
  const oldest = clock.now() - config.notify.keyAgeDays * DAY;
  let count = 0;
  for (const secret of secretNames(config)) {
    const told = await putInAt(secret).catch(codeOf);
    const code = typeof told === 'string' ? told : undefined;
    if (told === undefined || (typeof told === 'number' && told >= oldest)) continue;
    telemetry.log('warn', 'A key is old, or nobody can tell.', { secret, code });
    count += 1;
  }
  telemetry.count('KeysOld', count);
}

function codeOf(error: unknown): string {
  if (isAppError(error)) return error.code;
  throw error;
}
