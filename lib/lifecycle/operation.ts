import { normaliseEmail } from '../email.ts';
import { isAppError } from '../errors.ts';
import { SECOND } from '../time.ts';
import { differences } from './account.ts';
import { keepsAnAdmin } from './admins.ts';
import { conclude, finish, proveOrLeave, rewrite, unproven, type Claimed } from './conclude.ts';
import { reserveCreation } from './creations.ts';
import { findThoroughly } from './find.ts';
import type { ReadPerson } from './identity.ts';
import { isForLeave, noteAccess } from './leave.ts';
import type { Account, Operation, Person } from './ledger.ts';
import { learned, whose } from './observed.ts';
import type { Change } from './plan.ts';
import type { Lifecycle, Next } from './reconcile.ts';
import { dueEvents, held, LOOK_AGAIN } from './release.ts';

/** Longer than the invocation can live: the platform's kill is the fence. */
const LEASE_MARGIN = 5 * SECOND;

/** Intent before deed: from here on everybody knows who is at work on this person, until when, and what may have happened. */
export async function claim(
  lifecycle: Lifecycle,
  person: ReadPerson,
  plan: Change,
  account: Account | undefined,
  decidedAt: number,
): Promise<Next> {
  const { clock, ids } = lifecycle;
  if (plan.kind === 'create') await reserveCreation(lifecycle, person);
  const op: Operation = {
    seq: person.seq + 1,
    id: ids.next(),
    kind: plan.kind,
    factsV: person.factsV,
    ...(account !== undefined && { guid: account.guid, before: account }),
    request: { ...plan.request },
    wanted: plan.wanted,
    why: plan.why,
    answers: dueEvents(person, decidedAt).map((open) => open.received),
    decidedAt,
    acknowledged: false,
    startedAt: lifecycle.invocation.wallNow(),
    until: leaseEnd(lifecycle),
    token: ids.next(),
  };
  const posted = plan.kind === 'create' ? posting(person, plan, clock.now()) : {};
  const before = account !== undefined && isForLeave(plan) ? { beforeLeave: noteAccess(person, account) } : {};
  const claimed = { ...person, ...posted, ...before, op, wakeAt: clock.now() + LOOK_AGAIN };
  const v = await lifecycle.store.put(claimed, person.v);
  return v === undefined ? 'lost' : carryOut(lifecycle, { ...claimed, v });
}

/** An account may come to stand under this address, even one that was left once: from here on it is searched for there again. */
function posting({ left = [] }: ReadPerson, { wanted }: Change, at: number): Pick<Person, 'posted' | 'left'> {
  const address = normaliseEmail(wanted.email ?? '');
  return { posted: { at }, left: left.filter((one) => one !== address) };
}

/** Wall time until which whoever claims now is alone. */
export function leaseEnd({ invocation }: Pick<Lifecycle, 'invocation'>): number {
  return Math.ceil(invocation.wallNow() + invocation.remainingMs() + LEASE_MARGIN);
}

async function carryOut(lifecycle: Lifecycle, person: Claimed): Promise<Next> {
  const isLast = !(await keepsAnAdmin(lifecycle, person).catch(async (error: unknown) => {
    await abandon(lifecycle, person);
    throw error;
  }));
  if (isLast) return finish(lifecycle, person, held('LAST_ADMIN'));
  let op = person.op;
  try {
    op = { ...op, acknowledged: true, ...(await act(lifecycle, op)) };
  } catch (error) {
    if (!isAppError(error)) throw error;
    if (error.code === 'BITSIGHT_REFUSED') return refused(lifecycle, person);
    const isGone = op.kind === 'delete' && error.code === 'BITSIGHT_NOT_FOUND'; // to be proven as any other removal
    if (!isGone && error.traits.happened === 'no') {
      await abandon(lifecycle, person);
      throw error;
    }
    lifecycle.telemetry.log('warn', 'outcome unknown, reading back', {
      code: error.code,
      pid: person.pid,
      seq: op.seq,
    });
  }
  const acted = { ...person, op };
  const proof = await proveOrLeave(lifecycle, acted);
  return proof.agreed ? conclude(lifecycle, acted, proof.after) : unproven(lifecycle, acted, proof.differing);
}

/** The one call that changes something. What it taught of the account goes into the operation. */
async function act({ calls }: Lifecycle, op: Operation): Promise<{ guid?: string }> {
  const { guid } = op;
  if (op.kind === 'create') return { guid: (await calls.create(op.request)).guid };
  if (guid === undefined) throw new Error(`operation ${op.seq} of kind ${op.kind} names no account`);
  await (op.kind === 'delete' ? calls.remove(guid) : calls.update(guid, op.request));
  return {};
}

/** An operation that somebody left behind: nobody acts on this person before its outcome is known. */
export async function settleOperation(lifecycle: Lifecycle, person: ReadPerson, op: Operation): Promise<Next> {
  const { invocation, ids, store } = lifecycle;
  if (invocation.wallNow() <= op.until) return 'rest'; // its owner may still be at it; wakeAt stands
  const claimed = { ...person, op: { ...op, until: leaseEnd(lifecycle), token: ids.next() } };
  const v = await store.put(claimed, person.v);
  if (v === undefined) return 'lost';
  const owned: Claimed = { ...claimed, v };
  const proof = await proveOrLeave(lifecycle, owned);
  if (proof.agreed) return conclude(lifecycle, owned, proof.after);
  const neverAgain = op.kind === 'create' && op.acknowledged && proof.after === undefined;
  return neverAgain ? unproven(lifecycle, owned, proof.differing) : abandon(lifecycle, owned, { keepPosted: true });
}

/** Drops an operation that did not happen, or that a fresh plan will finish. */
async function abandon({ store, clock }: Lifecycle, person: Claimed, { keepPosted = false } = {}): Promise<Next> {
  await rewrite(store, person, ({ op: _op, posted, ...latest }) => ({
    ...latest,
    ...(keepPosted && posted !== undefined && { posted }),
    wakeAt: clock.now(), // the gap is still there, whether an event asks for it or not
  }));
  return 'again';
}

/** Never read as "does not exist": a refused creation may mean that the address is taken, by an account of any kind. */
async function refused(lifecycle: Lifecycle, person: Claimed): Promise<Next> {
  const { calls, config, clock, store } = lifecycle;
  const { op } = person;
  const refusal = held('REFUSED', ...Object.keys(op.request));
  if (op.kind !== 'create') return finish(lifecycle, person, refusal);
  const found = await findThoroughly(calls, whose(person, config, clock.now()));
  if (found.kind === 'absent') return finish(lifecycle, person, refusal);
  if (found.kind === 'many') return finish(lifecycle, person, held('TWO_ACCOUNTS', String(found.count)));
  const { account } = found;
  const isOurs = differences(op.wanted, account).length === 0; // made by an earlier request that was thought lost
  await rewrite(store, person, ({ op: _op, posted, ...latest }) =>
    learned({ ...latest, ...(isOurs && posted !== undefined && { posted }) }, account, clock.now()),
  );
  return 'again';
}
