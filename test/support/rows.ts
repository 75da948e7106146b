import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import type { Change } from '../../lib/export/diff.ts';
import { byGuid, RowSchema, type Row } from '../../lib/export/row.ts';

/** A person with nothing remarkable, seen from NOW. */
export const NOW = Date.UTC(2026, 4, 4, 4, 30);
export function rowWith(change: Partial<Row> = {}): Row {
  return {
    guid: 'a0000000-0000-4000-8000-000000000001',
    kind: 'person',
    email: 'mara@example.com',
    formal_name: 'Mara Lind',
    friendly_name: 'Mara',
    role_slugs: ['customer_user'],
    role_names: ['User'],
    group_guid: 'b0000000-0000-4000-8000-000000000001',
    group_name: 'Europe',
    status: 'Activated',
    joined_time: '2024-01-01T00:00:00Z',
    last_login_time: '2026-05-01T08:00:00.123456Z',
    mfa_status: 'enabled',
    is_available_for_contact: false,
    features: ['wfh-ro=true'],
    landing_page: 'DEFAULT',
    preferred_contact_for_entities: [],
    ...change,
  };
}

export async function* stream<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

/** Text cut into chunks of a few bytes, as a network may. */
export async function* chunked(text: string, size = 3): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

export async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(bytes)).toString('utf8');
}

const text = fc.oneof(fc.constantFrom('Europe', 'User', 'a@example.com'), fc.string({ unit: 'binary', maxLength: 8 }));
const maybe = fc.option(text.map((one) => one.toWellFormed()));
const list = fc.array(
  text.map((one) => one.toWellFormed()),
  { maxLength: 2 },
);
const anyRow: fc.Arbitrary<Row> = fc.record({
  guid: fc.nat({ max: 30 }).map((n) => `guid-${n}`),
  kind: fc.constantFrom('person', 'api-token'),
  email: maybe,
  formal_name: maybe,
  friendly_name: maybe,
  role_slugs: fc.subarray(['customer_user', 'customer_admin', 'vrm_admin', 'new_role']),
  role_names: list,
  group_guid: maybe,
  group_name: maybe,
  status: fc.constantFrom('Created', 'Activated', 'Deactivated', null),
  joined_time: maybe,
  last_login_time: fc.constantFrom('2026-05-01T08:00:00Z', '2024-05-01T08:00:00Z', null),
  mfa_status: fc.constantFrom('enabled', 'not_enabled', null),
  is_available_for_contact: fc.option(fc.boolean()),
  features: list,
  landing_page: maybe,
  preferred_contact_for_entities: list,
});
/** All rows of a night: each guid once, in order. Few guids, so that two nights share many. */
export const anyNight: fc.Arbitrary<Row[]> = fc
  .uniqueArray(anyRow, { selector: ({ guid }) => guid, maxLength: 25 })
  .map((rows) => rows.sort(byGuid));

/** The rows of a day from those of the day before and its changes, each of which has to say what was there. */
export function applied(rows: readonly Row[], changes: readonly Change[]): Row[] {
  const all = new Map(rows.map((row) => [row.guid, row]));
  for (const change of changes) {
    const row = all.get(change.guid);
    const said = change.kind === 'joined' ? undefined : { ...row, ...change.before };
    if (!isDeepStrictEqual(row && { ...row }, said))
      throw new Error(`the change of ${change.guid} does not fit the day before`);
    if (change.kind === 'left') all.delete(change.guid);
    else all.set(change.guid, RowSchema.parse({ ...row, ...change.after }));
  }
  return [...all.values()].sort(byGuid);
}
