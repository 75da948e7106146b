import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../lib/errors.ts';
import type { Archive } from '../../lib/lifecycle/ports.ts';
import { takeLock } from '../folder-lock.ts';

export interface Folder extends Pick<Archive, 'get' | 'put'>, AsyncDisposable {
  /** Moves everything that was put into place, in that order. The last one, by which the others count, is gone meanwhile. */
  publish(): Promise<void>;
}

const UNFINISHED = '.unfinished';
const LOCK = '.lock';

/**
 * Files in a folder that appear only when all of them are written; they hold personal data, so only this user may read
 * them. One run at once has the folder: the files of two would be taken for one snapshot. Disposing of it removes what was
 * not published.
 *
 * @throws AppError ARGUMENT_INVALID when no folder can be there, or another run is at work in it.
 */
export async function openFolder(path: string): Promise<Folder> {
  const staging = join(path, UNFINISHED);
  const names: string[] = [];
  let release: ReturnType<typeof takeLock>;
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    release = takeLock(join(path, LOCK));
    if (release) await rm(staging, { recursive: true, force: true });
    if (release) await mkdir(staging, { mode: 0o700 });
  } catch (cause) {
    throw new AppError('ARGUMENT_INVALID', `--out: ${path} ${whyNot(cause)}; name a folder.`, { cause });
  }
  if (release === undefined)
    throw new AppError(
      'ARGUMENT_INVALID',
      `--out: another run is at work in ${path}; wait for it, or name another folder.`,
    );
  return {
    async get(name) {
      const file = join(path, name);
      return existsSync(file) ? createReadStream(file) : undefined;
    },
    async put(name, body) {
      await pipeline(body, createWriteStream(join(staging, name), { mode: 0o600 }));
      names.push(name);
    },
    async publish() {
      for (const last of names.slice(-1)) await rm(join(path, last), { force: true });
      for (const name of names) await rename(join(staging, name), join(path, name));
    },
    async [Symbol.asyncDispose]() {
      await rm(staging, { recursive: true, force: true });
      await rm(join(path, LOCK), { force: true });
      release();
    },
  };
}

function whyNot(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
  return code === 'ENOTDIR' || code === 'EEXIST' ? 'is a file' : `cannot be written (${code})`;
}
