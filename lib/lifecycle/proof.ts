import { differences } from './account.ts';
import { findAccount, isGone } from './find.ts';
import type { Account, Operation, Person } from './ledger.ts';
import { whose } from './observed.ts';
import type { Lifecycle } from './reconcile.ts';

/** What a read-back showed: `differing` names the fields, or `account`, that are not yet as wanted. */
export type Proof =
  | { agreed: true; after: Account | undefined }
  | { agreed: false; differing: string[]; after: Account | undefined };

type Acted = Person & { op: Operation };

/** Reads back whether an operation has done what it was to do; once more after the settle time, since reads may lag behind. */
export async function prove(lifecycle: Lifecycle, acted: Acted): Promise<Proof> {
  const first = await readBack(lifecycle, acted);
  if (first.agreed) return first;
  await lifecycle.clock.sleep(lifecycle.config.bitsight.settleMs);
  return readBack(lifecycle, acted);
}

async function readBack({ calls, config, clock }: Lifecycle, { op, ...person }: Acted): Promise<Proof> {
  const theirs = { ...whose(person, config, clock.now()), ...(op.guid !== undefined && { guid: op.guid }) };
  if (op.kind === 'delete')
    return (await isGone(calls, theirs))
      ? { agreed: true, after: undefined }
      : { agreed: false, differing: ['account'], after: op.before };
  const found = await findAccount(calls, theirs);
  if (found.kind !== 'account') return { agreed: false, differing: ['account'], after: undefined };
  const differing = differences(op.wanted, found.account);
  return differing.length === 0
    ? { agreed: true, after: found.account }
    : { agreed: false, differing, after: found.account };
}
