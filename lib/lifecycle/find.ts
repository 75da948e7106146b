import type { User } from '../bitsight/index.ts';
import { normaliseEmail } from '../email.ts';
import { accountOf } from './account.ts';
import type { Calls } from './calls.ts';
import type { Account, Person } from './ledger.ts';
import type { Clock } from './ports.ts';

export type Found = { kind: 'account'; account: Account } | { kind: 'absent' } | { kind: 'many'; count: number };

/** What a search needs; a person's command has no more. */
type Looks = Pick<Calls, 'get' | 'search'>;

/** By what an account is searched. */
export type Whose = Pick<Person, 'guid' | 'emails'>;

/**
 * By the ledger's guid first, then by every address. How the filters of the list match (case,
 * part or whole) is not documented: both are asked, and the answers are compared here.
 */
export async function findAccount(calls: Looks, whose: Whose): Promise<Found> {
  if (whose.guid !== undefined) {
    const user = await calls.get(whose.guid);
    if (user !== undefined) return { kind: 'account', account: accountOf(user) };
  }
  return searchAccount(calls, whose.emails, false);
}

/** Searches by address alone. `thorough` asks for API-token accounts too, which plain lists probably hide. */
export async function searchAccount(calls: Looks, emails: readonly string[], thorough: boolean): Promise<Found> {
  const users = new Map<string, User>();
  for (const email of emails) {
    for (const query of queriesFor(email, thorough)) {
      const matching = (await calls.search(query)).filter((user) => normaliseEmail(user.email) === email);
      for (const user of matching) users.set(user.guid, user);
    }
  }
  const [user, ...others] = users.values();
  if (user === undefined) return { kind: 'absent' };
  return others.length === 0 ? { kind: 'account', account: accountOf(user) } : { kind: 'many', count: users.size };
}

function queriesFor(email: string, thorough: boolean) {
  const people = [{ email }, { email_q: email }];
  return thorough ? [...people, ...people.map((query) => ({ ...query, is_company_api_token: true }))] : people;
}

/** Two looks a settle time apart, API tokens included: only after this may a POST be repeated. */
export async function confirmAbsent(calls: Calls, clock: Clock, whose: Whose, settleMs: number): Promise<Found> {
  const first = await findThoroughly(calls, whose);
  if (first.kind !== 'absent') return first;
  await clock.sleep(settleMs);
  return findThoroughly(calls, whose);
}

/** One look that misses no kind of account. */
export async function findThoroughly(calls: Calls, whose: Whose): Promise<Found> {
  const user = whose.guid === undefined ? undefined : await calls.get(whose.guid);
  return user === undefined ? searchAccount(calls, whose.emails, true) : { kind: 'account', account: accountOf(user) };
}

/** One look that proves a removal: the guid is not known any more and no address finds anybody. */
export async function isGone(calls: Calls, whose: Whose): Promise<boolean> {
  if (whose.guid !== undefined && (await calls.get(whose.guid)) !== undefined) return false;
  return (await searchAccount(calls, whose.emails, false)).kind === 'absent';
}
