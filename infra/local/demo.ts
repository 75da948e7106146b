import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { configPath } from '../config-file.ts';
import { asCommand, parsed } from './command.ts';
import { checkDay } from './demo-checks.ts';
import { playDay, type Day } from './demo-day.ts';
import { printDay, printHead } from './demo-print.ts';
import { tellStory } from './demo-story.ts';
import { startSystem } from './system.ts';
import { FLAG } from '../ops/frame/command.ts';

const HELP = `npm run demo [-- --json]

Plays one day on this machine: BambooHR webhooks in, accounts in a simulated Bitsight made, changed and removed, the
night's export out. Exits 0 only if all that it says is true by the simulator's own record. Nothing leaves this machine.
`;
const FOLDER = join('.data', 'demo');

async function demo(): Promise<void> {
  const { values } = parsed(() => parseArgs({ options: { json: FLAG, help: FLAG } }));
  if (values.help === true) return void process.stdout.write(HELP);
  const print = (text: string): void => void (values.json === true ? undefined : process.stdout.write(text));
  const started = performance.now();
  rmSync(FOLDER, { recursive: true, force: true });
  const system = await startSystem({
    config: configPath([], {}, process.cwd()),
    data: join(FOLDER, 'system'),
    users: 41,
    seed: 7,
  });
  try {
    printHead(system, print);
    const day = await playDay(system, tellStory(system.clock.now()), print);
    const checks = checkDay(system, day);
    save(day);
    const seconds = (performance.now() - started) / 1000;
    printDay(day, checks, seconds, print);
    if (values.json === true)
      process.stdout.write(
        `${JSON.stringify({ ...day, files: Object.keys(day.files), checks, seconds }, undefined, 2)}\n`,
      );
    if (checks.some((check) => !check.holds)) process.exitCode = 1;
  } finally {
    await system.stop();
  }
}

function save({ files, receipts }: Day): void {
  mkdirSync(join(FOLDER, 'receipts'), { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(FOLDER, name), bytes);
  for (const receipt of receipts)
    writeFileSync(
      join(FOLDER, 'receipts', `${receipt.pid}-${receipt.seq}.json`),
      `${JSON.stringify(receipt, undefined, 2)}\n`,
    );
}

await asCommand(demo);
