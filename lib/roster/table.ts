import * as z from 'zod';
import { unreadable } from './columns.ts';
import { readCsv, type CsvRecord } from './csv.ts';

/** What lies in a file: titles, and cells under them. */
export interface Table {
  head: CsvRecord;
  records: CsvRecord[];
  /** How many people the file itself says it has. */
  count?: number | undefined;
  /** The day for which the file says it speaks, as it stands there. */
  asOf?: string | undefined;
  /** What a record's number counts: lines of a text, entries of a list. */
  unit: 'Line' | 'Entry';
}

/**
 * CSV as spreadsheets write it, with a last line such as `# rows: 312` where there is one, or JSON: a list of people, or
 * `{ "asOf", "count", "people": [...] }`.
 *
 * @throws AppError ROSTER_UNREADABLE; a file that was cut is one.
 */
export function readTable(bytes: Uint8Array): Table {
  const text = decoded(bytes);
  if (text.trim() === '') throw unreadable('The file is empty.');
  const table = /^\s*[[{]/.test(text) ? tableOfJson(text) : tableOfCsv(text);
  refuseCut(table);
  return table;
}

/** @throws AppError ROSTER_UNREADABLE */
export function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes); // takes the mark of UTF-8 away
  } catch {
    throw unreadable('Not a text in UTF-8.'); // the only thing it throws for
  }
}

function tableOfCsv(text: string): Table {
  const [head, ...records] = readCsv(text);
  if (head === undefined) throw unreadable('The file is empty.');
  const count = countIn(records.at(-1));
  return {
    head,
    records: count === undefined ? records : records.slice(0, -1),
    unit: 'Line',
    ...(count !== undefined && { count }),
  };
}

/** `# rows: 312`, `TRAILER;312`, `Total,312,,`: a word, one number and nothing else. */
function countIn(record: CsvRecord | undefined): number | undefined {
  const text = record?.cells.filter((cell) => cell !== '').join(' ') ?? '';
  const [, count] = /^#?\s*(?:rows?|records?|count|total|trailer|end|eof|people)\s*[:=]?\s*(\d+)$/i.exec(text) ?? [];
  return count === undefined ? undefined : Number(count);
}

const PeopleSchema = z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])));
const FileSchema = z.union([
  PeopleSchema.transform((people) => ({ people })),
  z.object({ people: PeopleSchema, count: z.int().optional(), asOf: z.string().optional() }),
]);

function tableOfJson(text: string): Table {
  const parsed = FileSchema.safeParse(json(text));
  if (!parsed.success)
    throw unreadable(
      'The JSON is neither a list of people nor { "people": [...] }; a person is texts, numbers, true, false and null.',
    );
  const { people, ...about } = parsed.data;
  const titles = [...new Set(people.flatMap((person) => Object.keys(person)))];
  return {
    head: { line: 0, cells: titles },
    records: people.map((person, index) => ({
      line: index + 1,
      cells: titles.map((title) => String(person[title] ?? '').trim()),
    })),
    unit: 'Entry',
    ...about,
  };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable('The JSON does not end, or is not well formed: the file may be cut.');
  }
}

function refuseCut({ head, records, count, unit }: Table): void {
  for (const [index, { line, cells }] of records.entries()) {
    if (cells.length === head.cells.length) continue;
    const cut = index === records.length - 1 && cells.length < head.cells.length ? ': the file seems to be cut' : '';
    throw unreadable(`${unit} ${line}: ${cells.length} cells, but ${head.cells.length} columns${cut}.`);
  }
  if (count !== undefined) refuseOtherCount(records.length, count, 'the file says that it has');
}

/** @throws AppError ROSTER_UNREADABLE when there are not as many people as were `said`. */
export function refuseOtherCount(people: number, count: number, said: string): void {
  if (people === count) return;
  throw unreadable(`${people} people, but ${said} ${count}${people < count ? ': it seems to be cut' : ''}.`);
}
