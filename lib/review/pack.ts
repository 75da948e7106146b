import * as z from 'zod';
import { once, textBytes } from '../bytes.ts';
import { csvLine } from '../export/csv.ts';
import { digesting, sha256 } from '../export/digest.ts';
import { jsonLine } from '../export/jsonl.ts';
import type { Times } from '../export/removal.ts';
import { nameOf } from '../export/row.ts';
import { impersonal } from '../lifecycle/receipts.ts';
import type { Receipt, ReviewRow } from '../lifecycle/ledger.ts';
import { toIso } from '../time.ts';
import type { Frozen, FrozenRow } from './frozen.ts';
import type { NightRead } from './nights.ts';
import type { RowState } from './proof.ts';
import { rowId, roleText } from './worksheet.ts';

export const SUMS = 'SHA256SUMS';
export const nightFile = (date: string): string => `night-${date}.json`;

/** What a pack says of itself, for programs: `pack.json`. */
export const PackSchema = z.object({
  schema: z.literal(1),
  review: z.string(),
  company: z.string().nullable(),
  /** The frozen night; `manifest` is the SHA-256 of its manifest. */
  night: z.object({ date: z.string(), manifest: z.string() }),
  since: z.string().nullable(),
  openedAt: z.string(),
  closedAt: z.string(),
  closedBy: z.string(),
  span: z.object({ from: z.string(), to: z.string() }),
  nights: z.array(z.string()),
  missing: z.array(z.string()),
  /** What was wrong with nights already when the review was closed. */
  known: z.array(z.string()),
  counts: z.record(z.string(), z.int()),
  configHash: z.string(),
  product: z.string(),
});
export type Pack = z.infer<typeof PackSchema>;

export interface PackRow extends RowState {
  row: FrozenRow;
  decided: ReviewRow;
  receipts: readonly Receipt[];
}
/** Everything that goes into a pack. */
export interface PackOrder {
  about: Pack;
  frozen: Frozen;
  rows: readonly PackRow[];
  nights: readonly NightRead[];
  times: readonly Times[];
  exceptions: object;
  page: string;
  /** Files as they came: users.csv of the frozen night, worksheets. */
  files: readonly { name: string; body: AsyncIterable<Uint8Array> }[];
}
type File = [name: string, body: AsyncIterable<Uint8Array>, contentType: string];
type Put = (...file: File) => Promise<void>;

const json = (value: unknown): AsyncIterable<Uint8Array> => textBytes(`${JSON.stringify(value, undefined, 2)}\n`);

/** Writes every file, the list of their hashes last; returns the hash of that list. */
export async function writePack(order: PackOrder, put: Put): Promise<string> {
  const { about, rows, nights, times, exceptions, page, files, frozen } = order;
  const receipts = rows.flatMap(({ receipts }) => receipts).map(impersonalReceipt);
  const all: File[] = [
    ['README.html', textBytes(page), 'text/html; charset=utf-8'],
    ['pack.json', json(about), 'application/json'],
    ['decisions.csv', textBytes(decisionsText(frozen, rows)), 'text/csv; charset=utf-8'],
    ['receipts.jsonl', textBytes(receipts.map(jsonLine).join('')), 'application/x-ndjson'],
    ['exceptions.json', json(exceptions), 'application/json'],
    ['times.json', json(times), 'application/json'],
    ...nights.map(({ date, bytes }): File => [nightFile(date), once(bytes), 'application/json']),
    ...files.map(({ name, body }): File => [name, body, 'application/octet-stream']),
  ];
  const sums: string[] = [];
  for (const [name, body, type] of all) {
    const { bytes, result } = digesting(body);
    await put(name, bytes, type);
    sums.push(`${result().sha256}  ${name}\n`);
  }
  const text = sums.join('');
  await put(SUMS, textBytes(text), 'text/plain; charset=utf-8');
  return sha256(text);
}

/** Whose it is says the row of decisions.csv with this pid; names and addresses stay there. */
function impersonalReceipt({
  personal: _personal,
  pk: _pk,
  sk: _sk,
  v: _v,
  nonce: _nonce,
  ...receipt
}: Receipt): object {
  const { startedAt, provenAt, ...rest } = receipt;
  return { ...rest, request: impersonal(receipt.request), startedAt: toIso(startedAt), provenAt: toIso(provenAt) };
}

type Cell = (row: PackRow, frozen: Frozen) => string;
const CELLS = {
  row: ({ row }, { review }) => rowId(review, row.n),
  guid: ({ row }) => row.account.guid,
  person: ({ row }) => nameOf(row.account),
  'e-mail': ({ row }) => row.account.email ?? '',
  role: ({ row }) => roleText(row.account),
  group: ({ row }) => row.account.group_name ?? '',
  'since last review': ({ row }) => row.mark,
  findings: ({ row }) => row.findings.join(' + '),
  decision: ({ decided }) => decided.verdict,
  'new role': ({ decided }) => decided.role ?? '',
  note: ({ decided }) => decided.note ?? '',
  reviewer: ({ decided }) => decided.reviewer,
  'taken in': ({ decided }) => toIso(decided.at),
  worksheet: ({ decided }) => `sha256:${decided.worksheet}`,
  event: ({ decided }) => decided.told?.event ?? '',
  pid: ({ decided }) => decided.told?.pid ?? '',
  state: ({ state }) => state,
  proof: ({ proof }) => proofText(proof),
  'proven at': ({ proof }) => (proof === undefined ? '' : toIso(proof.at)),
} satisfies Record<string, Cell>;

function decisionsText(frozen: Frozen, rows: readonly PackRow[]): string {
  const cells: readonly Cell[] = Object.values(CELLS);
  return `\uFEFF${csvLine(Object.keys(CELLS))}${rows.map((row) => csvLine(cells.map((cell) => cell(row, frozen)))).join('')}`;
}

export function proofText(proof: RowState['proof']): string {
  if (proof === undefined) return '';
  return proof.by === 'receipt'
    ? `${proof.what}, receipt ${proof.pid}/${proof.seq}`
    : `${proof.what}, night of ${proof.date}`;
}
