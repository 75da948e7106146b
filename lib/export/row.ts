import * as z from 'zod';
import type { User } from '../bitsight/index.ts';

/** Version of the columns below. A night written under another version is not compared row by row. */
export const SCHEMA_VERSION = 1;
/** The file with the exact rows; the others are made for people. */
export const ROWS_FILE = 'users.jsonl';

/**
 * One account as every file of a snapshot shows it: flat, scalars and lists of strings only, names as the API has them.
 * `null` says that the API gave no value. Times stay as Bitsight wrote them. Lists are sorted, so that another order
 * in the answer is no change. JSONL holds exactly this; CSV joins the lists.
 */
export const RowSchema = z.strictObject({
  guid: z.string().min(1),
  kind: z.enum(['person', 'api-token']),
  email: z.string().nullable(),
  formal_name: z.string().nullable(),
  friendly_name: z.string().nullable(),
  role_slugs: z.array(z.string()),
  role_names: z.array(z.string()),
  group_guid: z.string().nullable(),
  group_name: z.string().nullable(),
  status: z.string().nullable(),
  joined_time: z.string().nullable(),
  last_login_time: z.string().nullable(),
  mfa_status: z.string().nullable(),
  is_available_for_contact: z.boolean().nullable(),
  /** `slug=value`. */
  features: z.array(z.string()),
  landing_page: z.string().nullable(),
  preferred_contact_for_entities: z.array(z.string()),
});
export type Row = z.infer<typeof RowSchema>;
export type Column = keyof Row;

/** In the order of the files. */
export const COLUMNS: readonly Column[] = RowSchema.keyof().options;

/** The order of every file and of the comparison: by code unit of the guid, the same on every machine. */
export function byGuid(a: { guid: string }, b: { guid: string }): number {
  return byText(a.guid, b.guid);
}

/** By code unit. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The name a person reads: as given, else the address, else the guid. */
export function nameOf(row: Row): string {
  return row.formal_name || row.friendly_name || row.email || row.guid;
}

export function rowOf(user: User): Row {
  const roles = user.roles.toSorted((a, b) => (a.slug < b.slug ? -1 : 1));
  return {
    guid: user.guid,
    kind: user.is_company_api_token === true ? 'api-token' : 'person',
    email: user.email || null,
    formal_name: user.formal_name ?? null,
    friendly_name: user.friendly_name ?? null,
    role_slugs: roles.map((role) => role.slug),
    role_names: roles.map((role) => role.name ?? role.slug),
    group_guid: user.group?.guid ?? null,
    group_name: user.group?.name ?? null,
    status: user.status ?? null,
    joined_time: user.joined_time ?? null,
    last_login_time: user.last_login_time ?? null,
    mfa_status: user.mfa_status ?? null,
    is_available_for_contact: user.is_available_for_contact ?? null,
    features: user.features.map(({ slug, value }) => `${slug}=${value ?? ''}`).sort(),
    landing_page: user.landing_page ?? null,
    preferred_contact_for_entities: user.preferred_contact_for_entities?.toSorted() ?? [],
  };
}
