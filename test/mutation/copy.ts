import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Guard } from './guard.ts';

/** The working tree as it is now, in a place where it can be broken. */
export interface Copy {
  directory: string;
  /** Runs `work` while the guard is off. */
  without<T>(guard: Guard, work: () => Promise<T>): Promise<T>;
  remove(): void;
}

export function copyOfTree(): Copy {
  const directory = mkdtempSync(join(tmpdir(), 'mutation-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  for (const file of listed.toString().split('\0').filter(Boolean))
    if (existsSync(file)) cpSync(file, join(directory, file));
  symlinkSync(resolve('node_modules'), join(directory, 'node_modules'));
  return {
    directory,
    async without(guard, work) {
      const path = join(directory, guard.file);
      const text = readFileSync(path, 'utf8');
      writeFileSync(path, mutated(guard, text));
      try {
        return await work();
      } finally {
        writeFileSync(path, text);
      }
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** The text of the guard's file with the guard off. */
export function mutated({ guard, file, find, replace }: Guard, text: string): string {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`${guard}: its text occurs ${parts.length - 1} times in ${file}, not once`);
  return parts.join(replace);
}
