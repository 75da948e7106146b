import { createInterface } from 'node:readline/promises';
import { AppError } from '../../../lib/errors.ts';
import { readOptions, runMain } from '../explain.ts';
import { askHidden } from '../token.ts';
import { type Command, type Given, type Report, type Standalone, FLAG, TEXT } from './command.ts';
import { openTarget, type Target, type TargetOptions } from './target.ts';

const EVERYWHERE = { data: TEXT, outputs: TEXT, config: TEXT, json: FLAG, by: TEXT, yes: TEXT, help: FLAG } as const;
const EVERYWHERE_HELP = `  --data <dir>      the data directory of npm start (.data/local)
  --outputs <file>  a deployed stack: what cdk deploy --outputs-file wrote; with --config <file>
  --by <text>       a comment on who decided and why; who it was, the credentials say
  --yes <word>      the word that would have to be typed, for scripts
  --json            for programs
`;
const ATTENTION = 3;

/** What can be typed behind `npm run <script> --`, and what looks at a target before a command works on it. */
export interface CommandLine {
  script: string;
  /** Every command, loaded when it is asked for. */
  commands: Record<string, () => Promise<{ command: Command | Standalone }>>;
  /** `typed`: the command, and what stands behind it. */
  check?: (typed: string, target: Target) => void;
}

/** Runs what was typed. */
export const runCommandLine = (line: CommandLine, typed: string[]): Promise<void> => runMain(() => run(line, typed));

async function run(line: CommandLine, [name, ...rest]: string[]): Promise<void> {
  const { script, commands } = line;
  if (name === undefined || name === '--help') return void process.stdout.write(await overview(line));
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined)
    throw new AppError(
      'ARGUMENT_INVALID',
      `There is no command ${JSON.stringify(name)}; npm run ${script} lists them.`,
    );
  const { command } = await load();
  const { values, positionals } = parsed(command, rest);
  if (values['help'] === true) return void process.stdout.write(helpOf(`${script} -- ${name}`, command));
  const { data, outputs, config, json, yes } = values;
  const where = { data: textOf(data), outputs: textOf(outputs), config: textOf(config) };
  const given: Given = {
    args: positionals,
    options: values,
    confirm: (what, word) => confirm(what, word, textOf(yes)),
    hidden: (question) => askHidden({ input: process.stdin, prompt: process.stderr }, question),
  };
  const report = await ('runAlone' in command
    ? command.runAlone(where, given)
    : runOn(await openFor(line, [name, ...positionals].join(' '), where), command, given));
  process.stdout.write(json === true ? `${JSON.stringify(report.data, null, 2)}\n` : `${report.text}\n`);
  if (report.attention === true) process.exitCode = ATTENTION;
}

async function runOn(target: Target, command: Command, given: Given): Promise<Report> {
  try {
    return await command.run(target, given);
  } finally {
    await target.reader.giveBack();
  }
}

async function openFor({ check }: CommandLine, typed: string, where: TargetOptions): Promise<Target> {
  const target = await openTarget(where);
  if (where.outputs !== undefined) check?.(typed, target);
  return target;
}

function parsed(command: Pick<Command, 'options'>, args: string[]) {
  const options = { ...command.options, ...EVERYWHERE };
  const { values, positionals } = readOptions({ args, options, allowPositionals: true });
  return { values: values as Given['options'], positionals }; // -- no option is given more than once
}

const textOf = (value: string | boolean | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** Shows what is about to happen, and waits for a word to be typed. @throws AppError NOT_CONFIRMED */
export async function confirm(what: string, word: string, yes: string | undefined): Promise<void> {
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

async function overview({ script, commands }: CommandLine): Promise<string> {
  const lines: string[] = [];
  for (const [name, load] of Object.entries(commands)) {
    const { command } = await load();
    lines.push(`  ${name.padEnd(8)} ${command.summary}`);
  }
  return `npm run ${script} -- <command> [options]; --help behind a command tells more\n\n${lines.join('\n')}\n\n${EVERYWHERE_HELP}`;
}

function helpOf(typed: string, { summary, usage, help }: Pick<Command, 'summary' | 'usage' | 'help'>): string {
  return `npm run ${typed} ${usage}\n\n${summary}\n${help === undefined ? '' : `${help}\n`}\n${EVERYWHERE_HELP}`;
}
