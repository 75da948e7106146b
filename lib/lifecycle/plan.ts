import { ACTIVATING, isProven } from '../config/capabilities.ts';
import type { Config } from '../config/schema.ts';
import { normaliseEmail } from '../email.ts';
import { differences, requestFor, type UserFields } from './account.ts';
import type { Desired } from './decide.ts';
import { isNumberAlone } from './identity.ts';
import { accessBefore, rolesToGiveByHand } from './leave.ts';
import type { Account, Person, Wanted } from './ledger.ts';
import type { HeldCode, Reason } from './reasons.ts';

/** What closes the gap between what should be and what is. */
export type Plan =
  | { kind: 'nothing'; why: Reason; names?: string[] }
  | { kind: 'held'; code: HeldCode; names: string[] }
  | Change;
export interface Change {
  kind: 'create' | 'update' | 'restrict' | 'delete';
  why: string;
  wanted: Wanted;
  request: UserFields;
}

/** Turns a group's name or guid into its guid; undefined when there is none, or more than one. */
export type GroupLookup = (nameOrGuid: string) => string | undefined;

export function planChange(
  desired: Desired,
  account: Account | undefined,
  person: Person,
  config: Config,
  group: GroupLookup,
): Plan {
  if (desired.kind === 'as-is' && desired.renamed === undefined) return { kind: 'nothing', why: desired.why };
  if (desired.kind === 'held') return desired;
  if (account?.apiToken === true) return { kind: 'held', code: 'API_TOKEN', names: [] };
  const plan = planFor(desired, account, person, config, group);
  return plan.kind === 'nothing' || plan.kind === 'held' ? plan : (refusal(account, person, config) ?? plan);
}

function planFor(
  desired: Exclude<Desired, { kind: 'held' }>,
  account: Account | undefined,
  person: Person,
  config: Config,
  group: GroupLookup,
): Plan {
  if (desired.kind === 'gone') return planLeaver(desired, account, person, config, group);
  if (desired.kind === 'as-is')
    return account === undefined || desired.renamed === undefined
      ? { kind: 'nothing', why: desired.why }
      : change('update', desired.why, { email: desired.renamed }, account, desired.why);
  const missing = account === undefined ? [] : rolesToGiveByHand(person, account);
  if (missing.length > 0) return { kind: 'held', code: 'SEVERAL_ROLES', names: missing };
  if (desired.kind === 'account') return planAccount(desired, account, person, config, group);
  if (account === undefined) return { kind: 'nothing', why: 'NO_RULE' };
  return change('update', 'BACK', accessBefore(person, account), account, 'BACK');
}

/** Whom no change may touch, whatever asks for it. */
function refusal(account: Account | undefined, person: Person, config: Config): Plan | undefined {
  const guarded = new Set(config.protected.map(normaliseEmail));
  const addresses = [...person.emails, ...(account === undefined ? [] : [normaliseEmail(account.email)])];
  return addresses.some((address) => guarded.has(address)) ? { kind: 'held', code: 'PROTECTED', names: [] } : undefined;
}

function planLeaver(
  desired: Desired & { kind: 'gone' },
  account: Account | undefined,
  person: Person,
  config: Config,
  group: GroupLookup,
): Plan {
  if (account === undefined)
    return isNumberAlone(person) && person.guid === undefined
      ? { kind: 'held', code: 'MISSING', names: ['email'] }
      : { kind: 'nothing', why: 'ALREADY_GONE' };
  if (desired.step === 'delete') return { kind: 'delete', why: desired.why, wanted: {}, request: {} };
  if (desired.step === 'deactivate') return change('restrict', desired.why, { status: 'Deactivated' }, account);
  const parkingGroup = config.offboarding?.parkingGroup ?? '';
  const parking = group(parkingGroup);
  if (parking === undefined) return { kind: 'held', code: 'GROUP_UNKNOWN', names: [parkingGroup] };
  const features = Object.fromEntries(
    Object.entries(account.features)
      .filter(([, value]) => value !== false)
      .map(([slug]) => [slug, false]),
  );
  const wanted: Wanted = {
    role: config.offboarding?.leastRole ?? 'customer_user',
    exactRole: true,
    group: parking,
    features,
    contact: false,
  };
  return change('restrict', desired.why, wanted, account);
}

function planAccount(
  desired: Desired & { kind: 'account' },
  account: Account | undefined,
  person: Person,
  config: Config,
  group: GroupLookup,
): Plan {
  const { grant } = desired;
  const guid = grant.group === undefined ? undefined : group(grant.group);
  if (grant.group !== undefined && guid === undefined)
    return { kind: 'held', code: 'GROUP_UNKNOWN', names: [grant.group] };
  const identity: Wanted = { email: desired.email, ...desired.names };
  const access: Wanted = {
    role: grant.role,
    features: grant.features,
    ...(guid !== undefined && { group: guid }),
    ...(grant.contact !== undefined && { contact: grant.contact }),
  };
  const others = whatOthersGrant(config.policy.rules);
  const exactly: Wanted = { ...others, ...access, features: { ...others.features, ...access.features } };
  if (account === undefined) {
    if (desired.onLeave) return { kind: 'nothing', why: 'ON_LEAVE' };
    if (desired.mayNotCreate.length > 0) return { kind: 'held', code: 'MISSING', names: desired.mayNotCreate };
    const wanted = { ...identity, ...access };
    return { kind: 'create', why: desired.rule, wanted, request: requestFor(wanted) };
  }
  const isOff = account.status === 'Deactivated';
  if (isOff && !mayActivate(desired, config)) return { kind: 'held', code: 'DEACTIVATED', names: [] };
  const active: Wanted = isOff ? { status: 'Activated' } : {};
  // An account that was there before us was granted by somebody: only its address follows the person.
  const before = accessBefore(person, account);
  if (person.adopted?.guid === account.guid && !desired.decided) {
    const why = person.beforeLeave === undefined ? desired.rule : 'BACK';
    const wanted = { ...before, ...active, email: desired.email };
    return change('update', why, wanted, account, 'ADOPTED', differences(access, account));
  }
  const granted = ours(exactly, config.owns);
  const features = { ...before.features, ...granted.features };
  const owned: Wanted = { ...before, ...identity, ...granted, ...active, features };
  return change(
    'update',
    desired.rule,
    owned,
    account,
    'AS_IS',
    differences(exactly, account).filter((field) => !differences(owned, account).includes(field)),
  );
}

/** Whom HR calls employed works again where it is proven that the API can; a change of department alone brings nobody back. */
function mayActivate({ onLeave, mayNotCreate }: Desired & { kind: 'account' }, config: Config): boolean {
  return isProven(config, ACTIVATING) && !onLeave && !mayNotCreate.includes('employment');
}

/** A move takes along nothing that only the former rule gave: features and contact duties that some rule names are off. */
function whatOthersGrant(rules: Config['policy']['rules']): Pick<Wanted, 'features' | 'contact'> {
  const slugs = rules.flatMap(({ grant }) => Object.keys(grant.features));
  return {
    features: Object.fromEntries(slugs.map((slug) => [slug, false])),
    ...(rules.some(({ grant }) => grant.contact !== undefined) && { contact: false }),
  };
}

/** Fields that the identity provider sets at each log-in are reported, never written. */
function ours(access: Wanted, owns: Config['owns']): Wanted {
  const { role, group, features, ...rest } = access;
  return {
    ...rest,
    ...(owns.role && role !== undefined && { role }),
    ...(owns.group && group !== undefined && { group }),
    ...(owns.features && features !== undefined && { features }),
  };
}

function change(
  kind: 'update' | 'restrict',
  why: string,
  wanted: Wanted,
  account: Account,
  agreed: Reason = 'AS_IS',
  reported: string[] = [],
): Plan {
  const fields = differences(wanted, account);
  if (fields.length === 0) return { kind: 'nothing', why: agreed, ...(reported.length > 0 && { names: reported }) };
  return { kind, why, wanted, request: requestFor(wanted, fields) };
}
