import { AppError, isAppError } from '../../lib/errors.ts';
import { readRoster, type Roster } from '../../lib/export/roster.ts';
import { readBytes } from './frame/file.ts';

/**
 * The roster in a file.
 *
 * @throws AppError ARGUMENT_INVALID when the file cannot be read, ROSTER_UNREADABLE naming it when it is no roster.
 */
export async function readRosterFile(path: string): Promise<Roster> {
  const bytes = await readBytes(path, '--roster ');
  const text = decode(bytes);
  if (text === undefined) throw new AppError('ROSTER_UNREADABLE', `${path}: not a text in UTF-8.`);
  try {
    return readRoster(text);
  } catch (error) {
    if (!isAppError(error, 'ROSTER_UNREADABLE')) throw error;
    throw new AppError('ROSTER_UNREADABLE', `${path}: ${error.message}`, { cause: error });
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined; // the only thing it throws for is what is no UTF-8
  }
}
