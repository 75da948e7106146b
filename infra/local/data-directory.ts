import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../lib/errors.ts';
import { takeLock } from '../folder-lock.ts';

/** Where one local system keeps everything; claimed by one process at a time. */
export interface DataDirectory {
  path: string;
  /** Path of a file or directory inside. */
  at(...names: string[]): string;
  /** What a JSON file inside says; undefined when there is none. */
  read(name: string): unknown;
  /** Replaces a file as a whole, so that a kill leaves the old or the new one. `mode` 600: for the owner's eyes. */
  write(name: string, text: string, mode?: number): void;
  release(): void;
}

/**
 * Makes the directory where needed and claims it by a lock of the operating system, which a killed process loses.
 *
 * @throws AppError ARGUMENT_INVALID when another process holds it or it cannot be written.
 */
export function claimDataDirectory(path: string): DataDirectory {
  const release = claim(path);
  const at = (...names: string[]) => join(path, ...names);
  return {
    path,
    at,
    release,
    read(name) {
      if (!existsSync(at(name))) return undefined;
      try {
        return JSON.parse(readFileSync(at(name), 'utf8'));
      } catch (cause) {
        throw new AppError('ARGUMENT_INVALID', `${at(name)} is not JSON.`, { cause });
      }
    },
    write(name, text, mode = 0o644) {
      writeFileSync(at(`${name}.new`), text, { mode });
      renameSync(at(`${name}.new`), at(name));
    },
  };
}

function claim(path: string): () => void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const release = takeLock(join(path, 'lock'));
    if (release !== undefined) return release;
  } catch (cause) {
    throw refused(path, 'cannot be written', cause);
  }
  throw refused(path, 'is in use by another process');
}

function refused(path: string, why: string, cause?: unknown): AppError {
  return new AppError('ARGUMENT_INVALID', `The data directory ${path} ${why}; --data <dir> takes another one.`, {
    cause,
  });
}
