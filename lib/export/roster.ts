import { isEmail, normaliseEmail } from '../email.ts';
import { columnsOf, unreadable, type Columns } from '../roster/columns.ts';
import { readCsv, type CsvRecord } from '../roster/csv.ts';
import { statusOf } from '../roster/status.ts';

/** One person of an HR roster. `status` is the word in the file. */
export interface RosterEntry {
  line: number;
  email: string;
  name: string | undefined;
  employeeId: string | undefined;
  status: string | undefined;
  employed: boolean;
}
export interface Roster {
  /** By normalised address. */
  people: ReadonlyMap<string, RosterEntry>;
  /** Words of the status column that are not known: their people are taken as employed. */
  unknownStatuses: readonly string[];
  /** Lines without an address; they can match no account. */
  withoutEmail: number;
}

/**
 * Reads a roster: CSV with a header line and at least a column of e-mail addresses. Two lines of one address count as
 * employed if one of them does.
 *
 * @throws AppError ROSTER_UNREADABLE naming line and column, never the content of a cell.
 */
export function readRoster(text: string): Roster {
  const [head, ...records] = readCsv(text);
  if (head === undefined) throw unreadable('The file is empty.');
  const columns = columnsOf(head);
  const people = new Map<string, RosterEntry>();
  const unknown = new Set<string>();
  const entries = records.map((record) => read(record, head, columns));
  for (const entry of entries) {
    if (entry === undefined) continue;
    if (entry.status && statusOf(entry.status) === 'unknown') unknown.add(entry.status);
    const key = normaliseEmail(entry.email);
    if (people.get(key)?.employed !== true) people.set(key, entry);
  }
  if (people.size === 0) throw unreadable('Below the header line stands nobody with an e-mail address.');
  const withoutEmail = entries.filter((entry) => entry === undefined).length;
  return { people, unknownStatuses: [...unknown].sort(), withoutEmail };
}

function read({ line, cells }: CsvRecord, head: CsvRecord, columns: Columns): RosterEntry | undefined {
  if (cells.length > head.cells.length)
    throw unreadable(`Line ${line}: ${cells.length} cells, but ${head.cells.length} columns.`);
  const cell = (field: keyof Columns): string | undefined => cells[columns[field] ?? -1] || undefined;
  const email = cell('email');
  if (email === undefined) return undefined;
  refuseNoAddress(email, line, head, columns);
  const status = cell('status');
  const name = cell('displayName') ?? ([cell('firstName'), cell('lastName')].filter(Boolean).join(' ') || undefined);
  return { line, email, name, employeeId: cell('employeeId'), status, employed: statusOf(status) !== 'ended' };
}

function refuseNoAddress(email: string, line: number, head: CsvRecord, { email: column = 0 }: Columns): void {
  if (isEmail(email)) return;
  throw unreadable(`Line ${line}, column ${column + 1} (${head.cells[column]}): no e-mail address.`);
}
