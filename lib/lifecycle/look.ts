import { normaliseEmail } from '../email.ts';
import type { Desired } from './decide.ts';
import { confirmAbsent, findAccount, searchAccount, type Found } from './find.ts';
import type { Account, Person } from './ledger.ts';
import { whose } from './observed.ts';
import type { GroupLookup } from './plan.ts';
import type { Lifecycle } from './reconcile.ts';

/** Where an account may have been made, or was before, one empty answer is not enough to believe in its absence. */
export async function look({ calls, clock, config }: Lifecycle, person: Person, desired: Desired): Promise<Found> {
  const theirs = whose(person, config, clock.now());
  const found = await findAccount(calls, theirs);
  const doubtful = person.posted !== undefined || (person.guid !== undefined && desired.kind === 'account');
  if (found.kind !== 'absent' || !doubtful) return found;
  return confirmAbsent(calls, clock, theirs, config.bitsight.settleMs);
}

/** Whether another account bears the address that this one is to get: that the API refuses this is nowhere said. */
export async function isTaken(
  { calls }: Lifecycle,
  email: string | undefined,
  account: Account | undefined,
): Promise<boolean> {
  if (email === undefined || account === undefined) return false;
  const found = await searchAccount(calls, [normaliseEmail(email)], false);
  return found.kind === 'many' || (found.kind === 'account' && found.account.guid !== account.guid);
}

/** Without the account of our own token there would be no further call, nor a proof of this one. */
export async function isOwnAccount({ tenant, calls }: Lifecycle, account: Account | undefined): Promise<boolean> {
  return account !== undefined && account.guid === (await tenant.ownAccount(calls));
}

/** Who is to be removed needs no group, and must not wait for the list of them. */
export async function groupsFor({ tenant, calls }: Lifecycle, desired: Desired): Promise<GroupLookup> {
  const isEnd = desired.kind === 'gone' && desired.step !== 'restrict';
  return isEnd ? () => undefined : tenant.groups(calls);
}
