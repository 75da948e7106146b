import { isAppError } from '../errors.ts';
import { MINUTE, SECOND } from '../time.ts';
import { differences } from './account.ts';
import { confirmAbsent, findAccount, isGone } from './find.ts';
import { readPerson, type ReadPerson } from './identity.ts';
import type { Account, Operation, Person } from './ledger.ts';
import type { Change } from './plan.ts';
import { writeReceipt } from './receipts.ts';
import type { Lifecycle, Next } from './reconcile.ts';
import { dueEvents, released, type Ending } from './release.ts';
import { retireOldAliases } from './retire.ts';

/** Longer than the invocation can live: the platform's kill is the fence. */
const LEASE_MARGIN = 5 * SECOND;
const LOOK_AGAIN = 2 * MINUTE;
/** Read-backs that may disagree after a yes before a person has to look. */
const MOST_DISAGREEMENTS = 2;

type Claimed = ReadPerson & { op: Operation };

/** Intent before deed: from here on everybody knows who is at work on this person, until when, and what may have happened. */
export async function claim(
  lifecycle: Lifecycle,
  person: ReadPerson,
  plan: Change,
  account: Account | undefined,
): Promise<Next> {
  const { clock, ids } = lifecycle;
  const op: Operation = {
    seq: person.seq + 1,
    id: ids.next(),
    kind: plan.kind,
    factsV: person.factsV,
    ...(account !== undefined && { guid: account.guid, before: account }),
    request: { ...plan.request },
    wanted: plan.wanted,
    why: plan.why,
    answers: dueEvents(person, clock.now()).map((open) => open.received),
    acknowledged: false,
    ...lease(lifecycle),
    token: ids.next(),
  };
  const posted = plan.kind === 'create' ? { posted: { at: clock.now() } } : {};
  const claimed = { ...person, ...posted, op, wakeAt: clock.now() + LOOK_AGAIN };
  const v = await lifecycle.store.put(claimed, person.v);
  return v === undefined ? 'again' : carryOut(lifecycle, { ...claimed, v });
}

function lease({ invocation }: Lifecycle): Pick<Operation, 'startedAt' | 'until'> {
  const now = invocation.wallNow();
  return { startedAt: now, until: Math.ceil(now + invocation.remainingMs() + LEASE_MARGIN) };
}

async function carryOut(lifecycle: Lifecycle, person: Claimed): Promise<Next> {
  let op = person.op;
  try {
    op = { ...op, acknowledged: true, ...(await act(lifecycle, op)) };
  } catch (error) {
    if (!isAppError(error)) throw error;
    if (error.code === 'BITSIGHT_REFUSED') return refused(lifecycle, person);
    const vanished = error.code === 'BITSIGHT_NOT_FOUND';
    if (vanished && op.kind !== 'delete') return abandon(lifecycle, person);
    if (!vanished && error.traits.happened === 'no') {
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

type Proof =
  | { agreed: true; after: Account | undefined }
  | { agreed: false; differing: string[]; after: Account | undefined };

async function prove(lifecycle: Lifecycle, person: Claimed): Promise<Proof> {
  const first = await readBack(lifecycle, person);
  if (first.agreed) return first;
  await lifecycle.clock.sleep(lifecycle.config.bitsight.settleMs); // a read may lag behind a write
  return readBack(lifecycle, person);
}

async function readBack({ calls }: Lifecycle, { op, emails }: Claimed): Promise<Proof> {
  const whose = { emails, ...(op.guid !== undefined && { guid: op.guid }) };
  if (op.kind === 'delete')
    return (await isGone(calls, whose))
      ? { agreed: true, after: undefined }
      : { agreed: false, differing: ['account'], after: op.before };
  const found = await findAccount(calls, whose);
  if (found.kind !== 'account') return { agreed: false, differing: ['account'], after: undefined };
  const differing = differences(op.wanted, found.account);
  return differing.length === 0
    ? { agreed: true, after: found.account }
    : { agreed: false, differing, after: found.account };
}

async function proveOrLeave(lifecycle: Lifecycle, person: Claimed): Promise<Proof> {
  try {
    return await prove(lifecycle, person);
  } catch (error) {
    await leaveUnproven(lifecycle, person, lifecycle.config.bitsight.settleMs);
    throw error;
  }
}

/** Not done, or not yet to be seen. The operation stays written down; nothing is repeated before another look. */
async function unproven(lifecycle: Lifecycle, person: Claimed, differing: string[]): Promise<Next> {
  const { op } = person;
  const count = (person.tries?.code === 'READBACK_DIFFERS' ? person.tries.count : 0) + Number(op.acknowledged);
  if (count >= MOST_DISAGREEMENTS)
    return finish(lifecycle, person, { result: 'held', code: 'READBACK_DIFFERS', names: differing });
  const tries = op.acknowledged ? { tries: { count, code: 'READBACK_DIFFERS' } } : {};
  await leaveUnproven(lifecycle, { ...person, ...tries }, lifecycle.config.bitsight.settleMs * (count + 1));
  return 'rest';
}

/** Gives the lease back but not the intent: whoever comes next has to settle it first. */
async function leaveUnproven({ store, clock, invocation }: Lifecycle, person: Claimed, waitMs: number): Promise<void> {
  await rewrite(store, person, (latest) => ({
    ...latest,
    ...(person.tries && { tries: person.tries }),
    op: { ...person.op, until: invocation.wallNow() },
    wakeAt: clock.now() + waitMs,
  }));
}

/** An operation that somebody left behind: nobody acts on this person before its outcome is known. */
export async function settleOperation(lifecycle: Lifecycle, person: ReadPerson, op: Operation): Promise<Next> {
  const { invocation, ids, store } = lifecycle;
  if (invocation.wallNow() <= op.until) return 'rest'; // its owner may still be at it; wakeAt stands
  const claimed = { ...person, op: { ...op, ...lease(lifecycle), token: ids.next() } };
  const v = await store.put(claimed, person.v);
  if (v === undefined) return 'again';
  const owned: Claimed = { ...claimed, v };
  const proof = await proveOrLeave(lifecycle, owned);
  if (proof.agreed) return conclude(lifecycle, owned, proof.after);
  const neverAgain = op.kind === 'create' && op.acknowledged && proof.after === undefined;
  return neverAgain ? unproven(lifecycle, owned, proof.differing) : abandon(lifecycle, owned, { keepPosted: true });
}

/** Drops an operation that did not happen, or that a fresh plan will finish. */
async function abandon({ store }: Lifecycle, person: Claimed, { keepPosted = false } = {}): Promise<Next> {
  await rewrite(store, person, ({ op: _op, posted, ...latest }) => ({
    ...latest,
    ...(keepPosted && posted !== undefined && { posted }),
  }));
  return 'again';
}

/** Never read as "does not exist": a refused creation may mean that the address is taken. */
async function refused(lifecycle: Lifecycle, person: Claimed): Promise<Next> {
  const found =
    person.op.kind === 'create' ? await confirmAbsent(lifecycle.calls, lifecycle.clock, person, 0) : undefined;
  if (found !== undefined && found.kind !== 'absent') return abandon(lifecycle, person);
  return finish(lifecycle, person, { result: 'held', code: 'REFUSED', names: Object.keys(person.op.request) });
}

const WHAT = { create: 'created', update: 'changed', restrict: 'restricted', delete: 'removed' } as const;

async function conclude(lifecycle: Lifecycle, person: Claimed, after: Account | undefined): Promise<Next> {
  const { op } = person;
  if ((await readPerson(lifecycle.store, person.pid))?.op?.token !== op.token) return 'rest'; // fenced off
  const seq = await writeReceipt(lifecycle, person, {
    kind: op.kind,
    answers: op.answers,
    why: op.why,
    op,
    after: after ?? null,
  });
  return finish(
    lifecycle,
    person,
    {
      result: 'done',
      code: op.kind === 'restrict' || op.kind === 'delete' ? op.why : 'RULE',
      what: WHAT[op.kind],
      seq,
    },
    after,
  );
}

/** Ends the operation in the ledger under its own token; whoever lost it writes nothing. */
async function finish(lifecycle: Lifecycle, person: Claimed, ending: Ending, after?: Account): Promise<Next> {
  const { op } = person;
  const now = lifecycle.clock.now();
  await rewrite(lifecycle.store, person, (latest) => {
    const base = ending.result === 'done' ? proven(latest, op, after, now) : latest;
    return released(
      { ...base, seq: Math.max(base.seq, ending.seq ?? op.seq) },
      lifecycle.config,
      op.answers,
      ending,
      now,
    );
  });
  if (ending.result === 'done') {
    measure(lifecycle, person, op, now);
    if (after !== undefined)
      await retireOldAliases(lifecycle.store, lifecycle.mailKey, person.emails, after.email, now);
  }
  return 'again';
}

/** What the ledger knows of the account once the change is proven. */
function proven(person: Person, op: Operation, after: Account | undefined, now: number): Person {
  const { guid: _guid, observed: _observed, posted: _posted, restrictedAt: _restrictedAt, adopted, ...rest } = person;
  if (after === undefined) return rest;
  return {
    ...rest,
    guid: after.guid,
    observed: { ...after, at: now },
    ...(adopted !== undefined && op.kind !== 'create' && { adopted }),
    ...(op.kind === 'restrict' && { restrictedAt: now }),
  };
}

function measure({ telemetry }: Lifecycle, person: Claimed, op: Operation, now: number): void {
  for (const open of person.open.filter((one) => op.answers.includes(one.received))) {
    telemetry.time('TimeToProof', now - Math.max(open.at, open.from), { what: WHAT[op.kind] });
  }
}

/** Rewrites the person while the operation is still ours; events recorded meanwhile are kept. */
async function rewrite(store: Lifecycle['store'], owner: Claimed, change: (latest: Person) => Person): Promise<void> {
  for (;;) {
    const latest = await readPerson(store, owner.pid);
    if (latest?.op?.token !== owner.op.token) return; // fenced off
    if ((await store.put(change(latest), latest.v)) !== undefined) return;
  }
}
