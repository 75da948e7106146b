import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { claimDataDirectory, type DataDirectory } from '../data-directory.ts';
import { EntrySchema, type Entry } from './record.ts';

/** An append-only file of one JSON line an entry, handed to the kernel before `append` returns: kill -9 loses none. */
export class Journal {
  readonly #directory: DataDirectory;
  readonly #file: number;

  constructor(path: string) {
    this.#directory = claimDataDirectory(path);
    this.#file = openSync(this.#directory.at('journal.jsonl'), 'a+', 0o600);
  }

  /** All entries so far. A line that a kill cut off never happened and is removed. */
  read(): Entry[] {
    const bytes = readFileSync(this.#file);
    const whole = bytes.subarray(0, bytes.lastIndexOf('\n') + 1);
    ftruncateSync(this.#file, whole.length);
    const lines = whole.toString('utf8').split('\n').slice(0, -1);
    return lines.map((line) => EntrySchema.parse(JSON.parse(line)));
  }

  append(entry: Entry): void {
    writeSync(this.#file, `${JSON.stringify(entry)}\n`);
  }

  close(): void {
    closeSync(this.#file);
    this.#directory.release();
  }
}
