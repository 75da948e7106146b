import { normaliseEmail } from '../email.ts';
import type { Account } from './ledger.ts';

/** Somebody whom HR knows, or knew. */
export interface Employee {
  /** Where the ledger knows them already. */
  pid?: string;
  /** Guid of the account that the ledger knows as theirs. */
  guid?: string;
  employeeId?: string;
  name: string;
  /** Normalised, the present one first. */
  emails: readonly string[];
  employed: boolean;
}

/** What an account turns out to be; what is `unclear` has to be decided by a person, and is not adopted. */
export interface Match {
  account: Account;
  kind: 'known' | 'matched' | 'left' | 'other-address' | 'unclear' | 'stranger' | 'token';
  /** Whose it is, or may be. */
  employees: readonly Employee[];
  /** Why it is unclear. */
  why?: 'two accounts' | 'two people' | 'another account is known';
}

/** `account=employee` by address, as a person decided. */
export type Decided = ReadonlyMap<string, string>;

/**
 * Matches accounts to employees by address. Where no address is the same, a name or a spelling proposes who it may be;
 * a proposal becomes a match when a person says so.
 *
 * @param known guids that the ledger has already.
 */
export function matchAccounts(
  accounts: readonly Account[],
  employees: readonly Employee[],
  known: ReadonlySet<string>,
  decided: Decided = new Map(),
): Match[] {
  const people = accounts.filter(({ apiToken }) => !apiToken);
  const byAddress = groupBy(employees, ({ emails }) => emails);
  const bySound = groupBy(employees, soundsOf);
  const ownersOf = ({ email }: Account): readonly Employee[] =>
    byAddress.get(decided.get(normaliseEmail(email)) ?? normaliseEmail(email)) ?? [];
  const owned = groupBy(people, ownersOf);
  const proposed = groupBy(
    people.filter((account) => ownersOf(account).length === 0),
    (account) => similar(account, bySound),
  );
  return accounts.map((account) => {
    if (account.apiToken) return { account, kind: 'token', employees: [] };
    const owners = ownersOf(account);
    if (known.has(account.guid)) return { account, kind: 'known', employees: owners };
    if (owners.length === 0) return propose(account, similar(account, bySound), owned, proposed);
    return settle(account, owners, owned);
  });
}

function settle(
  account: Account,
  owners: readonly Employee[],
  owned: ReadonlyMap<Employee, readonly Account[]>,
): Match {
  const [owner, ...others] = owners;
  const unclear = (why: NonNullable<Match['why']>): Match => ({ account, kind: 'unclear', employees: owners, why });
  if (owner === undefined || others.length > 0) return unclear('two people');
  if ((owned.get(owner)?.length ?? 0) > 1) return unclear('two accounts');
  if (owner.guid !== undefined && owner.guid !== account.guid) return unclear('another account is known');
  return { account, kind: owner.employed ? 'matched' : 'left', employees: owners };
}

/** Of one name, or one spelling: perhaps the same person, perhaps not. */
function propose(
  account: Account,
  employees: readonly Employee[],
  owned: ReadonlyMap<Employee, readonly Account[]>,
  proposed: ReadonlyMap<Employee, readonly Account[]>,
): Match {
  const [employee, ...others] = employees;
  if (employee === undefined) return { account, kind: 'stranger', employees };
  if (others.length > 0) return { account, kind: 'unclear', employees, why: 'two people' };
  const rivals = (owned.get(employee)?.length ?? 0) + (proposed.get(employee)?.length ?? 0);
  if (rivals > 1 || employee.guid !== undefined) return { account, kind: 'unclear', employees, why: 'two accounts' };
  return { account, kind: 'other-address', employees };
}

function similar(account: Account, bySound: ReadonlyMap<string, readonly Employee[]>): readonly Employee[] {
  const names = [account.formalName, account.friendlyName].filter((name) => name !== null);
  const sounds = soundsOf({ name: names[0] ?? '', emails: [normaliseEmail(account.email)] });
  return [...new Set(sounds.flatMap((sound) => bySound.get(sound) ?? []))];
}

/** A full name in any order of its parts, an address without dots, hyphens, accents and tag. */
function soundsOf({ name, emails }: Pick<Employee, 'name' | 'emails'>): string[] {
  const parts = folded(name)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .sort();
  const spellings = emails.map((email) => {
    const [local = '', domain = ''] = folded(email).split('@');
    return `${local.replace(/\+.*/, '').replaceAll(/[^\p{L}\p{N}]/gu, '')}@${domain}`;
  });
  return [...(parts.length > 1 ? [parts.join(' ')] : []), ...spellings];
}

function folded(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

function groupBy<K, T>(values: readonly T[], keysOf: (value: T) => readonly K[]): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values)
    for (const key of new Set(keysOf(value))) groups.set(key, [...(groups.get(key) ?? []), value]);
  return groups;
}
