import type { RosterSource } from '../config/schema.ts';
import { isEmail, normaliseEmail } from '../email.ts';
import { ATTRIBUTES } from '../lifecycle/event.ts';
import { endOfDay, startOfDay } from '../time.ts';
import { columnsOf, FIELDS, unreadable, type Columns, type Field } from './columns.ts';
import type { CsvRecord } from './csv.ts';
import { readDay } from './days.ts';
import type { Employee } from './statement.ts';
import { statusOf } from './status.ts';
import type { Table } from './table.ts';

export interface People {
  columns: Field[];
  employed: Employee[];
  ended: Employee[];
  /** What a reader should know, in sentences without personal data. */
  notices: string[];
}

type Settings = Pick<RosterSource, 'fields' | 'ended' | 'dates' | 'timeZone'>;
interface Line {
  employee: Employee;
  isEnded: boolean;
  status: string | undefined;
  /** Called employed although the last day lies behind. */
  isDoubtful: boolean;
  at: string;
}

/**
 * Everybody a roster names, as of the instant at which it speaks.
 *
 * @throws AppError ROSTER_UNREADABLE naming line and column, never the content of a cell.
 */
export function readPeople(table: Table, settings: Settings, said: number): People {
  const columns = columnsOf(table.head, settings.fields);
  const lines = table.records.flatMap((record) => readLine(record, table, columns, settings, said) ?? []);
  const employed = lines.filter(({ isEnded }) => !isEnded);
  refuseTwins(employed);
  return {
    columns: FIELDS.filter((field) => columns[field] !== undefined),
    employed: employed.map(({ employee }) => employee),
    ended: onceEach(
      lines.filter(({ isEnded }) => isEnded).map(({ employee }) => employee),
      employed,
    ),
    notices: noticesOf(lines, table.records.length - lines.length, settings),
  };
}

/** As long as an event may hold. */
const longest = (field: Field): number => (field === 'employeeId' ? 200 : 1000);

function readLine(
  record: CsvRecord,
  table: Table,
  columns: Columns,
  settings: Settings,
  said: number,
): Line | undefined {
  const cell = (field: Field): string => record.cells[columns[field] ?? -1] ?? '';
  const at = `${table.unit} ${record.line}`;
  const wrong = (field: Field, what: string) =>
    unreadable(`${at}, column ${(columns[field] ?? 0) + 1} (${table.head.cells[columns[field] ?? 0]}): ${what}.`);
  const day = (field: 'startDate' | 'endDate'): string | null => {
    const read = readDay(cell(field), settings.dates);
    if ('wrong' in read) throw wrong(field, read.wrong);
    return read.day;
  };
  for (const field of FIELDS)
    if (cell(field).length > longest(field)) throw wrong(field, `longer than ${longest(field)}`);
  if (columns.employeeId !== undefined && cell('employeeId') === '') throw wrong('employeeId', 'empty');
  if (cell('email') !== '' && !isEmail(cell('email'))) throw wrong('email', 'no e-mail address');
  if (columns.employeeId === undefined && cell('email') === '') return undefined;
  const [first, last] = [day('startDate'), day('endDate')];
  const start = first === null ? undefined : startOfDay(first, settings.timeZone);
  const end = last === null ? undefined : endOfDay(last, settings.timeZone);
  if (start !== undefined && end !== undefined && start >= end && end > said)
    throw wrong('endDate', 'the last day lies before the first one');
  const status = statusOf(cell('status'), settings.ended);
  const isPast = end !== undefined && end <= said && !(start !== undefined && start >= end); // else hired again since
  const isEnded = status === 'ended' ? !(end !== undefined && end > said) : isPast && status !== 'employed';
  const attributes = ATTRIBUTES.filter((name) => columns[name] !== undefined).map((name) => [name, cell(name) || null]);
  const employee: Employee = {
    ...(columns.employeeId !== undefined && { employeeId: cell('employeeId') }),
    attributes: Object.fromEntries(attributes),
    ...(start !== undefined && start > said && { start }),
    ...(end !== undefined && end > said && { end }),
  };
  return { employee, isEnded, status: cell('status') || undefined, isDoubtful: isPast && status === 'employed', at };
}

/** Somebody's number, or where there are no numbers their address. */
export function keyOf({ employeeId, attributes: { email } }: Employee): string {
  return employeeId ?? normaliseEmail(email ?? '');
}

function refuseTwins(lines: readonly Line[]): void {
  const seen = new Map<string, Line>();
  for (const line of lines) {
    const first = seen.get(keyOf(line.employee));
    const what = line.employee.employeeId === undefined ? 'address' : 'employee id';
    if (first !== undefined) throw unreadable(`${first.at} and ${line.at} have the same ${what}.`);
    seen.set(keyOf(line.employee), line);
  }
}

/** Who came back stands in two lines: the one of before says nothing. */
function onceEach(ended: Employee[], employed: readonly Line[]): Employee[] {
  const keys = new Set(employed.map(({ employee }) => keyOf(employee)));
  return ended.filter((one) => {
    const isNew = !keys.has(keyOf(one));
    keys.add(keyOf(one));
    return isNew;
  });
}

function noticesOf(lines: readonly Line[], nameless: number, settings: Settings): string[] {
  const words = lines.map(({ status }) => status).filter((word) => statusOf(word, settings.ended) === 'unknown');
  const unknown = new Set(words);
  const doubtful = lines.filter(({ isDoubtful }) => isDoubtful).length;
  const notices = [
    nameless > 0 && `${nameless} without an address were left out: the file has no column of employee ids.`,
    unknown.size > 0 &&
      `Taken as employed, because the word is not known: ${[...unknown].join(', ')}. The setting ended names words for gone.`,
    doubtful > 0 && `${doubtful} are called employed although their last day lies behind: taken as employed.`,
  ];
  return notices.filter((notice) => notice !== false);
}
