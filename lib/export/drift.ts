import { differences, type Field } from '../lifecycle/account.ts';
import type { Account } from '../lifecycle/ledger.ts';
import { planChange, type Plan } from '../lifecycle/plan.ts';
import type { Known } from './known.ts';
import type { Row } from './row.ts';
import type { Yardstick } from './standing.ts';

/** What the next look at an account would do, by the ledger; undefined where it does not know whose it is. */
export function planFor(row: Row, { ledger, listed }: Yardstick): { known: Known; plan: Plan } | undefined {
  const known = ledger?.of(row);
  if (ledger === undefined || listed === undefined || known === undefined) return undefined;
  return { known, plan: planChange(known.desired, accountOf(row), known.person, listed.config, ledger.group) };
}

export interface Drift {
  pid: string;
  /** Each in words: what is, and what should be. */
  fields: string[];
  /** Whether the next look would correct it: fields that are not ours, and accounts from before us, are only reported. */
  ours: boolean;
  /** The rule. */
  why: string;
}

/** In what the account of somebody at work differs from what should be. */
export function drift(row: Row, by: Yardstick): Drift | undefined {
  const { known, plan } = planFor(row, by) ?? {};
  if (known === undefined || (known.desired.kind !== 'account' && known.desired.kind !== 'back')) return undefined;
  const ours = plan?.kind === 'update';
  const fields = ours ? differences(plan.wanted, accountOf(row)) : plan?.kind === 'nothing' ? (plan.names ?? []) : [];
  if (fields.length === 0) return undefined;
  const why = known.desired.kind === 'account' ? known.desired.rule : 'BACK';
  // -- planChange names fields
  return { pid: known.person.pid, fields: fields.map((name) => step(name as Field, row, known)), ours, why };
}

const NAMES: Partial<Record<Field, string>> = { email: 'e-mail', formalName: 'name', friendlyName: 'first name' };

/** `role customer_admin, should be customer_user`; of what has no short form the name alone. */
function step(field: Field, row: Row, { desired }: Known): string {
  const { grant, email } = desired.kind === 'account' ? desired : {};
  const [is, to] =
    field === 'role'
      ? [row.role_slugs.join(', '), grant?.role]
      : field === 'group'
        ? [row.group_name, grant?.group]
        : field === 'email'
          ? [row.email, email]
          : [];
  return to === undefined ? (NAMES[field] ?? field) : `${NAMES[field] ?? field} ${is ?? 'none'}, should be ${to}`;
}

function accountOf(row: Row): Account {
  return {
    guid: row.guid,
    email: row.email ?? '',
    formalName: row.formal_name,
    friendlyName: row.friendly_name,
    roles: row.role_slugs,
    group: row.group_guid,
    groupName: row.group_name,
    status: row.status,
    contact: row.is_available_for_contact ?? false,
    apiToken: row.kind === 'api-token',
    features: Object.fromEntries(row.features.map(featureOf)),
    lastLogin: row.last_login_time,
  };
}

/** As `rowOf` wrote it. */
function featureOf(text: string): [slug: string, value: boolean | string] {
  const at = text.indexOf('=');
  const value = text.slice(at + 1);
  return [text.slice(0, at), value === 'true' || value === 'false' ? value === 'true' : value];
}
