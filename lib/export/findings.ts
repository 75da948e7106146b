import { DAY, toIso } from '../time.ts';
import { HELD } from '../lifecycle/reasons.ts';
import { drift, planFor } from './drift.ts';
import type { Row } from './row.ts';
import * as standing from './standing.ts';
import type { Yardstick } from './standing.ts';

const { active, day, instant, lastLogin, older } = standing;

export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Rule {
  code: string;
  severity: Severity;
  /** In a word or three, beside an account in the table. */
  mark: string;
  title: (count: number, by: Yardstick) => string;
  todo: string;
  /** Whose it is to do. */
  owner: string;
  /** Said where it holds of nobody: silence is evidence too. */
  none: (by: Yardstick) => string;
  /** Why it could not be checked; undefined: it was. */
  unchecked?: (by: Yardstick) => string | undefined;
  /** What speaks for it, in one line; undefined where the rule does not hold of this account. */
  evidence: (row: Row, by: Yardstick) => string | undefined;
  /** Accounts with the smaller value come first; by name where there is none. */
  order?: (row: Row) => number;
}

/** Someone invited may take a while. */
const INVITATION_DAYS = 14;
/** Before an exception ends. */
const NOTICE_DAYS = 14;

const BITSIGHT = 'an Admin of Bitsight';
const OPERATOR = 'who runs this software';

export const many = (count: number, one: string, several: string): string => `${count} ${count === 1 ? one : several}`;
const noHr = (by: Yardstick): string | undefined =>
  standing.knowsWhoLeft(by) ? undefined : 'neither a roster nor an HR source says who works for you';
const noLedger = ({ ledger }: Yardstick): string | undefined =>
  ledger ? undefined : 'only the nightly export knows the ledger';
const noConfig = ({ listed }: Yardstick): string | undefined => (listed ? undefined : 'no configuration was given');

/** Worst first: this is the order on the page. */
export const RULES: readonly Rule[] = [
  {
    code: 'left-company',
    severity: 'critical',
    mark: 'left the company',
    title: (n, { roster }) =>
      `${many(n, 'person who has', 'people who have')} left${roster ? ' according to the roster' : ''} still ${n === 1 ? 'has' : 'have'} an account`,
    todo: 'Remove the account, or have HR correct it if the person works for you. The nightly export has each looked at again by itself, within the budgets.',
    owner: BITSIGHT,
    none: () => 'Nobody who has left still has access.',
    unchecked: noHr,
    evidence: (row, by) => {
      const why = active(row) ? standing.leaver(row, by) : undefined;
      if (why === undefined || isRestricted(row, by)) return undefined;
      const held = planFor(row, by)?.known.person.held?.code;
      const reason = Object.entries(HELD).find(([code]) => code === held)?.[1];
      return `${why}; ${lastLogin(row, by)}${held === undefined ? '' : `; held: ${reason ?? held}`}`;
    },
  },
  {
    code: 'token-of-leaver',
    severity: 'critical',
    mark: 'token made by a leaver',
    title: (n) => `${many(n, 'company API token was', 'company API tokens were')} made by somebody who has left`,
    todo: 'Give what uses it a token of somebody else, then revoke this one in Bitsight, where company API tokens are managed (DELETE /v1/customers/current/api-tokens/{guid}). This software never revokes a token.',
    owner: BITSIGHT,
    none: () => 'No company API token was made by somebody who has left, of those whose maker is known.',
    unchecked: (by) =>
      noHr(by) ??
      (by.makers === undefined
        ? 'the list of company API tokens could not be read'
        : by.makers.size === 0
          ? "maker unknown: Bitsight's list of company API tokens names nobody"
          : undefined),
    evidence: (row, by) => {
      const maker = makerOf(row, by);
      const left = maker === undefined ? undefined : standing.leaver({ guid: '', email: maker }, by);
      return left && `made by ${maker}: ${left}`;
    },
  },
  {
    code: 'log-in-after-leave',
    severity: 'high',
    mark: 'log-in after leave',
    title: (n) => `${many(n, 'person', 'people')} signed in after leaving`,
    todo: 'Treat it as an incident: end the session in the identity provider, remove the account, and ask what was seen.',
    owner: 'your incident response',
    none: () => 'Nobody who still has an account signed in after leaving.',
    unchecked: (by) => noLedger(by) ?? noHr(by),
    evidence: (row, by) => {
      const { employment, endedAt = Infinity } = by.ledger?.of(row) ?? {};
      const at = instant(row.last_login_time) ?? 0;
      if (row.kind !== 'person' || employment !== 'ended' || at <= endedAt) return undefined;
      return `left ${minute(endedAt)}, signed in ${minute(at)}`;
    },
  },
  {
    code: 'came-back',
    severity: 'high',
    mark: 'came back',
    title: (n) => `${many(n, 'account that was', 'accounts that were')} removed ${n === 1 ? 'is' : 'are'} there again`,
    todo: 'Take the person out of the application in the identity provider, or switch automatic provisioning off: signing in made the account anew.',
    owner: 'who runs the identity provider',
    none: () => 'No account that was removed is there again.',
    unchecked: noLedger,
    evidence: (row, by) => {
      const { removed, employment } = by.ledger?.of(row) ?? {};
      if (removed === undefined || employment !== 'ended' || removed.guid === row.guid) return undefined;
      return `removed ${minute(removed.at)} and proven gone; this account was added ${day(row.joined_time)}`;
    },
  },
  {
    code: 'not-on-roster',
    severity: 'high',
    mark: 'not known to HR',
    title: (n, { roster }) =>
      `${many(n, 'account belongs', 'accounts belong')} to nobody ${roster ? 'on the roster' : 'of whom HR has told'}`,
    todo: 'Find out who it is: a leaver is removed, a consultant or a second address is written down as an exception.',
    owner: BITSIGHT,
    none: () => 'Every account belongs to somebody whom HR knows, or to an exception.',
    unchecked: noHr,
    evidence: (row, by) =>
      active(row) && standing.nobodys(row, by)
        ? `${row.email === null ? 'has no address' : 'address not found'}; ${lastLogin(row, by)}`
        : undefined,
  },
  {
    code: 'drift',
    severity: 'medium',
    mark: 'differs from policy',
    title: (n) => `${many(n, 'account differs', 'accounts differ')} from what the rules give`,
    todo: 'Decide which is right, the rule or the account. Reported only, unless night.correctDrift is set.',
    owner: OPERATOR,
    none: () => 'Every account whose owner a rule matches has what the rule gives.',
    unchecked: noLedger,
    evidence: (row, by) => {
      const found = drift(row, by);
      return (
        found &&
        `${found.fields.join('; ')}; rule: ${found.why}${found.ours ? '' : '; from before, or not ours: left as it is'}`
      );
    },
  },
  {
    code: 'exception-ending',
    severity: 'medium',
    mark: 'exception ends',
    title: (n) =>
      `${many(n, 'exception ends', 'exceptions end')} within ${NOTICE_DAYS} days, or ${n === 1 ? 'has' : 'have'} ended`,
    todo: 'Its owner says whether it goes on: another last day in the configuration, or none, and the access ends.',
    owner: 'the owner of the exception',
    none: ({ listed }) => `No exception ends within ${NOTICE_DAYS} days (${listed?.exceptions.size ?? 0} in all).`,
    unchecked: noConfig,
    evidence: (row, by) => {
      const exception = active(row) ? standing.exceptionFor(row, by) : undefined;
      const left = (exception?.endsAt ?? Infinity) - by.now;
      if (exception === undefined || left > NOTICE_DAYS * DAY) return undefined;
      const when = left <= 0 ? 'ended' : `in ${many(Math.ceil(left / DAY), 'day', 'days')}`;
      return `${exception.until} (${when}); ${exception.owner} answers for it: ${exception.why}`;
    },
  },
  {
    code: 'protected-log-in',
    severity: 'medium',
    mark: 'protected, in use',
    title: (n, by) =>
      `${many(n, 'protected account was', 'protected accounts were')} used in the last ${by.dormantDays} days`,
    todo: 'Say who used it and for what: such accounts are for emergencies and services.',
    owner: BITSIGHT,
    none: ({ listed, dormantDays }) =>
      `No protected account was used in ${dormantDays} days (${listed?.protected.size ?? 0} are protected).`,
    unchecked: noConfig,
    evidence: (row, by) =>
      standing.isProtected(row, by) && !older(row.last_login_time, by.dormantDays, by) ? lastLogin(row, by) : undefined,
  },
  {
    code: 'admin',
    severity: 'medium',
    mark: 'Admin',
    title: (n) => `${many(n, 'person is', 'people are')} Admin and may change every account`,
    todo: 'Keep as few as the work needs; two so that one can be away.',
    owner: BITSIGHT,
    none: () => 'Nobody is Admin.',
    evidence: (row, by) =>
      standing.isAdmin(row) && active(row)
        ? `second factor: ${standing.secondFactor(row)}; ${lastLogin(row, by)}`
        : undefined,
  },
  {
    code: 'api-token',
    severity: 'medium',
    mark: 'API token',
    title: (n) => `${many(n, 'company API token works', 'company API tokens work')} without any person signing in`,
    todo: 'Name an owner for each and revoke those that nobody claims: a company token has the rights of an Admin.',
    owner: BITSIGHT,
    none: () => 'There is no company API token.',
    evidence: (row, by) =>
      row.kind === 'api-token'
        ? `made ${day(row.joined_time)} by ${makerOf(row, by) ?? 'somebody unknown'}; ${row.role_names.join(', ') || 'role not said'}${by.tokens?.includes(row) ? '; in the list of tokens, and no account of this guid or name' : ''}`
        : undefined,
  },
  {
    code: 'dormant',
    severity: 'medium',
    mark: 'dormant',
    title: (n, by) => `${many(n, 'account has', 'accounts have')} not been used for more than ${by.dormantDays} days`,
    todo: 'Ask whether the access is still needed; remove it if not.',
    owner: 'the manager of each',
    none: ({ dormantDays }) => `Every account was used in the last ${dormantDays} days.`,
    evidence: (row, by) =>
      active(row) && row.status !== 'Created' && older(row.last_login_time ?? row.joined_time, by.dormantDays, by)
        ? lastLogin(row, by)
        : undefined,
    order: (row) => instant(row.last_login_time) ?? 0,
  },
  {
    code: 'whole-portfolio',
    severity: 'low',
    mark: 'whole portfolio',
    title: (n) => `${many(n, 'person sees', 'people see')} the whole portfolio`,
    todo: 'Move those who need a part of it to a group of that part.',
    owner: BITSIGHT,
    none: () => 'Nobody sees the whole portfolio.',
    evidence: (row, by) =>
      active(row) && standing.seesPortfolio(row, by) ? `group ${row.group_name ?? ''}` : undefined,
  },
  {
    code: 'never-activated',
    severity: 'low',
    mark: 'never activated',
    title: (n) => `${many(n, 'invitation was', 'invitations were')} never used in more than ${INVITATION_DAYS} days`,
    todo: 'Send the activation mail again (POST /v2/users/{guid}/resend-activation-email, with the guid of users.csv), or remove the account. This software does neither by itself.',
    owner: BITSIGHT,
    none: () => `No invitation is older than ${INVITATION_DAYS} days.`,
    evidence: (row, by) =>
      row.status === 'Created' && older(row.joined_time, INVITATION_DAYS, by)
        ? `added ${day(row.joined_time)}`
        : undefined,
    order: (row) => instant(row.joined_time) ?? 0,
  },
  {
    code: 'second-factor',
    severity: 'low',
    mark: 'no second factor',
    title: (n) => `${many(n, 'person signs', 'people sign')} in without a second factor`,
    todo: 'Require it (POST /v2/users/{guid}/require-mfa, with the guid of users.csv); begin with whoever may change most. This software does not by itself.',
    owner: BITSIGHT,
    none: () => 'Nobody is said to sign in without a second factor.',
    unchecked: ({ signIn }) => (signIn === 'password' ? undefined : 'decided by the identity provider (SAML)'),
    evidence: (row, by) =>
      by.signIn === 'password' && row.kind === 'person' && row.status === 'Activated' && standing.lacksSecondFactor(row)
        ? `second factor: ${standing.secondFactor(row)}; ${row.role_names.join(', ')}`
        : undefined,
  },
  {
    code: 'restricted',
    severity: 'low',
    mark: 'restricted',
    title: (n) => `${many(n, 'leaver is', 'leavers are')} restricted and still listed`,
    todo: 'Signing in may still work, with the least role and a group that sees no company. With restrict-then-delete the account goes by itself.',
    owner: OPERATOR,
    none: () => 'No account of a leaver is only restricted.',
    unchecked: noLedger,
    evidence: (row, by) => {
      if (!active(row) || !isRestricted(row, by)) return undefined;
      const { desired } = by.ledger?.of(row) ?? {};
      const due = desired?.kind === 'gone' ? desired.laterAt : undefined;
      return `${lastLogin(row, by)}${due === undefined ? '' : `; to be removed ${toIso(due).slice(0, 10)}`}`;
    },
  },
  {
    code: 'deactivated',
    severity: 'low',
    mark: 'deactivated',
    title: (n) => `${many(n, 'account is', 'accounts are')} deactivated and still listed`,
    todo: 'Remove it when nobody needs what it made; its shared folders go with it.',
    owner: BITSIGHT,
    none: () => 'No account is deactivated.',
    evidence: (row, by) => (row.status === 'Deactivated' ? lastLogin(row, by) : undefined),
  },
];

/** Which rules hold of an account, with what speaks for each, worst first. */
export function judge(row: Row, by: Yardstick): { rule: Rule; evidence: string }[] {
  return RULES.flatMap((rule) => {
    const evidence = rule.evidence(row, by);
    return evidence === undefined ? [] : [{ rule, evidence }];
  });
}

/** Rules of low severity concern many, and are mended for all at once: of a single account they ask nothing. */
export const asks = ({ severity }: Rule): boolean => severity !== 'low';

/** Who has left and already is as restricted as the offboarding leaves them. */
function isRestricted(row: Row, by: Yardstick): boolean {
  const { known, plan } = planFor(row, by) ?? {};
  return known?.employment === 'ended' && plan?.kind === 'nothing';
}

function makerOf({ kind, guid, formal_name: name }: Row, { makers }: Yardstick): string | undefined {
  return kind === 'api-token' ? (makers?.get(guid) ?? makers?.get(name ?? '')) : undefined;
}

const minute = (at: number): string => `${toIso(at).slice(0, 16).replace('T', ' ')} UTC`;
