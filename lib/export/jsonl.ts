import { AppError } from '../errors.ts';
import { byGuid, RowSchema, type Row } from './row.ts';
import { jsonIn } from '../json.ts';

export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/** Lines of UTF-8 bytes that may be cut anywhere, also within a character. Holds no more than a chunk and a line. */
export async function* lines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  for await (const some of linesByChunk(bytes)) yield* some;
}

/** A promise a line, at each layer, is what reading would take longest for. */
async function* linesByChunk(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    yield parts;
  }
  rest += decoder.decode();
  if (rest !== '') yield [rest];
}

/** Reads `users.jsonl`. A line that is no row of this version is an error, never left out. */
export async function* readRows(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Row> {
  let number = 0;
  for await (const some of linesByChunk(bytes))
    for (const line of some) {
      number += 1;
      yield readRow(line, number);
    }
}

/** Rows that this process wrote itself: they are not looked at again. */
export async function* ownRows(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Row> {
  for await (const some of linesByChunk(bytes)) for (const line of some) yield JSON.parse(line) as Row; // -- made by rowOf
}

function readRow(line: string, number: number): Row {
  const row = RowSchema.safeParse(jsonIn(line));
  if (row.success) return row.data;
  // names the column only: the parser's own message would quote the line
  const column = row.error.issues[0]?.path[0];
  throw new AppError('SNAPSHOT_UNREADABLE', `users.jsonl, line ${number}${column ? `, ${String(column)}` : ''}.`);
}

/** Passes rows on and holds to it that each guid comes once and in order: the comparison of two nights rests on that. */
export async function* inGuidOrder(rows: AsyncIterable<Row>): AsyncGenerator<Row> {
  let last: Row | undefined;
  for await (const row of rows) {
    if (last && byGuid(last, row) >= 0) {
      throw new AppError('SNAPSHOT_UNREADABLE', `users.jsonl is not in order of guid at ${row.guid}.`);
    }
    yield row;
    last = row;
  }
}
