import { stackName } from '../names.ts';
import type { ConfigFile } from '../config-file.ts';
import type { Account } from './account.ts';
import type { RunCdk } from './cdk.ts';

/** What becomes of each part; shown before a person types the name of the stack. */
export const DESTROYED = `kept   the ledger, the export bucket and its access log, the key of the address hashes, a KMS key of your own: evidence.
       A later deployment of this tenant says what to do about them first (docs/operating.md#after-a-destroy)
gone   functions, schedules, webhook address, outcome bus, alarms, roles, logs
gone   both lanes and their dead letters, with what lies in them: look with npm run ops -- dead first
gone   the API token and the keys of the sources

Nothing changes in Bitsight. Deliveries that come afterwards are lost.`;

export async function destroy({ config, path }: ConfigFile, account: Account, run: RunCdk): Promise<void> {
  const stack = stackName(config.tenant);
  await account.unprotect(stack);
  await run(['destroy', stack, '--force'], path);
}
