import type { User } from '../bitsight/index.ts';
import { normaliseEmail } from '../email.ts';
import type { Account, Wanted } from './ledger.ts';

export type Field = 'email' | 'formalName' | 'friendlyName' | 'role' | 'group' | 'features' | 'contact' | 'status';

export function accountOf(user: User): Account {
  return {
    guid: user.guid,
    email: user.email,
    formalName: user.formal_name ?? null,
    friendlyName: user.friendly_name ?? null,
    roles: (user.roles ?? []).map((role) => role.slug),
    group: user.group?.guid ?? null,
    groupName: user.group?.name ?? null,
    status: user.status ?? null,
    contact: user.is_available_for_contact ?? false,
    apiToken: user.is_company_api_token ?? false,
    features: Object.fromEntries((user.features ?? []).map((feature) => [feature.slug, feature.value])),
    lastLogin: user.last_login_time ?? null,
  };
}

type Comparison = (wanted: Wanted, account: Account) => boolean;
/** One table for planning and for proof: what is sent is what differs, and what is proven is that nothing differs. */
const AGREES: Record<Field, Comparison> = {
  email: (w, a) => w.email === undefined || normaliseEmail(w.email) === normaliseEmail(a.email),
  formalName: (w, a) => w.formalName === undefined || w.formalName === a.formalName,
  friendlyName: (w, a) => w.friendlyName === undefined || w.friendlyName === a.friendlyName,
  role: (w, a) =>
    w.role === undefined ||
    sameRole(w.role, w.exactRole === true ? a.roles : a.roles.filter((r) => family(r) === family(w.role ?? ''))),
  group: (w, a) => w.group === undefined || w.group === a.group,
  features: (w, a) => Object.entries(w.features ?? {}).every(([slug, value]) => (a.features[slug] ?? false) === value),
  contact: (w, a) => w.contact === undefined || w.contact === a.contact,
  status: (w, a) => w.status === undefined || w.status === a.status,
};
const FIELDS = Object.keys(AGREES) as Field[]; // -- the keys of a Record<Field, …>

export function differences(wanted: Wanted, account: Account): Field[] {
  return FIELDS.filter((field) => !AGREES[field](wanted, account));
}

function sameRole(wanted: string, roles: readonly string[]): boolean {
  return roles.length === 1 && roles[0] === wanted;
}

/** customer_…: roles of the account; vrm_…: given in addition to them (help page of the VRM roles). */
export function family(role: string): string {
  return role.split('_', 1)[0] ?? role;
}

/** The fields of a POST or PATCH body, as the pages name them. */
export interface UserFields {
  email?: string;
  formal_name?: string;
  friendly_name?: string;
  roles?: [{ slug: string }];
  group?: string;
  features?: { slug: string; value: boolean | string }[];
  is_available_for_contact?: boolean;
  /** Not documented for PATCH: sent only where the probe proved that it is taken. */
  status?: 'Activated' | 'Deactivated';
}

export function requestFor(wanted: Wanted, fields: readonly Field[] = FIELDS): UserFields {
  const only = (field: Field): boolean => fields.includes(field);
  return {
    ...(only('email') && wanted.email !== undefined && { email: wanted.email }),
    ...(only('formalName') && wanted.formalName !== undefined && { formal_name: wanted.formalName }),
    ...(only('friendlyName') && wanted.friendlyName !== undefined && { friendly_name: wanted.friendlyName }),
    ...(only('role') && wanted.role !== undefined && { roles: [{ slug: wanted.role }] as [{ slug: string }] }), // -- a tuple of one, as the API takes one role
    ...(only('group') && wanted.group !== undefined && { group: wanted.group }),
    ...(only('features') &&
      Object.keys(wanted.features ?? {}).length > 0 && {
        features: Object.entries(wanted.features ?? {}).map(([slug, value]) => ({ slug, value })),
      }),
    ...(only('contact') && wanted.contact !== undefined && { is_available_for_contact: wanted.contact }),
    ...(only('status') && wanted.status !== undefined && { status: wanted.status }),
  };
}
