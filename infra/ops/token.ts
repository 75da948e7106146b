import type { Readable } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { AppError } from '../../lib/errors.ts';

/** Where a token may come from. There is no option for it: it would stand in the shell's history and in `ps`. */
export interface TokenSource {
  env: Record<string, string | undefined>;
  input: Readable & Partial<Pick<ReadStream, 'isTTY' | 'setRawMode'>>;
  prompt: NodeJS.WritableStream;
  /** Whether the terminal is asked for more afterwards. */
  more?: boolean;
}

/** A person pressed Ctrl-C: nothing is wrong. */
export class Cancelled extends Error {}

export const TOKEN_VARIABLE = 'BITSIGHT_API_TOKEN';

/** The API token: from the environment, typed without echo, or the first line of a pipe. `input` is closed unless more is asked. */
export async function readToken({ env, input, prompt, more = false }: TokenSource): Promise<string> {
  const token = (env[TOKEN_VARIABLE] ?? (await askHidden({ input, prompt, more }, 'Bitsight API token'))).trim();
  if (token === '')
    throw new AppError('ARGUMENT_INVALID', `No API token was given: type it, pipe it or set ${TOKEN_VARIABLE}.`);
  return token;
}

/** What is typed without echo, or the first line of a pipe. */
export async function askHidden(
  { input, prompt, more = false }: Omit<TokenSource, 'env'>,
  question: string,
): Promise<string> {
  const typed = input.isTTY === true;
  if (typed) input.setRawMode?.(true); // before anybody is asked: who pastes at once is not echoed either
  if (typed) prompt.write(`${question} (not shown): `);
  try {
    return await firstLine(input);
  } finally {
    if (typed) input.setRawMode?.(false);
    if (typed) prompt.write('\n');
    if (!more) input.destroy(); // else it keeps the process alive
  }
}

const CANCEL = '\u0003';
const ENTER = ['\r', '\n', '\u0004'];
const BACKSPACE = ['\b', '\u007f'];

async function firstLine(input: Readable): Promise<string> {
  let typed = '';
  input.setEncoding('utf8');
  for await (const chunk of input.iterator({ destroyOnReturn: false })) {
    for (const character of String(chunk)) {
      if (character === CANCEL) throw new Cancelled('Cancelled.');
      if (ENTER.includes(character)) return typed;
      typed = BACKSPACE.includes(character) ? typed.slice(0, -1) : typed + character;
    }
  }
  return typed;
}
