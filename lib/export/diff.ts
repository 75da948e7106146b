import * as z from 'zod';
import { inGuidOrder } from './jsonl.ts';
import { compareRoles } from '../bitsight/roles.ts';
import { byGuid, COLUMNS, RowSchema, type Column, type Row } from './row.ts';

/** What kind of change a column shows; of the roles it depends on the ranks. */
const WHAT = {
  kind: 'kind',
  email: 'e-mail',
  formal_name: 'name',
  friendly_name: 'name',
  role_names: 'role name',
  group_guid: 'group',
  group_name: 'group',
  status: 'status',
  joined_time: 'joined time',
  last_login_time: 'log-in',
  mfa_status: 'second factor',
  is_available_for_contact: 'contact',
  features: 'features',
  landing_page: 'landing page',
  preferred_contact_for_entities: 'contact',
} as const satisfies Record<Exclude<Column, 'guid' | 'role_slugs'>, string>;

export const WHATS = [...new Set(Object.values(WHAT)), 'role raised', 'role lowered', 'role changed'] as const;
export type What = (typeof WHATS)[number];

const guid = z.string().min(1);
/** One account that differs; `changed` holds the columns that do, before and after. */
export const ChangeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('joined'), guid, after: RowSchema }),
  z.strictObject({ kind: z.literal('left'), guid, before: RowSchema }),
  z.strictObject({
    kind: z.literal('changed'),
    guid,
    what: z.array(z.enum(WHATS)).min(1),
    before: RowSchema.partial(),
    after: RowSchema.partial(),
  }),
]);
export type Change = z.infer<typeof ChangeSchema>;

export type Pair = readonly [before: Row | undefined, after: Row | undefined];

/** Both sides of every account, in order of guid. Holds one row of each. */
export async function* pairs(before: AsyncIterable<Row>, after: AsyncIterable<Row>): AsyncGenerator<Pair> {
  const [as, bs] = [inGuidOrder(before), inGuidOrder(after)];
  let [a, b] = [await next(as), await next(bs)];
  while (a || b) {
    const order = a && b ? byGuid(a, b) : a ? -1 : 1;
    yield [order <= 0 ? a : undefined, order >= 0 ? b : undefined];
    if (order <= 0) a = await next(as);
    if (order >= 0) b = await next(bs);
  }
}

/** The change a pair shows; undefined when both sides are the same. */
export function changeOf([before, after]: Pair): Change | undefined {
  if (before === undefined) return after && { kind: 'joined', guid: after.guid, after };
  if (after === undefined) return { kind: 'left', guid: before.guid, before };
  const columns = COLUMNS.filter((column) => !same(before[column], after[column]));
  if (columns.length === 0) return undefined;
  const what = [...new Set(columns.map((column) => whatOf(column, before, after)))];
  return { kind: 'changed', guid: after.guid, what, before: pick(before, columns), after: pick(after, columns) };
}

async function next(rows: AsyncIterator<Row>): Promise<Row | undefined> {
  const step = await rows.next();
  return step.done ? undefined : step.value;
}

function whatOf(column: Column, before: Row, after: Row): What {
  if (column === 'guid') return 'kind'; // never differs within a pair
  if (column !== 'role_slugs') return WHAT[column];
  return `role ${compareRoles(before.role_slugs, after.role_slugs) ?? 'changed'}`;
}

function same(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));
}

function pick(row: Row, columns: readonly Column[]): Partial<Row> {
  return Object.fromEntries(columns.map((column) => [column, row[column]]));
}
