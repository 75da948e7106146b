import { csvLine, neutralise } from '../export/csv.ts';
import { nameOf, type Row } from '../export/row.ts';
import type { Frozen, FrozenRow } from './frozen.ts';

type Cell = (row: FrozenRow, frozen: Frozen) => string;

/** As they are called in the header line, in their order. The last three are the reviewer's. */
const CELLS = {
  review: (_, { review }) => review,
  row: (row, { review }) => rowId(review, row.n),
  manifest: (_, { night }) => `sha256:${night.manifest}`,
  person: ({ account }) => nameOf(account),
  'e-mail': ({ account }) => account.email ?? '',
  role: ({ account }) => roleText(account),
  group: ({ account }) => account.group_name ?? '',
  'last log-in': ({ account }) => account.last_login_time?.slice(0, 10) ?? 'never',
  'since last review': ({ mark }) => mark,
  findings: ({ findings }) => findings.join(' + '),
  reviewer: ({ sheet }, { sheets }) => sheets.find(({ name }) => name === sheet)?.reviewer ?? '',
  decision: () => '',
  note: () => '',
} satisfies Record<string, Cell>;
export type Title = keyof typeof CELLS;
export const TITLES = Object.keys(CELLS) as Title[]; // -- its own keys

/** What a row must still say when it comes back. A spreadsheet writes dates as it likes, so the last log-in may differ. */
export const FIXED = ['review', 'row', 'manifest', 'person', 'e-mail', 'role', 'group'] as const satisfies Title[];

export const rowId = (review: string, n: number): string => `${review}-${String(n).padStart(4, '0')}`;

/** With the slug that a decision names. */
export function roleText({ role_slugs: slugs, role_names: names }: Row): string {
  return slugs.map((slug, index) => (names[index] === slug ? slug : `${names[index]} (${slug})`)).join(' + ');
}

/** One cell as the worksheet has it, without what a spreadsheet may do to blanks. */
export function cellOf(title: Title, row: FrozenRow, frozen: Frozen): string {
  return tidy(neutralise(CELLS[title](row, frozen)));
}

export function tidy(text: string): string {
  return text.normalize('NFC').replaceAll(/\s+/g, ' ').trim();
}

/** CSV for spreadsheets. */
export function worksheetText(frozen: Frozen, sheet: string): string {
  const rows = frozen.rows.filter((row) => row.sheet === sheet);
  const lines = rows.map((row) => csvLine(TITLES.map((title) => CELLS[title](row, frozen))));
  return `\uFEFF${[csvLine(TITLES), ...lines].join('')}`;
}
