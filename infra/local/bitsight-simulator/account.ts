import * as z from 'zod';
import { DOCUMENTED_ROLES } from '../../../lib/bitsight/roles.ts';
import { toIso } from '../../../lib/time.ts';
import { groupName } from './population.ts';
import type { Switches } from './switches.ts';

/** Slug → display name of the roles that the API and its help pages name. */
export const ROLES = Object.fromEntries(Object.entries(DOCUMENTED_ROLES).filter(([, name]) => name !== ''));
export const FEATURES = ['wfh-ro', 'fq-access'] as const;
export const STATUSES = ['Created', 'Activated', 'Deactivated'] as const;

export const FeatureSchema = z.object({
  slug: z.string(),
  value: z.union([z.boolean(), z.string()]),
  can_update: z.boolean(),
});

/** One account as the simulator keeps it. Group by guid, roles by slug, times in epoch milliseconds. */
export const AccountSchema = z.object({
  guid: z.string(),
  email: z.string(),
  formal_name: z.string(),
  friendly_name: z.string(),
  group: z.string(),
  roles: z.array(z.string()),
  status: z.enum(STATUSES),
  is_available_for_contact: z.boolean(),
  is_company_api_token: z.boolean(),
  features: z.array(FeatureSchema),
  landing_page: z.enum(['DEFAULT', 'SPM', 'TPRM']),
  preferred_contact_for_entities: z.array(z.string()),
  mfa_status: z.enum(['enabled', 'not_enabled', 'pending']),
  last_login_time: z.int().nullable(),
  joined_time: z.int(),
});
export type Account = z.infer<typeof AccountSchema>;

/** Some fields of an account. */
export type Fields = { [K in keyof Account]?: Account[K] | undefined };

/** The account with these fields changed; undefined leaves one as it is. */
export function withFields(account: Account, fields: Fields): Account {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return AccountSchema.parse({ ...account, ...Object.fromEntries(given) });
}

/** One committed write: no `before` is a creation, no `after` a deletion. */
export const ChangeSchema = z.object({ before: AccountSchema.nullable(), after: AccountSchema.nullable() });
export type Change = z.infer<typeof ChangeSchema>;

/** What two spellings of one address have in common. */
export function normalise(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}

/** An account as the API shows it. `detail`: the answer to GET one, POST and PATCH rather than a row of the list. */
export function render(account: Account, switches: Switches, detail: boolean): object {
  const { landing_page, preferred_contact_for_entities, mfa_status, ...common } = account;
  const late = { landing_page, preferred_contact_for_entities, mfa_status };
  return {
    ...common,
    group: { guid: account.group, name: groupName(account.group) },
    roles: account.roles.map((slug) => ({ name: ROLES[slug] ?? slug, slug })),
    last_login_time: account.last_login_time === null ? null : time(account.last_login_time, switches, true),
    joined_time: time(account.joined_time, switches, false),
    ...(detail && switches.detailOmitsNewFields ? {} : late),
  };
}

function time(instant: number, switches: Switches, fraction: boolean): string {
  const [date = '', clock = ''] = toIso(instant).slice(0, -1).split('T');
  if (switches.timeFormat === 'space') return `${date} ${clock.slice(0, 8)}`;
  // Microseconds, as the list's example shows them for log-ins and only for them.
  const digits = fraction ? `${clock}${String(instant % 997).padStart(3, '0')}` : clock.slice(0, 8);
  return `${date}T${digits}Z`;
}
