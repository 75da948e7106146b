import { parseArgs, type ParseArgsConfig } from 'node:util';
import { AppError, isAppError } from '../../lib/errors.ts';
import { Cancelled } from './token.ts';

const USAGE_ERRORS = ['ARGUMENT_INVALID', 'CONFIG_INVALID', 'ROSTER_UNREADABLE'] as const;

/** Runs a command. What is wrong on purpose is one line on standard error and an exit code. */
export async function runMain(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    const { line, exitCode } = explain(error);
    process.stderr.write(`${line}\n`);
    process.exitCode = exitCode;
  }
}

/** How the command ends for whoever started it: one line, and the exit code. */
export function explain(error: unknown): { line: string; exitCode: 1 | 2 } {
  return { line: lineOf(error), exitCode: isAppError(error, ...USAGE_ERRORS) ? 2 : 1 };
}

function lineOf(error: unknown): string {
  if (error instanceof Cancelled) return error.message;
  if (isAppError(error, 'BITSIGHT_AUTHENTICATION'))
    return 'Bitsight does not accept this API token. Check that it was copied whole and is still valid.';
  if (isAppError(error, 'BITSIGHT_PERMISSION_DENIED'))
    return `${error.code}: this token may not list users; use the token of an Admin or a company API token.`;
  if (isAppError(error) && error.message.includes('AccessDenied'))
    return `${error.code}: ${error.message} The role you took on may not do this; see docs/operating.md, Who may do what.`;
  if (isAppError(error)) return error.line;
  return `Something went wrong that should not: ${error instanceof Error ? error.message : 'no reason was given'}.`;
}

/** @throws AppError ARGUMENT_INVALID */
export function readOptions<const T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw wrongOption(error);
  }
}

/** What the parser of options found wrong. It does not show what stood there: that may be a token. */
function wrongOption(error: unknown): AppError {
  const [message = ''] = error instanceof Error ? error.message.split(/\.(?:\s|$)/, 1) : [];
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const hint = 'Options go behind --, as in npm run review -- --roster people.csv.';
  if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL')
    return new AppError('ARGUMENT_INVALID', `Something stands there without its option. ${hint}`);
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return new AppError('ARGUMENT_INVALID', `${message}. ${hint}`);
  return new AppError('ARGUMENT_INVALID', `${message}.`);
}

/** An error that says to which host no connection was made. */
export function namingHost(error: unknown, host: string): unknown {
  if (!isAppError(error, 'BITSIGHT_UNREACHABLE')) return error;
  return new AppError(error.code, `${host}, ${error.message}`, { cause: error });
}
