import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { EntrySchema, type Entry } from './record.ts';

/** An append-only file of one JSON line an entry. Each is handed to the kernel before the call returns: kill -9 loses none. */
export class Journal {
  readonly #file: number;
  readonly entries: Entry[];

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#file = openSync(join(directory, 'journal.jsonl'), 'a+');
    const text = readFileSync(this.#file, 'utf8');
    // What stands behind the last line end was cut off by a kill: it never happened.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    ftruncateSync(this.#file, Buffer.byteLength(whole));
    this.entries = whole.split('\n').flatMap((line) => (line === '' ? [] : [EntrySchema.parse(JSON.parse(line))]));
  }

  append(entry: Entry): void {
    writeSync(this.#file, `${JSON.stringify(entry)}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}
