import { type Config, keySettings, secretNames } from '../../lib/config/index.ts';
import type { ConfigFile } from '../config-file.ts';
import { stackName } from '../names.ts';
import { missingSecrets, putIn } from '../ops/frame/missing-secrets.ts';
import { openTarget } from '../ops/frame/target.ts';
import type { Account } from './account.ts';
import type { RunCdk } from './cdk.ts';

const SERVICES = ['dynamodb', 'events', 'logs', 's3', 'secretsmanager', 'sns', 'sqs'];

/** Every host that the functions connect to: each setting that names one, and the services of AWS that they use. */
export function outgoingHosts({ bitsight, sources }: Pick<Config, 'bitsight' | 'sources'>, region: string): string[] {
  const named = [bitsight, ...keySettings(sources).map(([, key]) => key)].map(({ baseUrl }) => new URL(baseUrl).host);
  return [...new Set(named), ...SERVICES.map((service) => `${service}.${region}.amazonaws.com`)];
}

/** Whether anybody is named who hears of alarms. */
export function isHeard({ notify: { emails, slack, teams } }: Pick<Config, 'notify'>): boolean {
  return emails.length > 0 || slack !== undefined || teams !== undefined;
}

/** What has to be there before anything is made; each line names the mend. */
export async function missingBefore(account: Account, caller: string, { tenant }: Config): Promise<string[]> {
  const example =
    'This is the example of the clone: npm run init -- --out <file> writes yours, LIFECYCLE_CONFIG names it';
  const bootstrap = `npx cdk bootstrap aws://${caller.split(':')[4]}/${account.region}`;
  return [
    ...(tenant === 'example' ? [example] : []),
    ...((await account.stack('CDKToolkit')) === undefined ? [`The CDK was never bootstrapped here: ${bootstrap}`] : []),
    ...((await isLeftOver(account, tenant)) ? [LEFT_OVER] : []),
  ];
}

const LEFT_OVER =
  'An earlier deployment of this tenant left its ledger and the key of its address hashes; a new stack cannot be made over that key: docs/operating.md#after-a-destroy';

const isLeftOver = async (account: Account, tenant: string): Promise<boolean> =>
  (await account.stack(stackName(tenant))) === undefined && account.hasMailKey(tenant);

/** What people have to do after a deployment, as commands. */
export async function nextSteps(outputs: string, { config, path }: ConfigFile): Promise<string[]> {
  const { secretStore } = await openTarget({ outputs, config: path });
  const there = await putIn(secretNames(config), secretStore);
  const commands = missingSecrets(config.sources, there).map(({ command }) => command);
  if (!there.has(config.bitsight.tokenSecret)) commands.unshift('ops -- secret set bitsight');
  return [...commands, 'ops -- doctor'].map((command) => `npm run ${command} --outputs ${outputs} --config ${path}`);
}

export async function deploy(file: ConfigFile, outputs: string, account: Account, run: RunCdk): Promise<string> {
  const name = stackName(file.config.tenant);
  const status = await account.stack(name);
  // of a first deployment that failed nothing is kept but its protection, which keeps the next one from beginning
  if (status === 'ROLLBACK_COMPLETE' || status === 'ROLLBACK_FAILED') await account.unprotect(name);
  await run(['deploy', name, '--outputs-file', outputs], file.path);
  const steps = await nextSteps(outputs, file);
  return `Now, one after the other:\n\n${steps.map((line) => `  ${line}\n`).join('')}`;
}
