import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Loaded before a command: kills its process, as `kill -9` does, before the n-th thing that another would see of it: a
 * request, a page kept, a file made, moved or removed.
 */
let left = Number(process.env['KILL_AT']);
function counted<A extends unknown[], R>(work: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
    return work(...args);
  };
}
globalThis.fetch = counted(globalThis.fetch);
fs.writeSync = counted(fs.writeSync) as typeof fs.writeSync; // -- of its overloads the journal takes one
fs.createWriteStream = counted(fs.createWriteStream);
fs.promises.rename = counted(fs.promises.rename);
fs.promises.rm = counted(fs.promises.rm);
syncBuiltinESMExports();
