import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { AppError } from '../../lib/errors.ts';
import { explain, wrongOption } from './explain.ts';
import type { Command, Given, Standalone } from './frame/command.ts';
import { openTarget, type Target, type TargetOptions } from './frame/target.ts';
import { refuseWithoutLanes } from './roles.ts';

/** Every command, loaded when it is asked for. */
const COMMANDS: Record<string, () => Promise<{ command: Command | Standalone }>> = {
  adopt: () => import('./adopt.ts'),
  roster: () => import('./roster.ts'),
  held: () => import('./held.ts'),
  release: () => import('./release.ts'),
  reject: () => import('./reject.ts'),
  keep: () => import('./keep.ts'),
  end: () => import('./end.ts'),
  grant: () => import('./grant.ts'),
  revert: () => import('./revert.ts'),
  plan: () => import('./plan.ts'),
  arm: () => import('./arm.ts'),
  disarm: () => import('./disarm.ts'),
  stop: () => import('./stop.ts'),
  resume: () => import('./resume.ts'),
  show: () => import('./show.ts'),
  events: () => import('./events.ts'),
  tail: () => import('./tail.ts'),
  dead: () => import('./dead.ts'),
  replay: () => import('./replay.ts'),
  alias: () => import('./alias.ts'),
  forget: () => import('./forget.ts'),
  probe: () => import('./probe.ts'),
};

const EVERYWHERE = {
  data: { type: 'string' },
  outputs: { type: 'string' },
  config: { type: 'string' },
  json: { type: 'boolean' },
  by: { type: 'string' },
  yes: { type: 'string' },
  help: { type: 'boolean' },
} as const;
const EVERYWHERE_HELP = `  --data <dir>      the data directory of npm start (.data/local)
  --outputs <file>  a deployed stack: what cdk deploy --outputs-file wrote; with --config <file>
  --by <text>       a comment on who decided and why; who it was, the credentials say
  --yes <word>      the word that would have to be typed, for scripts
  --json            for programs
`;
const ATTENTION = 3;

async function main([name, ...rest]: string[]): Promise<void> {
  if (name === undefined || name === '--help') return void process.stdout.write(await overview());
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined)
    throw new AppError('ARGUMENT_INVALID', `There is no command ${JSON.stringify(name)}; npm run ops lists them.`);
  const { command } = await load();
  const { values, positionals } = parsed(command, rest);
  if (values['help'] === true) return void process.stdout.write(helpOf(name, command));
  const { data, outputs, config, json, yes } = values;
  const where = { data: textOf(data), outputs: textOf(outputs), config: textOf(config) };
  const given: Given = {
    args: positionals,
    options: values,
    confirm: (what, word) => confirm(what, word, textOf(yes)),
  };
  const report = await ('runAlone' in command
    ? command.runAlone(where, given)
    : command.run(await openFor(name, where), given));
  process.stdout.write(json === true ? `${JSON.stringify(report.data, null, 2)}\n` : `${report.text}\n`);
  if (report.attention === true) process.exitCode = ATTENTION;
}

async function openFor(name: string, where: TargetOptions): Promise<Target> {
  const target = await openTarget(where);
  if (where.outputs !== undefined) refuseWithoutLanes(name, target.config);
  return target;
}

function parsed(command: Pick<Command, 'options'>, args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { ...command.options, ...EVERYWHERE },
      allowPositionals: true,
    });
    return { values: values as Given['options'], positionals }; // -- no option is given more than once
  } catch (error) {
    throw wrongOption(error);
  }
}

const textOf = (value: string | boolean | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

async function confirm(what: string, word: string, yes: string | undefined): Promise<void> {
  process.stderr.write(`${what}\n`);
  const typed = yes ?? (await ask(`Type ${word} to go on: `));
  if (typed.trim() !== word) throw new AppError('NOT_CONFIRMED', `${word} was not typed.`);
}

async function ask(question: string): Promise<string> {
  if (!process.stdin.isTTY) throw new AppError('NOT_CONFIRMED', 'Nobody is there to ask; --yes <word> answers.');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

async function overview(): Promise<string> {
  const lines: string[] = [];
  for (const [name, load] of Object.entries(COMMANDS)) {
    const { command } = await load();
    lines.push(`  ${name.padEnd(8)} ${command.summary}`);
  }
  return `npm run ops -- <command> [options]; --help behind a command tells more\n\n${lines.join('\n')}\n\n${EVERYWHERE_HELP}`;
}

function helpOf(name: string, { summary, usage, help }: Pick<Command, 'summary' | 'usage' | 'help'>): string {
  return `npm run ops -- ${name} ${usage}\n\n${summary}\n${help === undefined ? '' : `${help}\n`}\n${EVERYWHERE_HELP}`;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const { line, exitCode } = explain(error);
  process.stderr.write(`${line}\n`);
  process.exitCode = exitCode;
}
