import { type Config, keySettings, webhookSources } from '../../../lib/config/index.ts';
import type { SecretStore } from './secret-store.ts';

/** When the value of each secret was put in, epoch milliseconds; those that have none are left out. */
export async function putIn(
  names: Iterable<string>,
  { changedAt }: Pick<SecretStore, 'changedAt'>,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const name of names) {
    const at = await changedAt(name);
    if (at !== undefined) found.set(name, at);
  }
  return found;
}

/** What sources sign with and the keys of their systems that have no value yet, and the command that puts each in. */
export function missingSecrets(
  sources: Config['sources'],
  there: ReadonlyMap<string, unknown>,
): { of: string; command: string }[] {
  const all = [
    ...webhookSources(sources).map(([id, { secret }]) => ({ of: id, secret, command: `source -- secret ${id}` })),
    ...keySettings(sources).map(([setting, { secret }]) => ({
      of: setting.replace('sources.', ''),
      secret,
      command: `source -- secret ${setting.split('.')[1]} --api`,
    })),
  ];
  return all.filter(({ secret }) => !there.has(secret));
}
