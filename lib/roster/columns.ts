import { AppError } from '../errors.ts';
import { ATTRIBUTES } from '../lifecycle/event.ts';
import type { CsvRecord } from './csv.ts';

export const FIELDS = [...ATTRIBUTES, 'employeeId', 'status', 'startDate', 'endDate'] as const;
export type Field = (typeof FIELDS)[number];
/** Index of the column of each field that is there. */
export type Columns = Partial<Record<Field, number>>;

/** How the columns are called, best first, compared without case, blanks and punctuation. */
const TITLES: Record<Field, string> = {
  email: 'email emailaddress emailadresse mail workemail primaryemail businessemail userprincipalname upn',
  firstName: 'firstname givenname forename vorname',
  lastName: 'lastname surname familyname nachname',
  displayName: 'name fullname displayname formalname employeename',
  department: 'department dept abteilung',
  division: 'division businessunit',
  jobTitle: 'jobtitle title position',
  location: 'location office site standort',
  costCentre: 'costcentre costcenter kostenstelle',
  employmentType: 'employmenttype contracttype workertype',
  managerEmail: 'manageremail supervisoremail',
  employeeId: 'employeeid employeenumber employeeno personnelnumber personalnummer staffid workerid',
  status: 'status employmentstatus employeestatus workerstatus',
  startDate: 'startdate hiredate firstday joindate entrydate eintrittsdatum',
  endDate: 'enddate terminationdate lastday leavingdate leavedate exitdate austrittsdatum',
};

/**
 * Which column is which, by the usual titles or by those that `own` names.
 *
 * @throws AppError ROSTER_UNREADABLE without a column of addresses, with two, or without one that `own` names.
 */
export function columnsOf(head: CsvRecord, own: Partial<Record<Field, string>> = {}): Columns {
  const columns: Columns = {};
  const titles = head.cells.map(plain);
  for (const field of FIELDS) {
    const named = own[field];
    const matching = (named === undefined ? TITLES[field].split(' ') : [plain(named)])
      .map((name) => titles.indexOf(name))
      .filter((index) => index >= 0);
    if (named !== undefined && matching.length === 0)
      throw unreadable(`Line ${head.line}: no column is called ${JSON.stringify(named)}; found: ${found(head)}.`);
    if (field === 'email' && matching.length > 1)
      throw unreadable(`Line ${head.line}: columns ${numbers(matching)} could each be the address; keep one.`);
    if (matching[0] !== undefined) columns[field] = matching[0];
  }
  if (columns.email === undefined) throw withoutAddress(head);
  return columns;
}

/** Names the headers, which are no personal data; a first line with an address is none, and is not shown. */
function withoutAddress(head: CsvRecord): AppError {
  if (head.cells.some((cell) => cell.includes('@')))
    return unreadable(`Line ${head.line}: an address, but no header line above.`);
  const accepted = TITLES.email.replaceAll(' ', ', ');
  return unreadable(`Line ${head.line}: no column is called email; found: ${found(head)}; accepted: ${accepted}.`);
}

const found = ({ cells }: CsvRecord): string => cells.map((cell) => JSON.stringify(cell)).join(', ');

/** As titles and words are compared. */
export function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

function numbers(indices: readonly number[]): string {
  return indices
    .map((index) => index + 1)
    .sort((a, b) => a - b)
    .join(' and ');
}

export function unreadable(message: string): AppError {
  return new AppError('ROSTER_UNREADABLE', message);
}
