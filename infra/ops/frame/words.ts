import type { Desired } from '../../../lib/lifecycle/decide.ts';
import { GrantSchema, type Grant } from '../../../lib/lifecycle/event.ts';
import type { Account, Receipt, Saying } from '../../../lib/lifecycle/ledger.ts';
import type { Plan } from '../../../lib/lifecycle/plan.ts';
import { HELD, REASONS } from '../../../lib/lifecycle/reasons.ts';
import { toIso } from '../../../lib/time.ts';
import { fieldsOf } from './fields.ts';

/** Sentences for what the ledger holds. */

export const when = (instant: number): string => `${toIso(instant).slice(0, 19)}Z`;

const SENTENCES: Record<string, string> = { ...REASONS, ...HELD };
/** Why something was done: a code with its sentence, or the rule of the policy that grants it. */
export function reason(code: string): string {
  const sentence = Object.hasOwn(SENTENCES, code) ? SENTENCES[code] : undefined;
  return sentence === undefined ? `rule ${JSON.stringify(code)}` : `${code}: ${sentence}`;
}

export function heldText({ code, names }: { code: string; names: readonly string[] }): string {
  return `${code}${names.length === 0 ? '' : ` (${names.join(', ')})`}: ${SENTENCES[code] ?? ''}`.trim();
}

export function sayingText(name: string, { value, said, from, until }: Saying, nameOf: NameOf): string {
  const what = `${name} ${value === null ? 'none' : name === 'access' ? grantText(value, nameOf) : JSON.stringify(value)}`;
  const limits = [
    ...(from === said ? [] : [`from ${when(from)}`]),
    ...(until === undefined ? [] : [`until ${when(until)}`]),
  ];
  return limits.length === 0 ? what : `${what} (${limits.join(', ')})`;
}

/** What people call a group. */
type NameOf = (group: string) => string;
const asGiven: NameOf = (group) => group;

/** `access`: a grant as JSON. */
const grantText = (access: string, nameOf: NameOf): string =>
  grantedText(GrantSchema.parse(JSON.parse(access)), nameOf);

function grantedText({ role, group, features }: Grant, nameOf: NameOf): string {
  return accountText({ roles: [role], group: group && nameOf(group), features });
}

type Shown = Record<string, unknown>;
const FIELDS: [title: string, of: (account: Shown) => unknown][] = [
  ['e-mail', ({ email }) => email],
  ['name', ({ formalName }) => formalName],
  ['role', ({ roles }) => (Array.isArray(roles) ? roles.join(' + ') : undefined)],
  ['group', ({ group, groupName }) => groupName ?? group],
  ['features', ({ features }) => (typeof features === 'object' && features !== null ? on(features) : undefined)],
  ['contact', ({ contact }) => (contact === true ? 'yes' : undefined)],
  ['status', ({ status }) => status],
];

function on(features: object): string | undefined {
  const names = Object.entries(features).flatMap(([slug, value]) => {
    if (value === false) return [];
    return [value === true ? slug : `${slug}=${String(value)}`];
  });
  return names.length === 0 ? undefined : names.join(' ');
}

const text = (value: unknown): string => (typeof value === 'string' ? value : 'none');

/** An account in one line, without what it does not have. */
export function accountText(account: Shown): string {
  return FIELDS.flatMap(([title, of]) => (text(of(account)) === 'none' ? [] : [`${title} ${text(of(account))}`])).join(
    ', ',
  );
}

/** What became of the account: before → after, field by field. */
export function changeText({ what, before, after, personal }: Receipt): string {
  const named = (side: 'before' | 'after', account: Shown | null): Shown | undefined =>
    account === null ? undefined : { ...account, ...personalOf(personal, side) };
  const [was, is] = [named('before', before), named('after', after)];
  if (was === undefined) return is === undefined ? what : `${what}: ${accountText(is)}`;
  if (is === undefined) return `${what}: ${accountText(was)}`;
  const fields = FIELDS.flatMap(([title, of]) =>
    text(of(was)) === text(of(is)) ? [] : [`${title} ${text(of(was))} → ${text(of(is))}`],
  );
  return `${what}: ${fields.join(', ') || 'nothing that is shown here'}`;
}

function personalOf(personal: Receipt['personal'], side: 'before' | 'after'): object {
  const found = personal?.[side];
  return typeof found === 'object' && found !== null ? found : {};
}

export function desiredText(desired: Desired, nameOf = asGiven): string {
  switch (desired.kind) {
    case 'account': {
      const granted = grantedText(desired.grant, nameOf);
      const why = desired.rule === 'DECIDED' ? REASONS.DECIDED : `by the rule ${JSON.stringify(desired.rule)}`;
      return `${granted}; ${why}${desired.onLeave ? '; on leave' : ''}`;
    }
    case 'back':
      return `the access of before the leave; ${REASONS.BACK}`;
    case 'gone':
      return `${desired.step === 'delete' ? 'no account' : 'a restricted account'}; ${REASONS[desired.why]}`;
    case 'as-is':
      return `as it is${desired.renamed === undefined ? '' : `, under ${desired.renamed}`}; ${REASONS[desired.why]}`;
    case 'held':
      return `to be decided: ${heldText(desired)}`;
  }
}

export function planText(plan: Plan, before: Account | undefined, nameOf = asGiven): string {
  switch (plan.kind) {
    case 'nothing':
      return `nothing: ${REASONS[plan.why]}${plan.names === undefined ? '' : ` (${plan.names.join(', ')})`}`;
    case 'held':
      return `nothing until somebody decides: ${heldText(plan)}`;
    case 'delete':
      return 'delete the account';
    default:
      return `${plan.kind}: ${fieldsOf({ wanted: plan.wanted, before }, plan.wanted.group && nameOf(plan.wanted.group))}`;
  }
}
