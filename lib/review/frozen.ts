import * as z from 'zod';
import { RowSchema, type Row } from '../export/row.ts';
import { InstantSchema } from '../lifecycle/event.ts';

export const MARKS = ['new', 'changed', 'unchanged'] as const;

/** One account as it was on the frozen night, and who is to decide over it. */
export const FrozenRowSchema = z.object({
  n: z.int(),
  account: RowSchema,
  /** Of the person whom the ledger knew as its holder. */
  pid: z.string().optional(),
  /** Every address of the holder, normalised: nobody decides over themselves, under whatever address. */
  own: z.array(z.string()),
  /** Against the last closed review. */
  mark: z.enum(MARKS),
  /** What speaks against keeping it unasked, in a word or three each. */
  findings: z.array(z.string()),
  sheet: z.string(),
});
export type FrozenRow = z.infer<typeof FrozenRowSchema>;

/** What a review is about; lies in the archive under its own hash and never changes. */
export const FrozenSchema = z.object({
  schema: z.literal(1),
  review: z.string(),
  /** The night that was frozen; `manifest` is the SHA-256 of its manifest. */
  night: z.object({ date: z.string(), manifest: z.string(), startedAt: InstantSchema }),
  /** The review compared with; null: none was closed before. */
  since: z.string().nullable(),
  /** `reviewer`: the address of the manager whose people these are. */
  sheets: z.array(z.object({ name: z.string(), reviewer: z.string().nullable() })),
  rows: z.array(FrozenRowSchema),
});
export type Frozen = z.infer<typeof FrozenSchema>;

/** The holder of an account, as far as the ledger knows. Addresses normalised. */
export interface Holder {
  pid?: string;
  own: string[];
  manager?: string | undefined;
}
export interface FreezeOrder extends Pick<Frozen, 'review' | 'night'> {
  by: 'manager' | 'group';
  holderOf: (row: Row) => Holder;
  /** Words for what speaks against keeping an account unasked. */
  findingsOf: (row: Row) => string[];
  previous: Frozen | undefined;
}

/** Deterministic: the same night and the same people give the same review. */
export function freeze(rows: readonly Row[], order: FreezeOrder): Frozen {
  const known = new Map(order.previous?.rows.map(({ account }) => [account.guid, account]));
  const found = rows.map((account) => ({ account, holder: order.holderOf(account) }));
  const sheets = sheetsFor(found.map(({ account, holder }) => deskOf(account, holder, order.by)));
  return {
    schema: 1,
    review: order.review,
    night: order.night,
    since: order.previous?.review ?? null,
    sheets: [...sheets.values()],
    rows: found.map(({ account, holder }, index) => ({
      n: index + 1,
      account,
      ...(holder.pid !== undefined && { pid: holder.pid }),
      own: holder.own,
      mark: markOf(known.get(account.guid), account),
      findings: order.findingsOf(account),
      sheet: sheets.get(deskOf(account, holder, order.by))?.name ?? '',
    })),
  };
}

/** Who decides: the manager where one is known and is somebody else, else whoever answers for the group. */
function deskOf(account: Row, { manager, own }: Holder, by: FreezeOrder['by']): string {
  if (account.kind === 'api-token') return 'tokens:api-tokens';
  if (by === 'manager' && manager !== undefined && !own.includes(manager)) return `manager:${manager}`;
  return account.group_name === null ? 'others:others' : `group:${account.group_name}`;
}

/** Files are numbered, so that two groups may sound alike; of an address they show what stands before the @. */
function sheetsFor(desks: readonly string[]): Map<string, Frozen['sheets'][number]> {
  const sorted = [...new Set(desks)].sort();
  return new Map(
    sorted.map((desk, index) => {
      const [, kind = '', of = ''] = /^(\w+):(.*)$/s.exec(desk) ?? [];
      const title = (kind === 'manager' ? (of.split('@', 1)[0] ?? '') : of).toLowerCase();
      const name = `${String(index + 1).padStart(2, '0')}-${title.replaceAll(/[^a-z0-9.]+/g, '-')}`;
      return [desk, { name, reviewer: kind === 'manager' ? of : null }];
    }),
  );
}

/** What was granted, by which a reviewer would decide otherwise. */
const GRANTED = ['email', 'role_slugs', 'group_guid', 'status', 'features'] as const;

function markOf(before: Row | undefined, after: Row): FrozenRow['mark'] {
  if (before === undefined) return 'new';
  const same = GRANTED.every((column) => JSON.stringify(before[column]) === JSON.stringify(after[column]));
  return same ? 'unchanged' : 'changed';
}
