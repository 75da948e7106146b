import { isArmed, KIND_OF } from './armed.ts';
import { heldByFuse, type Refused } from './fuse.ts';
import type { ReadPerson } from './identity.ts';
import type { Account } from './ledger.ts';
import { isOwnAccount, isTaken } from './look.ts';
import { recordPlan } from './plan-record.ts';
import type { Change } from './plan.ts';
import type { Lifecycle } from './reconcile.ts';
import { held } from './release.ts';

/** Why a change that is right is not carried out now; undefined: it is. */
export async function refusal(
  lifecycle: Lifecycle,
  person: ReadPerson,
  plan: Change,
  account: Account | undefined,
): Promise<Refused | undefined> {
  if (await isTaken(lifecycle, plan.request.email, account)) return held('TWO_ACCOUNTS', 'email');
  if (await isOwnAccount(lifecycle, account)) return held('OWN_TOKEN');
  const kind = KIND_OF[plan.kind];
  if (await isArmed(lifecycle, kind)) return heldByFuse(lifecycle, person, plan, account);
  await recordPlan(lifecycle.store, person, plan, account, lifecycle.clock.now());
  return held('NOT_ARMED', kind);
}
