import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

const NEWLINE = 10;
const GOOD_FOR_MS = 50;

/** How many lines a growing file has; only what is new is read, and a look is good for a while. */
export function lineCount(path: string): () => number {
  const chunk = Buffer.alloc(64 * 1024);
  let offset = 0;
  let lines = 0;
  let next = 0;
  return () => {
    if (performance.now() < next || !existsSync(path)) return lines;
    next = performance.now() + GOOD_FOR_MS;
    const file = openSync(path, 'r');
    for (let read = readSync(file, chunk, 0, chunk.length, offset); read > 0;) {
      offset += read;
      lines += chunk.subarray(0, read).filter((byte) => byte === NEWLINE).length;
      read = readSync(file, chunk, 0, chunk.length, offset);
    }
    closeSync(file);
    return lines;
  };
}
