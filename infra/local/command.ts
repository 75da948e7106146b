import { AppError } from '../../lib/errors.ts';

/** Runs a command: what is wrong on purpose is one line on standard error and exit code 1, anything else is a bug. */
export async function asCommand(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    process.stderr.write(`${error.line}\n`);
    process.exitCode = 1;
  }
}

/** What node:util's parseArgs refuses, as an error of ours. */
export function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    const [line = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw new AppError('ARGUMENT_INVALID', line.replace(/\.?$/, '.'), { cause });
  }
}
