import type { Config } from '../config/schema.ts';
import { ADMIN } from '../bitsight/roles.ts';
import { normaliseEmail } from '../email.ts';
import { DAY, endOfDay, parseInstant, toIso } from '../time.ts';
import type { Knowledge } from './known.ts';
import type { Roster, RosterEntry } from './roster.ts';
import type { Row } from './row.ts';

/** What accounts are judged by; what is not known is left out, and the rules that need it say so. */
export interface Yardstick {
  /** Epoch milliseconds. */
  now: number;
  /** Without a log-in for so long an account counts as dormant. */
  dormantDays: number;
  /** With single sign-on the second factor is the identity provider's business and is not judged. */
  signIn: Config['signIn'];
  /** Where there is a configuration. */
  listed?: Listed | undefined;
  roster?: Roster | undefined;
  /** Guids of the groups that see the whole portfolio, where the groups could be read. */
  portfolioGroups?: ReadonlySet<string> | undefined;
  /** Who made which company API token, by guid and name; empty where Bitsight names nobody, undefined where it gave no list. */
  makers?: ReadonlyMap<string, string> | undefined;
  /** The company API tokens of Bitsight's list of them, as far as it describes them. */
  tokens?: readonly Row[] | undefined;
  /** Of the night alone. */
  ledger?: Knowledge | undefined;
}

/** What the configuration says of single accounts, by normalised address. */
export interface Listed {
  config: Config;
  exceptions: ReadonlyMap<string, Exception>;
  protected: ReadonlySet<string>;
}
/** Somebody whom HR does not know, until `endsAt`, epoch milliseconds. */
export type Exception = Config['exceptions'][number] & { endsAt: number };

export function listedIn(config: Config): Listed {
  const exceptions = config.exceptions.map((one): [string, Exception] => [
    normaliseEmail(one.email),
    { ...one, endsAt: endOfDay(one.until, config.night.timeZone) ?? 0 },
  ]);
  return { config, exceptions: new Map(exceptions), protected: new Set(config.protected.map(normaliseEmail)) };
}

/** Can get in, as far as the API says. */
export function active(row: Row): boolean {
  return row.kind === 'person' && row.status !== 'Deactivated';
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

/** Can get in and has left, or is somebody of whom HR does not know. */
export function isStranger(row: Row, by: Yardstick): boolean {
  return active(row) && (leaver(row, by) !== undefined || nobodys(row, by));
}

export function knowsWhoLeft({ roster, ledger }: Yardstick): boolean {
  return roster !== undefined || (ledger !== undefined && ledger.sources.length > 0);
}

/** Why somebody is taken to have left; undefined: they have not, or nobody knows. */
export function leaver(account: Pick<Row, 'guid' | 'email'>, by: Yardstick): string | undefined {
  const entry = rosterEntry(account, by);
  if (entry && !entry.employed) return `roster line ${entry.line}: ${entry.status}`;
  const known = by.ledger?.of(account);
  if (known?.employment !== 'ended') return undefined;
  return `left ${known.endedAt === undefined ? '' : `${toIso(known.endedAt).slice(0, 10)} `}as HR says`;
}

/** HR speaks of people and not of this one; whom the configuration names is known. */
export function nobodys(row: Row, by: Yardstick): boolean {
  if (!knowsWhoLeft(by) || exceptionFor(row, by) !== undefined || isProtected(row, by)) return false;
  if (by.roster !== undefined) return rosterEntry(row, by) === undefined;
  return (by.ledger?.of(row)?.employment ?? 'unknown') === 'unknown';
}

function rosterEntry({ email }: Pick<Row, 'email'>, { roster }: Yardstick): RosterEntry | undefined {
  return email === null ? undefined : roster?.people.get(normaliseEmail(email));
}

export function isProtected({ email }: Pick<Row, 'email'>, { listed }: Yardstick): boolean {
  return email !== null && listed?.protected.has(normaliseEmail(email)) === true;
}

export function exceptionFor({ email }: Pick<Row, 'email'>, { listed }: Yardstick): Exception | undefined {
  return email === null ? undefined : listed?.exceptions.get(normaliseEmail(email));
}

export function lacksSecondFactor({ mfa_status: status }: Row): boolean {
  return status !== null && status.toLowerCase() !== 'enabled';
}

/** As the API says it, in words. */
export function secondFactor({ mfa_status: status }: Row): string {
  return status?.replaceAll('_', ' ') ?? 'not said';
}

export function lastLogin(row: Row, by: Yardstick): string {
  const at = instant(row.last_login_time);
  if (at === undefined) return row.last_login_time === null ? 'never logged in' : `last log-in ${row.last_login_time}`;
  const days = Math.floor((by.now - at) / DAY);
  return `last log-in ${day(row.last_login_time)}${days > 0 ? ` (${days} ${days === 1 ? 'day' : 'days'} ago)` : ''}`;
}

/** Longer ago than so many days, or not known since when. A time that cannot be read is not judged. */
export function older(time: string | null, days: number, by: Yardstick): boolean {
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
