import { type ConfigFile, loadConfigFile } from '../config-file.ts';
import { stackName } from '../names.ts';
import { readOptions, runMain } from '../ops/explain.ts';
import { confirm } from '../ops/frame/command-line.ts';
import { type Account, openAccount } from './account.ts';
import { runCdk } from './cdk.ts';
import { deploy, isHeard, missingBefore, outgoingHosts } from './deploy.ts';
import { destroy, DESTROYED } from './destroy.ts';

const HELP = `npm run deploy [-- options]    checks first, deploys the stack of the configuration, and says what is still missing
npm run destroy [-- options]   says what is kept and what goes, asks, and takes the stack away

  --config <file>   the configuration; else what LIFECYCLE_CONFIG names
  --outputs <file>  where the outputs go, for npm run ops and source (cdk-outputs.json)
  --check           checks alone
  --yes <stack>     to destroy: the name that would have to be typed, for scripts
`;
const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = { config: text, outputs: text, check: flag, yes: text, help: flag } as const;
const say = (line: string): unknown => process.stdout.write(`${line}\n`);

async function main([what, ...rest]: string[]): Promise<void> {
  const { values: options } = readOptions({ args: rest, options: OPTIONS });
  if (options.help === true) return void say(HELP.trimEnd());
  const file = await loadConfigFile(options.config);
  const { company, tenant } = file.config;
  say(`✓ ${file.path}: ${company}, ${tenant}, configuration ${file.hash.slice(0, 12)}`);
  const account = openAccount(process.env);
  const caller = await account.caller();
  say(`✓ ${caller}, region ${account.region}`);
  if (what === 'destroy') return takeAway(file, account, options.yes);
  say(`✓ connects to ${outgoingHosts(file.config, account.region).join(', ')} and nothing else`);
  if (!isHeard(file.config))
    say('? nobody hears of alarms: notify in the configuration says who (docs/people-on-duty.md)');
  const missing = await missingBefore(account, caller, file.config);
  for (const line of missing) say(`✖ ${line}`);
  if (missing.length > 0) process.exitCode = 1;
  else if (options.check !== true) say(await deploy(file, options.outputs ?? 'cdk-outputs.json', account, runCdk));
}

async function takeAway(file: ConfigFile, account: Account, yes: string | undefined): Promise<void> {
  await confirm(`\n${DESTROYED}\n`, stackName(file.config.tenant), yes);
  await destroy(file, account, runCdk);
}

await runMain(() => main(process.argv.slice(2)));
