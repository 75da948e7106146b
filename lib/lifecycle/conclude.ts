import { giveBackAdmins } from './admins.ts';
import { refuseFenced } from './fence.ts';
import { leftFor, proven } from './observed.ts';
import { changePerson, type ReadPerson } from './identity.ts';
import type { Account, Operation, Person } from './ledger.ts';
import { prove, type Proof } from './proof.ts';
import type { Lifecycle, Next } from './reconcile.ts';
import { REASONS } from './reasons.ts';
import { WHAT, writeReceipt } from './receipts.ts';
import { held, released, type Ending } from './release.ts';
import { retireAliases } from './retire.ts';

/** A person on whom an operation is under way, by us as long as its token is ours. */
export type Claimed = ReadPerson & { op: Operation };

/** Read-backs that may disagree after a yes before a person has to look. */
const MOST_DISAGREEMENTS = 2;

export async function proveOrLeave(lifecycle: Lifecycle, person: Claimed): Promise<Proof> {
  try {
    return await prove(lifecycle, person);
  } catch (error) {
    await leaveUnproven(lifecycle, person, lifecycle.config.bitsight.settleMs);
    throw error;
  }
}

/** Not done, or not yet to be seen. The operation stays written down; nothing is repeated before another look. */
export async function unproven(lifecycle: Lifecycle, person: Claimed, differing: string[]): Promise<Next> {
  const { op } = person;
  const count = (person.tries?.code === 'READBACK_DIFFERS' ? person.tries.count : 0) + Number(op.acknowledged);
  if (count >= MOST_DISAGREEMENTS) return finish(lifecycle, person, held('READBACK_DIFFERS', ...differing));
  const tries = op.acknowledged ? { tries: { count, code: 'READBACK_DIFFERS' } } : {};
  await leaveUnproven(lifecycle, { ...person, ...tries }, lifecycle.config.bitsight.settleMs * (count + 1));
  return 'rest';
}

/**
 * Gives the lease back but not the intent: whoever comes next has to settle it first, and not before a request whose
 * connection broke can no longer be under way.
 */
async function leaveUnproven(lifecycle: Lifecycle, person: Claimed, waitMs: number): Promise<void> {
  const { store, clock, invocation, config } = lifecycle;
  const { timeoutMs, settleMs } = config.bitsight;
  const now = invocation.wallNow();
  const until = Math.max(now, person.op.startedAt + timeoutMs + settleMs);
  await rewrite(store, person, (latest) => ({
    ...latest,
    ...(person.tries && { tries: person.tries }),
    op: { ...person.op, until },
    wakeAt: clock.now() + Math.max(waitMs, until - now),
  }));
}

/** Proven: the receipt, then the end. */
export async function conclude(lifecycle: Lifecycle, person: Claimed, after: Account | undefined): Promise<Next> {
  const { op } = person;
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
      code: Object.hasOwn(REASONS, op.why) ? op.why : 'RULE',
      what: WHAT[op.kind],
      seq,
    },
    after,
  );
}

/** Ends the operation in the ledger under its own token. */
export async function finish(lifecycle: Lifecycle, person: Claimed, ending: Ending, after?: Account): Promise<Next> {
  const { op } = person;
  const now = lifecycle.clock.now();
  await rewrite(lifecycle.store, person, (latest) => {
    const base = ending.result === 'done' ? proven(latest, op, after, lifecycle.config, now) : latest;
    const seq = Math.max(base.seq, ending.seq ?? op.seq);
    return released({ ...base, seq }, lifecycle.config, op.answers, ending, now, op.decidedAt);
  });
  if (ending.result === 'done') {
    measure(lifecycle, person, op, now);
    if (after !== undefined) await retireAliases(lifecycle.store, lifecycle.mailKey, leftFor(person, after), now);
  }
  return 'again';
}

function measure({ telemetry }: Lifecycle, person: Claimed, op: Operation, now: number): void {
  for (const open of person.open.filter((one) => op.answers.includes(one.received))) {
    telemetry.time('TimeToProof', now - Math.max(open.at, open.from), { what: WHAT[op.kind] });
  }
}

/**
 * Rewrites the person while the operation is still ours; events recorded meanwhile are kept. What ends it gives back all
 * it held. Whoever lost it writes nothing any more, here or elsewhere: FENCED_OFF.
 */
export async function rewrite(
  store: Lifecycle['store'],
  owner: Claimed,
  change: (latest: Person) => Person,
): Promise<void> {
  let ended = false;
  await changePerson(store, owner.pid, (latest) => {
    refuseFenced(latest, owner.op);
    const next = change(latest);
    ended = next.op === undefined;
    return next;
  });
  if (ended) await giveBackAdmins(store, owner.op);
}
