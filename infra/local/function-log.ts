import { createWriteStream } from 'node:fs';
import type { LogLine } from './execution-environment.ts';
import { jsonIn } from '../../lib/json.ts';

export interface FunctionLog {
  line: LogLine;
  /** All that was taken is in the file then. */
  close(): Promise<void>;
}

/** What functions write, one JSON object a line; text that is none is wrapped. `also` sees each line, too. */
export function openFunctionLog(path: string, also: (line: string) => void): FunctionLog {
  const file = createWriteStream(path, { flags: 'a', mode: 0o600 });
  return {
    line(functionName, text) {
      const line = isObject(text) ? text : JSON.stringify({ function: functionName, message: text });
      file.write(`${line}\n`);
      also(line);
    },
    close: () => new Promise((done) => file.end(done)),
  };
}

function isObject(text: string): boolean {
  const value = jsonIn(text);
  return typeof value === 'object' && value !== null;
}
