import { AppError, isAppError } from '../../lib/errors.ts';
import { readRoster, type Roster } from '../../lib/export/roster.ts';
import { decoded } from '../../lib/roster/table.ts';
import { readBytes } from './frame/file.ts';

/**
 * The roster in a file.
 *
 * @throws AppError ARGUMENT_INVALID when the file cannot be read, ROSTER_UNREADABLE naming it when it is no roster.
 */
export async function readRosterFile(path: string): Promise<Roster> {
  const bytes = await readBytes(path, '--roster ');
  try {
    return readRoster(decoded(bytes));
  } catch (error) {
    if (!isAppError(error, 'ROSTER_UNREADABLE')) throw error;
    throw new AppError('ROSTER_UNREADABLE', `${path}: ${error.message}`, { cause: error });
  }
}
