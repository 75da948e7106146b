import { keySettings, webhookSources } from '../../lib/config/index.ts';
import type { ConfigFile } from '../config-file.ts';
import { stackName } from '../names.ts';
import { openTarget } from '../ops/frame/target.ts';
import type { Account } from './account.ts';
import type { RunCdk } from './cdk.ts';

/** What has to be there before anything is made; each line names the mend. */
export async function missingBefore(account: Account, caller: string): Promise<string[]> {
  if (await account.hasStack('CDKToolkit')) return [];
  return [`The CDK was never bootstrapped here: npx cdk bootstrap aws://${caller.split(':')[4]}/${account.region}`];
}

/** What people have to do after a deployment, as commands. */
export async function nextSteps(outputs: string, { config, path }: ConfigFile): Promise<string[]> {
  const { secretStore } = await openTarget({ outputs, config: path });
  const isEmpty = async (secret: string): Promise<boolean> => (await secretStore.changedAt(secret)) === undefined;
  const commands: string[] = [];
  if (await isEmpty(config.bitsight.tokenSecret)) commands.push('ops -- secret set bitsight');
  for (const [id, { secret }] of webhookSources(config.sources))
    if (await isEmpty(secret)) commands.push(`source -- secret ${id}`);
  for (const [setting, { secret }] of keySettings(config.sources))
    if (await isEmpty(secret)) commands.push(`source -- secret ${setting.split('.')[1]} --api`);
  return [...commands, 'ops -- doctor'].map((command) => `npm run ${command} --outputs ${outputs} --config ${path}`);
}

export async function deploy(file: ConfigFile, outputs: string, run: RunCdk): Promise<string> {
  await run(['deploy', stackName(file.config.tenant), '--outputs-file', outputs], file.path);
  const steps = await nextSteps(outputs, file);
  return `Now, one after the other:\n\n${steps.map((line) => `  ${line}\n`).join('')}`;
}
