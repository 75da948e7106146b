import { AppError } from '../errors.ts';

/** One record and the line of the file on which it begins, counted from 1. */
export interface CsvRecord {
  line: number;
  cells: string[];
}

const SEPARATORS = [',', ';', '\t'];

/**
 * Reads CSV as spreadsheets write it: RFC 4180, comma, semicolon or TAB (whichever the first line has most of), any
 * line end, with or without byte order mark; a first line `sep=;`, as Excel writes it, decides. Records without any text are left out.
 *
 * @throws AppError ROSTER_UNREADABLE naming the line with a quote that is not closed or not alone.
 */
export function readCsv(text: string): CsvRecord[] {
  const body = text.replace(/^\uFEFF/, '');
  const [told = '', separator = separatorOf(body)] = /^"?sep=([,;\t])"?(?:\r\n|\r|\n)/i.exec(body) ?? [];
  const cell = cellPattern(separator);
  cell.lastIndex = told.length;
  const records: CsvRecord[] = [];
  let line = told === '' ? 1 : 2;
  let record: CsvRecord = { line, cells: [] };
  while (cell.lastIndex < body.length) {
    const found = cell.exec(body);
    if (found === null) throw new AppError('ROSTER_UNREADABLE', `Line ${line}: a quote is not closed or not doubled.`);
    const [all, quoted, plain, end] = found;
    record.cells.push((quoted?.replaceAll('""', '"') ?? plain ?? '').trim());
    line += all.split(/\r\n|\r|\n/).length - 1;
    if (end !== '' && SEPARATORS.includes(end ?? '')) {
      if (cell.lastIndex < body.length) continue;
      record.cells.push(''); // the last line may go without a line end
    }
    if (record.cells.some((text) => text !== '')) records.push(record);
    record = { line, cells: [] };
  }
  return records;
}

function separatorOf(body: string): string {
  const [head = ''] = body.split(/[\r\n]/, 1);
  const count = (separator: string): number => head.split(separator).length;
  return SEPARATORS.reduce((best, separator) => (count(separator) > count(best) ? separator : best));
}

function cellPattern(separator: string): RegExp {
  return new RegExp(`(?:"((?:[^"]|"")*)"|([^"${separator}\\r\\n]*))(${separator}|\\r\\n|\\r|\\n|$)`, 'y');
}
