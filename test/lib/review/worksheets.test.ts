import { describe, expect, test } from '@jest/globals';
import type { Row } from '../../../lib/export/row.ts';
import { freeze, type Frozen, type Holder } from '../../../lib/review/frozen.ts';
import { readVerdicts, reviewNamed } from '../../../lib/review/verdicts.ts';
import { worksheetText } from '../../../lib/review/worksheet.ts';
import { readTable } from '../../../lib/roster/table.ts';
import { rowWith } from '../../support/rows.ts';

const account = (n: number, change: Partial<Row> = {}): Row =>
  rowWith({ guid: `guid-${n}`, email: `person.${n}@example.com`, formal_name: `Kim Number ${n}`, ...change });
const ADMIN = { role_slugs: ['customer_admin'], role_names: ['Admin'] };
const ROWS = [
  account(1),
  account(2, { ...ADMIN, formal_name: '=HYPERLINK("http://example.com")' }),
  account(3, { formal_name: 'Lee, "Kim"\nNumber 3', group_name: 'Zürich; Süd' }),
  account(4, { kind: 'api-token', ...ADMIN }),
];
const BOSS = 'boss@example.com';

const frozenOf = (
  rows: Row[] = ROWS,
  holderOf: (row: Row) => Holder = ({ email }) => ({ own: email === null ? [] : [email] }),
  previous?: Frozen,
) =>
  freeze(rows, {
    review: '2026-Q4',
    night: { date: '2026-11-23', manifest: 'a'.repeat(64), startedAt: 0 },
    by: 'manager',
    holderOf,
    findingsOf: (row) => (row.role_slugs.includes('customer_admin') ? ['Admin'] : []),
    previous,
  });
const tableOf = (text: string) => readTable(new TextEncoder().encode(text));

/** All rows in one file, `end` in place of the last three cells of row n. */
async function decided(n: number, end: string, change = (text: string) => text) {
  const frozen = frozenOf();
  const sheets = frozen.sheets.map(({ name }) =>
    worksheetText(frozen, name)
      .replace('\uFEFF', '')
      .split(/(?<=\r\n)(?=2026-Q4,)/),
  );
  const [[head] = []] = sheets;
  const lines = sheets
    .flatMap(([, ...rows]) => rows)
    .map((line) => (line.includes(`2026-Q4-000${n},`) ? line.replace(/,,,\r\n$/, `,${end}\r\n`) : line));
  return readVerdicts(tableOf(change([head, ...lines].join(''))), frozen);
}

const twice =
  (second: string) =>
  (text: string): string => {
    const line = text.split('\r\n').find((one) => one.includes('2026-Q4-0001,')) ?? '';
    return `${text}${line.replace(',keep,', second)}\r\n`;
  };
const line = (review: string) => `${review}${','.repeat(12)}x`;
const managed =
  (managers: Record<string, string>) =>
  (row: Row): Holder => {
    const manager = managers[row.guid];
    return { own: row.email === null ? [] : [row.email], ...(manager !== undefined && { manager }) };
  };
const sheetsOf = ({ rows }: Frozen): string[] => rows.map(({ sheet }) => sheet);

describe('a worksheet that comes back', () => {
  test('is read as it was written, formulas, quotes, line breaks and semicolons included', async () => {
    for (const n of [1, 2, 3, 4])
      expect(await decided(n, `${BOSS},keep,asked`)).toEqual([{ n, verdict: 'keep', reviewer: BOSS, note: 'asked' }]);
  });

  test.each([
    ['a byte order mark', (text: string) => `\uFEFF${text}`],
    ['other line ends', (text: string) => text.replaceAll('\r\n', '\n')],
    ['a date as the spreadsheet writes it', (text: string) => text.replaceAll('2026-05-01', '01.05.26')],
    ['no line end behind an empty last cell', (text: string) => text.trimEnd()],
    ['further columns', (text: string) => text.replaceAll('\r\n', ',\r\n').replace('note,', 'note,mine')],
    ['another case', (text: string) => text.replace('keep', ' Keep ').replace('reviewer,', 'Reviewer,')],
  ])('may have %s', async (_what, change) => {
    expect(await decided(1, `${BOSS},keep,`, change)).toEqual([{ n: 1, verdict: 'keep', reviewer: BOSS }]);
  });

  test.each([
    [
      'another hash',
      (text: string) => text.replace('aaaa,', 'aaab,'),
      'Line 2 (2026-Q4-0001): manifest is not what was handed out',
    ],
    [
      'a row that is not of it',
      (text: string) => text.replace('2026-Q4-0001', '2026-Q4-0009'),
      'Line 2: this row is not of the review',
    ],
    [
      'a row of two others',
      (text: string) => text.replace('Kim Number 1,person.1', 'Kim Number 1,person.2'),
      'e-mail is not what was handed out',
    ],
    [
      'another role',
      (text: string) => text.replace('User (customer_user)', 'Admin (customer_admin)'),
      'role is not what was handed out',
    ],
    ['another group', (text: string) => text.replace('Europe', 'Asia'), 'group is not what was handed out'],
    ['a column less', (text: string) => text.replace('decision,', 'ruling,'), 'each of these columns once: decision'],
    ['no decision', (text: string) => text.replace(',keep,', ',,'), 'No row of it is decided'],
  ])('is refused with %s', async (_what, change, reason) => {
    await expect(decided(1, `${BOSS},keep,`, change)).rejects.toThrow(reason);
  });

  test.each([
    [1, `${BOSS},remove,`, 'a decision is keep, revoke or change:<role>'],
    [1, `${BOSS},change:boss,why`, 'boss is no role'],
    [1, `${BOSS},change:customer_user,why`, 'it has this role: keep says so'],
    [1, `${BOSS},change:customer_admin,`, 'a change needs a note'],
    [2, `${BOSS},revoke,`, 'to revoke an Admin needs a note'],
    [2, `${BOSS},keep,`, 'to keep what a finding names (Admin) needs a note'],
    [4, `${BOSS},change:customer_user,why`, 'a company API token is kept or revoked'],
    [1, ',keep,', 'the column reviewer needs the address of who decides'],
    [1, 'Person.1@Example.com,keep,', 'nobody reviews their own row'],
    [1, `${BOSS},keep,${'a'.repeat(1001)}`, 'the note is longer than 1000'],
  ])('row %i with %s is refused by name, whoever it is', async (n, end, reason) => {
    await expect(decided(n, end)).rejects.toThrow(`(2026-Q4-000${n}): ${reason}`);
    await expect(decided(n, end)).rejects.not.toThrow(/person\.\d@|Kim/i);
  });

  test('decides no row twice in different ways; twice alike is once', async () => {
    await expect(decided(1, `${BOSS},keep,`, twice(',revoke,'))).rejects.toThrow(
      '(2026-Q4-0001): it is decided twice, and not alike',
    );
    expect(await decided(1, `${BOSS},keep,`, twice(',keep,'))).toHaveLength(1);
  });

  test('is of one review', () => {
    const head =
      'review,row,manifest,person,e-mail,role,group,last log-in,since last review,findings,reviewer,decision,note';
    expect(reviewNamed(tableOf(`${head}\n${line('2026-Q4')}\n${line('2026-Q4')}\n`))).toBe('2026-Q4');
    for (const other of ['2026-Q3', '', '2026'])
      expect(() => reviewNamed(tableOf(`${head}\n${line('2026-Q4')}\n${line(other)}\n`))).toThrow(
        'not all of one review',
      );
  });
});

describe('whose worksheet a row stands in', () => {
  test('the manager has it; of nobody known, the group; nobody their own', async () => {
    const frozen = frozenOf(
      ROWS,
      managed({ 'guid-1': 'person.2@example.com', 'guid-2': 'person.2@example.com', 'guid-4': BOSS }),
    );
    expect(sheetsOf(frozen)).toEqual(['03-person.2', '01-europe', '02-z-rich-s-d', '04-api-tokens']);
    expect(frozen.sheets.find(({ name }) => name === '03-person.2')?.reviewer).toBe('person.2@example.com');
  });

  test('against the review before it is new, changed or unchanged, whatever time it was used', async () => {
    const before = frozenOf([account(1), account(2), account(3)]);
    const now = [
      account(1, { last_login_time: '2026-10-01T00:00:00Z' }),
      account(2, ADMIN),
      account(3, { status: 'Deactivated' }),
      account(5),
    ];
    const { rows, since } = frozenOf(now, undefined, before);
    expect([since, ...rows.map(({ mark }) => mark)]).toEqual(['2026-Q4', 'unchanged', 'changed', 'changed', 'new']);
  });

  test('the same night and the same people give the same review', async () => {
    expect(frozenOf()).toEqual(frozenOf());
  });
});
