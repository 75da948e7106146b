import { readFile } from 'node:fs/promises';
import { AppError } from '../../../lib/errors.ts';

/** @throws AppError ARGUMENT_INVALID when the file cannot be read. */
export async function readBytes(path: string, option = ''): Promise<Uint8Array> {
  return readFile(path).catch((cause: unknown) => {
    const code =
      typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'no reason given';
    const why = code === 'ENOENT' ? 'there is no such file' : `the file cannot be read (${code})`;
    throw new AppError('ARGUMENT_INVALID', `${option}${path}: ${why}.`, { cause });
  });
}
