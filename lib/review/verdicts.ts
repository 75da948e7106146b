import { ADMIN, DOCUMENTED_ROLES } from '../bitsight/roles.ts';
import { isEmail, normaliseEmail } from '../email.ts';
import { AppError } from '../errors.ts';
import type { ReviewRow } from '../lifecycle/ledger.ts';
import { plain } from '../roster/columns.ts';
import type { CsvRecord } from '../roster/csv.ts';
import type { Table } from '../roster/table.ts';
import type { Frozen, FrozenRow } from './frozen.ts';
import { cellOf, FIXED, rowId, tidy, TITLES, type Title } from './worksheet.ts';

/** What somebody decided over one row. */
export type Verdict = Pick<ReviewRow, 'n' | 'verdict' | 'role' | 'note' | 'reviewer'>;

export function refused(...problems: string[]): AppError {
  return new AppError('REVIEW_REFUSED', problems.join(' '));
}

/** As people and events name it: `keep`, `revoke`, `change:customer_user`. */
export const verdictText = ({ verdict, role }: Pick<ReviewRow, 'verdict' | 'role'>): string =>
  role === undefined ? verdict : `${verdict}:${role}`;

/** What was decided since the workers were told last. Who keeps what they have is told of only to take something back. */
export function isToTell(decided: ReviewRow): boolean {
  return verdictText(decided) !== (decided.told?.what ?? 'keep');
}

type CellIn = (record: CsvRecord, title: Title) => string;

/** @throws AppError REVIEW_REFUSED when a column is missing, or stands there twice. */
function cellsOf({ head }: Table): CellIn {
  const titles = head.cells.map(plain);
  const wrong = TITLES.filter((title) => titles.filter((one) => one === plain(title)).length !== 1);
  if (wrong.length > 0) throw refused(`It must have each of these columns once: ${wrong.join(', ')}.`);
  return ({ cells }, title) => tidy(cells[titles.indexOf(plain(title))] ?? '');
}

/** The one review that all rows say they are of. */
export function reviewNamed(table: Table): string {
  const cell = cellsOf(table);
  const [review = '', ...others] = new Set(table.records.map((record) => cell(record, 'review')));
  if (others.length === 0 && REVIEW.test(review)) return review;
  throw refused('Its rows are not all of one review such as 2026-Q4.');
}
export const REVIEW = /^\d{4}-Q[1-4]$/;

const SHOWN = 20;

/**
 * The decisions of a worksheet that came back, by row. Rows without one are left out.
 *
 * @throws AppError REVIEW_REFUSED naming line and row of everything that is wrong, without personal data.
 */
export function readVerdicts(table: Table, frozen: Frozen): Verdict[] {
  const cell = cellsOf(table);
  const byId = new Map(frozen.rows.map((row) => [rowId(frozen.review, row.n), row]));
  const slugs = new Set([
    ...Object.keys(DOCUMENTED_ROLES),
    ...frozen.rows.flatMap(({ account }) => account.role_slugs),
  ]);
  const problems: string[] = [];
  const verdicts = new Map<number, Verdict>();
  for (const record of table.records) {
    const row = byId.get(cell(record, 'row'));
    const found = row === undefined ? 'this row is not of the review' : readRow(record, cell, row, frozen, slugs);
    const name = row === undefined ? '' : ` (${rowId(frozen.review, row.n)})`;
    const before = row && verdicts.get(row.n);
    if (typeof found === 'string') problems.push(`${table.unit} ${record.line}${name}: ${found}.`);
    else if (found && before && verdictText(found) !== verdictText(before))
      problems.push(`${table.unit} ${record.line}${name}: it is decided twice, and not alike.`);
    else if (found) verdicts.set(found.n, found);
  }
  const more = problems.length > SHOWN ? [`And ${problems.length - SHOWN} more.`] : [];
  if (problems.length > 0) throw refused(...problems.slice(0, SHOWN), ...more);
  if (verdicts.size === 0) throw refused('No row of it is decided.');
  return [...verdicts.values()];
}

/** A text says what is wrong; undefined: nothing is decided. */
function readRow(
  record: CsvRecord,
  cell: CellIn,
  row: FrozenRow,
  frozen: Frozen,
  slugs: ReadonlySet<string>,
): Verdict | string | undefined {
  const changed = FIXED.filter((title) => cell(record, title) !== cellOf(title, row, frozen));
  if (changed.length > 0) return `${changed.join(', ')} is not what was handed out`;
  if (cell(record, 'decision') === '') return undefined;
  const decided = decisionIn(cell(record, 'decision'));
  if (decided === undefined) return 'a decision is keep, revoke or change:<role>';
  const reviewer = cell(record, 'reviewer');
  if (!isEmail(reviewer)) return 'the column reviewer needs the address of who decides';
  if (row.own.includes(normaliseEmail(reviewer))) return 'nobody reviews their own row: somebody else has to';
  const note = cell(record, 'note');
  return (
    wrongRole(decided, row, slugs) ??
    lackingNote(decided, row, note) ?? { n: row.n, ...decided, reviewer, ...(note !== '' && { note }) }
  );
}

type Decided = Pick<Verdict, 'verdict' | 'role'>;

function decisionIn(text: string): Decided | undefined {
  const word = text.toLowerCase();
  if (word === 'keep' || word === 'revoke') return { verdict: word };
  const [, role] = /^change\s*:\s*([a-z][a-z0-9_]*)$/.exec(word) ?? [];
  return role === undefined ? undefined : { verdict: 'change', role };
}

function wrongRole({ role }: Decided, { account }: FrozenRow, slugs: ReadonlySet<string>): string | undefined {
  if (role === undefined) return undefined;
  if (account.kind === 'api-token') return 'a company API token is kept or revoked, its role is not changed';
  if (!slugs.has(role)) return `${role} is no role; those there are: ${[...slugs].sort().join(', ')}`;
  return account.role_slugs.join() === role ? 'it has this role: keep says so' : undefined;
}

const LONGEST_NOTE = 1000;

/** Why, wherever somebody will ask: for every change, for an Admin who goes, for what a finding speaks against. */
function lackingNote({ verdict }: Decided, { account, findings }: FrozenRow, note: string): string | undefined {
  if (note.length > LONGEST_NOTE) return `the note is longer than ${LONGEST_NOTE}`;
  if (note !== '') return undefined;
  if (verdict === 'change') return 'a change needs a note';
  if (verdict === 'revoke') return account.role_slugs.includes(ADMIN) ? 'to revoke an Admin needs a note' : undefined;
  return findings.length > 0 ? `to keep what a finding names (${findings.join(', ')}) needs a note` : undefined;
}
