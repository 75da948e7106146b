import { COLUMNS, type Row } from './row.ts';

/** Bytes that tell spreadsheets that the file is UTF-8; others may be told to leave them out. */
const BOM = '\uFEFF';
const ROWS_PER_CHUNK = 500;

type Cell = Row[keyof Row] | number;

/**
 * A spreadsheet runs a cell as a formula when it begins with one of these, full-width forms included; blanks and
 * control characters in front do not stop every program. A semicolon, a TAB or a line break begins a new cell where the
 * file is opened with other separators. TAB, CR and NUL are dangerous by themselves.
 */
const FORMULA = /(?<=^|[;\t\r\n])(?=[\s\p{Cf}\p{Cc}]*[=+\-@＝＋－＠]|[\t\r\0])/gu;

/** Puts an apostrophe before whatever would be run, so that it is shown as the text it is. */
export function neutralise(text: string): string {
  return text.replace(FORMULA, "'");
}

/**
 * One cell after RFC 4180. The type decides about formulas: only texts are neutralised, so a negative number stays one.
 * Lists are joined by a semicolon; `users.jsonl` has them apart.
 */
export function csvCell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = neutralise(Array.isArray(value) ? value.join('; ') : value).toWellFormed();
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** The whole file in chunks of some hundred rows, header first. */
export async function* csv(rows: AsyncIterable<Row>, options: { bom: boolean }): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let text = `${options.bom ? BOM : ''}${csvLine(COLUMNS)}`;
  let count = 0;
  for await (const row of rows) {
    text += csvLine(COLUMNS.map((column) => row[column]));
    count += 1;
    if (count % ROWS_PER_CHUNK > 0) continue;
    yield encoder.encode(text);
    text = '';
  }
  yield encoder.encode(text);
}
