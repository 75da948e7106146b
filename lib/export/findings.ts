import { normaliseEmail } from '../email.ts';
import { DAY, parseInstant, toIso } from '../time.ts';
import { ADMIN } from '../bitsight/roles.ts';
import type { Roster, RosterEntry } from './roster.ts';
import type { Row } from './row.ts';

/** What accounts are judged by. */
export interface Yardstick {
  /** Epoch milliseconds. */
  now: number;
  /** Without a log-in for so long an account counts as dormant. */
  dormantDays: number;
  /** With single sign-on the second factor is the identity provider's business and is not judged. */
  signIn: 'password' | 'saml' | 'saml-jit';
  roster?: Roster | undefined;
  /** Guids of the groups that see the whole portfolio, where the groups could be read. */
  portfolioGroups?: ReadonlySet<string> | undefined;
}

export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];

interface Rule {
  code: string;
  severity: Severity;
  /** In a word or three, beside an account in the table. */
  mark: string;
  title: (count: number, by: Yardstick) => string;
  todo: string;
  /** What speaks for it, in one line; undefined where the rule does not hold of this account. */
  evidence: (row: Row, by: Yardstick) => string | undefined;
  /** Accounts with the smaller value come first; by name where there is none. */
  order?: (row: Row) => number;
}

/** Someone invited may take a while. */
const INVITATION_DAYS = 14;

const are = (count: number, one: string, many: string): string => (count === 1 ? `1 ${one}` : `${count} ${many}`);

/** Worst first: this is the order on the page. */
export const RULES = [
  {
    code: 'left-company',
    severity: 'critical',
    mark: 'left the company',
    title: (n) =>
      `${are(n, 'person who has', 'people who have')} left according to the roster still ${n === 1 ? 'has' : 'have'} an account`,
    todo: 'Remove the account, or correct the roster if the person works for you.',
    evidence: (row, by) => {
      const entry = active(row) ? rosterEntry(row, by) : undefined;
      return entry && !entry.employed ? `roster line ${entry.line}: ${entry.status}; ${lastLogin(row, by)}` : undefined;
    },
  },
  {
    code: 'not-on-roster',
    severity: 'high',
    mark: 'not on the roster',
    title: (n) => `${are(n, 'account belongs', 'accounts belong')} to nobody on the roster`,
    todo: 'Find out who it is: a leaver is removed, a consultant or a second address is written down.',
    evidence: (row, by) =>
      by.roster && active(row) && !rosterEntry(row, by)
        ? `${row.email === null ? 'has no address' : 'address not found'}; ${lastLogin(row, by)}`
        : undefined,
  },
  {
    code: 'admin',
    severity: 'medium',
    mark: 'Admin',
    title: (n) => `${are(n, 'person is', 'people are')} Admin and may change every account`,
    todo: 'Keep as few as the work needs; two so that one can be away.',
    evidence: (row, by) =>
      isAdmin(row) && active(row) ? `second factor: ${secondFactor(row)}; ${lastLogin(row, by)}` : undefined,
  },
  {
    code: 'api-token',
    severity: 'medium',
    mark: 'API token',
    title: (n) => `${are(n, 'company API token works', 'company API tokens work')} without any person signing in`,
    todo: 'Name an owner for each and revoke those that nobody claims: a company token has the rights of an Admin.',
    evidence: (row) =>
      row.kind === 'api-token'
        ? `made ${day(row.joined_time)}; ${row.role_names.join(', ') || 'role not said'}`
        : undefined,
  },
  {
    code: 'dormant',
    severity: 'medium',
    mark: 'dormant',
    title: (n, by) => `${are(n, 'account has', 'accounts have')} not been used for more than ${by.dormantDays} days`,
    todo: 'Ask whether the access is still needed; remove it if not.',
    evidence: (row, by) =>
      active(row) && row.status !== 'Created' && older(row.last_login_time ?? row.joined_time, by.dormantDays, by)
        ? lastLogin(row, by)
        : undefined,
    order: (row) => instant(row.last_login_time) ?? 0,
  },
  {
    code: 'never-activated',
    severity: 'low',
    mark: 'never activated',
    title: (n) => `${are(n, 'invitation was', 'invitations were')} never used in more than ${INVITATION_DAYS} days`,
    todo: 'Send the activation mail again, or remove the account.',
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
    title: (n) => `${are(n, 'person signs', 'people sign')} in without a second factor`,
    todo: 'Require it in Bitsight; begin with whoever may change most.',
    evidence: (row, by) =>
      by.signIn === 'password' && row.kind === 'person' && row.status === 'Activated' && lacksSecondFactor(row)
        ? `second factor: ${secondFactor(row)}; ${row.role_names.join(', ')}`
        : undefined,
  },
  {
    code: 'deactivated',
    severity: 'low',
    mark: 'deactivated',
    title: (n) => `${are(n, 'account is', 'accounts are')} deactivated and still listed`,
    todo: 'Remove it when nobody needs what it made; its shared folders go with it.',
    evidence: (row, by) => (row.status === 'Deactivated' ? lastLogin(row, by) : undefined),
  },
] as const satisfies Rule[];

export type FindingCode = (typeof RULES)[number]['code'];

/** Which rules hold of an account, with what speaks for each, worst first. */
export function judge(row: Row, by: Yardstick): { code: FindingCode; evidence: string }[] {
  return RULES.flatMap((rule) => {
    const evidence = rule.evidence(row, by);
    return evidence === undefined ? [] : [{ code: rule.code, evidence }];
  });
}

export function isAdmin(row: Row): boolean {
  return row.kind === 'person' && row.role_slugs.includes(ADMIN);
}

/** Whether the group is one that sees all companies: as the groups say, else by the name Bitsight gives it. */
export function seesPortfolio(row: Row, { portfolioGroups }: Yardstick): boolean {
  if (row.kind !== 'person') return false;
  if (portfolioGroups && row.group_guid) return portfolioGroups.has(row.group_guid);
  return row.group_name?.trim().toLowerCase() === 'all companies';
}

/** Can get in, and is not, or no longer, on the roster. */
export function isStranger(row: Row, by: Yardstick): boolean {
  return by.roster !== undefined && active(row) && rosterEntry(row, by)?.employed !== true;
}

function active(row: Row): boolean {
  return row.kind === 'person' && row.status !== 'Deactivated';
}

function rosterEntry(row: Row, { roster }: Yardstick): RosterEntry | undefined {
  return row.email === null ? undefined : roster?.people.get(normaliseEmail(row.email));
}

function lacksSecondFactor({ mfa_status: status }: Row): boolean {
  return status !== null && status.toLowerCase() !== 'enabled';
}

/** As the API says it, in words. */
export function secondFactor({ mfa_status: status }: Row): string {
  return status?.replaceAll('_', ' ') ?? 'not said';
}

function lastLogin(row: Row, by: Yardstick): string {
  const at = instant(row.last_login_time);
  if (at === undefined) return row.last_login_time === null ? 'never logged in' : `last log-in ${row.last_login_time}`;
  const days = Math.floor((by.now - at) / DAY);
  return `last log-in ${day(row.last_login_time)}${days > 0 ? ` (${days} ${days === 1 ? 'day' : 'days'} ago)` : ''}`;
}

/** Longer ago than so many days, or not known since when. A time that cannot be read is not judged. */
function older(time: string | null, days: number, by: Yardstick): boolean {
  return time === null || (instant(time) ?? by.now) < by.now - days * DAY;
}

/** Bitsight's times end with Z; what has no zone is read as UTC. */
export function instant(time: string | null): number | undefined {
  return time === null ? undefined : parseInstant(time, 'UTC');
}

/** The date in UTC, as in the files. */
export function day(time: string | null): string {
  const at = instant(time);
  return at === undefined ? (time ?? 'not said') : toIso(at).slice(0, 10);
}
