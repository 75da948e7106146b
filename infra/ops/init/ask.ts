import { createInterface } from 'node:readline/promises';
import { AppError } from '../../../lib/errors.ts';
import { table } from '../frame/table.ts';
import { Cancelled } from '../token.ts';

export interface Choice {
  value: string;
  means: string;
}

export interface Question {
  /** Gives the answer without asking. */
  option: string;
  asks: string;
  /** Said beneath the choices. */
  note?: string;
  choices?: Choice[];
  /** What Enter alone means; undefined: it has to be answered. */
  fallback?: string;
  /** What is wrong with an answer, as the end of a sentence; undefined: nothing. */
  wrong?: (answer: string) => string | undefined;
}

/** Somebody at a terminal. */
export interface Terminal {
  /** @throws Cancelled when they press Ctrl-C or Ctrl-D. */
  ask(prompt: string): Promise<string>;
  say(text: string): void;
  close(): void;
}

export function openTerminal(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Terminal {
  const lines = createInterface({ input, output, terminal: true, historySize: 0 });
  const left = new AbortController();
  lines.on('close', () => left.abort());
  return {
    ask: (prompt) =>
      lines.question(prompt, { signal: left.signal }).catch(() => {
        output.write('\n');
        throw new Cancelled('Cancelled; nothing was written.');
      }),
    say: (text) => void output.write(`${text}\n`),
    close: () => lines.close(),
  };
}

/** The answer: as the option gives it, as somebody types it, else the fallback. */
export async function answer(
  question: Question,
  given: string | undefined,
  terminal: Terminal | undefined,
): Promise<string> {
  const { option, asks, fallback } = question;
  if (given !== undefined || terminal === undefined) {
    const text = given?.trim() ?? fallback;
    if (text === undefined) throw new AppError('ARGUMENT_INVALID', `--${option} is missing: ${lower(asks)}.`);
    const problem = problemOf(question, text);
    if (problem !== undefined) throw new AppError('ARGUMENT_INVALID', `--${option}: ${problem}.`);
    return text;
  }
  terminal.say(`\n${asks}`);
  if (question.choices !== undefined) terminal.say(choicesText(question.choices));
  if (question.note !== undefined) terminal.say(question.note);
  for (;;) {
    const typed = (await terminal.ask(fallback ? `[${fallback}] > ` : '> ')).trim();
    const text = typed === '' ? fallback : (question.choices?.[Number(typed) - 1]?.value ?? typed);
    const problem = text === undefined ? 'This has no default: it is yours to choose' : problemOf(question, text);
    if (text !== undefined && problem === undefined) return text;
    terminal.say(`${upper(problem ?? '')}.`);
  }
}

function problemOf({ choices, wrong }: Question, text: string): string | undefined {
  if (choices !== undefined && !choices.some(({ value }) => value === text))
    return `choose one of ${choices.map(({ value }) => value).join(', ')}`;
  return wrong?.(text);
}

function choicesText(choices: readonly Choice[]): string {
  const numbered = choices.map((choice, index) => ({ ...choice, n: `  ${index + 1}` }));
  const text = table(numbered, [
    { title: '', of: ({ n }) => n },
    { title: '', of: ({ value }) => value },
    { title: '', of: ({ means }) => means },
  ]);
  return text.split('\n').slice(1).join('\n');
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1).replace(/[.?]$/, '');
