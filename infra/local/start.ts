import { relative } from 'node:path';
import { configPath } from '../config-file.ts';
import { asCommand } from './command.ts';
import { greeting } from './greeting.ts';
import { HELP, readOptions } from './start-options.ts';
import { startSystem } from './system.ts';

/** `npm start`. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') return void process.stdout.write(HELP);
  const stopping = stopOnSignal();
  const { verbose, ...rest } = options;
  const config = configPath(process.argv.slice(2), process.env, process.cwd());
  const onLog = verbose ? (line: string) => void process.stdout.write(`${line}\n`) : undefined;
  const system = await startSystem({ ...rest, config, onLog, onMessage });
  process.stdout.write(greeting(system, { ...options, config: relative('.', config) }));
  await stopping;
  process.stdout.write('\nStopping.\n');
  await system.stop();
}

/** What people on duty are told stands out from what is logged. */
const onMessage = (text: string): void => void process.stdout.write(`\n${text.replaceAll(/^/gm, '│ ')}\n`);

/** The second signal ends at once: everything here may be killed at any time. */
function stopOnSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve();
        process.once(signal, () => process.exit(1));
      });
    }
  });
}

await asCommand(main);
