import { readSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenSpool } from './spool.ts';

/**
 * Spools as files below `directory`. Each loses its name as soon as it is open, so the system frees it at the latest
 * with the process: a killed run leaves nobody's address behind.
 */
export function fileSpools(directory: string): OpenSpool {
  return async () => {
    const folder = await mkdtemp(join(directory, 'spool-'));
    const file = await open(join(folder, 'lines'), 'ax+', 0o600);
    await rm(folder, { recursive: true });
    return {
      append: (bytes) => file.appendFile(bytes),
      async read(offset, length) {
        const bytes = new Uint8Array(length);
        // a line is read in microseconds; handing each to another thread and back took half of a night's time
        const read = readSync(file.fd, bytes, 0, length, offset);
        if (read !== length) throw new RangeError(`The spool ends before byte ${offset + length}.`);
        return bytes;
      },
      clear: () => file.truncate(0),
      [Symbol.asyncDispose]: () => file.close(),
    };
  };
}
