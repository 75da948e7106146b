import { normaliseEmail } from '../email.ts';
import { AppError } from '../errors.ts';
import { readCsv, type CsvRecord } from './csv-read.ts';

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

/** How the columns are called, best first, compared without case, blanks and punctuation. */
const HEADERS = {
  email: [
    'email',
    'emailaddress',
    'emailadresse',
    'mail',
    'workemail',
    'primaryemail',
    'businessemail',
    'userprincipalname',
    'upn',
  ],
  name: ['name', 'fullname', 'displayname', 'formalname', 'employeename'],
  employeeId: ['employeeid', 'employeenumber', 'employeeno', 'personnelnumber', 'staffid', 'workerid'],
  status: ['status', 'employmentstatus', 'employeestatus', 'workerstatus'],
} as const satisfies Record<string, readonly string[]>;
const FIELDS = ['email', 'name', 'employeeId', 'status'] as const;
type Field = (typeof FIELDS)[number];
type Columns = Partial<Record<Field, number>> & { email: number };

const EMPLOYED = [
  '',
  'active',
  'activated',
  'employed',
  'current',
  'onleave',
  'leave',
  'parentalleave',
  'hired',
  'probation',
];
const ENDED = [
  'inactive',
  'terminated',
  'left',
  'leaver',
  'former',
  'ended',
  'resigned',
  'retired',
  'dismissed',
  'deactivated',
  'offboarded',
];

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
    if (entry.status && !known(entry.status)) unknown.add(entry.status);
    const key = normaliseEmail(entry.email);
    if (people.get(key)?.employed !== true) people.set(key, entry);
  }
  if (people.size === 0) throw unreadable('Below the header line stands nobody with an e-mail address.');
  const withoutEmail = entries.filter((entry) => entry === undefined).length;
  return { people, unknownStatuses: [...unknown].sort(), withoutEmail };
}

function columnsOf(head: CsvRecord): Columns {
  const columns: Partial<Record<Field, number>> = {};
  const titles = head.cells.map(plain);
  for (const field of FIELDS) {
    const matching = HEADERS[field].map((name) => titles.indexOf(name)).filter((index) => index >= 0);
    if (field === 'email' && matching.length > 1) {
      throw unreadable(`Line ${head.line}: columns ${numbers(matching)} could each be the address; keep one.`);
    }
    if (matching[0] !== undefined) columns[field] = matching[0];
  }
  if (columns.email === undefined) throw withoutAddress(head);
  return { ...columns, email: columns.email };
}

/** Names the headers, which are no personal data; a first line with an address is none, and is not shown. */
function withoutAddress({ line, cells }: CsvRecord): AppError {
  if (cells.some((cell) => cell.includes('@')))
    return unreadable(`Line ${line}: an address, but no header line above.`);
  const found = cells.map((cell) => JSON.stringify(cell)).join(', ');
  return unreadable(`Line ${line}: no column is called email; found: ${found}; accepted: ${HEADERS.email.join(', ')}.`);
}

function read(record: CsvRecord, head: CsvRecord, columns: Columns): RosterEntry | undefined {
  const { line, cells } = record;
  if (cells.length > head.cells.length) {
    throw unreadable(`Line ${line}: ${cells.length} cells, but ${head.cells.length} columns.`);
  }
  const cell = (field: Field): string | undefined => cells[columns[field] ?? -1] || undefined;
  const email = cell('email');
  if (email === undefined) return undefined;
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) {
    throw unreadable(`Line ${line}, column ${columns.email + 1} (${head.cells[columns.email]}): no e-mail address.`);
  }
  const status = cell('status');
  const employed = !ENDED.includes(plain(status ?? ''));
  return { line, email, name: cell('name'), employeeId: cell('employeeId'), status, employed };
}

function known(status: string): boolean {
  return [...EMPLOYED, ...ENDED].includes(plain(status));
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

function numbers(indices: readonly number[]): string {
  return indices
    .map((index) => index + 1)
    .sort((a, b) => a - b)
    .join(' and ');
}

function unreadable(message: string): AppError {
  return new AppError('ROSTER_UNREADABLE', message);
}
