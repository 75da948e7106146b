import { DatabaseSync } from 'node:sqlite';

/**
 * Takes the lock that a file stands for, by a lock of the operating system, which a killed process loses; undefined when
 * another process, or somebody else in this one, has it.
 *
 * @returns lets go of it.
 */
export function takeLock(file: string): (() => void) | undefined {
  const lock = new DatabaseSync(file);
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return () => lock.close();
  } catch (error) {
    lock.close();
    if (String(error).includes('database is locked')) return undefined;
    throw error;
  }
}
