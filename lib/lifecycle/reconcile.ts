import type { Config } from '../config/schema.ts';
import { isAppError, type AppError } from '../errors.ts';
import { MINUTE, SECOND } from '../time.ts';
import type { Calls } from './calls.ts';
import { decide, type Desired } from './decide.ts';
import { confirmAbsent, findAccount, type Found } from './find.ts';
import { readGate } from './gate.ts';
import type { Groups } from './groups.ts';
import { readPerson, type ReadPerson } from './identity.ts';
import type { Account, Person } from './ledger.ts';
import { claim, settleOperation } from './operation.ts';
import type { Change } from './plan.ts';
import { planChange } from './plan.ts';
import type { Clock, Ids, Invocation, Outcomes, Random, Store, Telemetry } from './ports.ts';
import { publishOutbox } from './outbox.ts';
import { recordPlan, writeReceipt } from './receipts.ts';
import { dueEvents, hasWork, released, withWakeAt, type Ending } from './release.ts';

export interface Lifecycle {
  store: Store;
  calls: Calls;
  groups: Groups;
  clock: Clock;
  invocation: Invocation;
  ids: Ids;
  random: Random;
  outcomes: Outcomes;
  telemetry: Telemetry;
  config: Config;
  /** Key of the address hashes in the ledger. */
  mailKey: string;
  configHash: string;
}

/** `again`: something changed, look anew; `rest`: nothing more to do now. */
export type Next = 'again' | 'rest';

const MOST_ROUNDS = 12;

/**
 * Makes Bitsight agree with what should be for one person, and proves it. Works from the ledger alone: may be killed
 * anywhere, run twice at once, or run for nothing.
 */
export async function reconcile(lifecycle: Lifecycle, pid: string): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const person = await readPerson(lifecycle.store, pid);
    if (person === undefined) return;
    if (!hasWork(person, lifecycle.config, lifecycle.clock.now())) return comeToRest(lifecycle, person);
    if ((await advance(lifecycle, person)) === 'rest') return;
  }
}

/** Nothing is due: what lies ahead decides when to look again. */
async function comeToRest({ store, config, clock }: Lifecycle, person: ReadPerson): Promise<void> {
  const rested = withWakeAt(person, config, clock.now());
  if (rested.wakeAt !== person.wakeAt) await store.put(rested, person.v); // lost: whoever wrote meanwhile set it as well
}

async function advance(lifecycle: Lifecycle, person: ReadPerson): Promise<Next> {
  try {
    if (person.op !== undefined) return await settleOperation(lifecycle, person, person.op);
    if (person.outbox.length > 0 && dueEvents(person, lifecycle.clock.now()).length === 0)
      return await publishOutbox(lifecycle, person);
    return await closeGap(lifecycle, person);
  } catch (error) {
    if (!isAppError(error) || !error.traits.again) throw error;
    return postpone(lifecycle, person.pid, error);
  }
}

async function closeGap(lifecycle: Lifecycle, person: ReadPerson): Promise<Next> {
  const { config, clock } = lifecycle;
  const { desired } = decide(person, config, clock.now());
  if (desired.kind === 'held')
    return release(lifecycle, person, { result: 'held', code: desired.code, names: desired.names });
  if (desired.kind === 'as-is') return release(lifecycle, person, { result: 'no-op', code: desired.why });
  const found = await look(lifecycle, person, desired);
  if (found.kind === 'many')
    return release(lifecycle, person, { result: 'held', code: 'TWO_ACCOUNTS', names: [String(found.count)] });
  const account = found.kind === 'account' ? found.account : undefined;
  const known = learned(person, account, clock.now());
  const plan = planChange(desired, account, known, config, await lifecycle.groups.lookup(lifecycle.calls));
  switch (plan.kind) {
    case 'held':
      return release(lifecycle, known, { result: 'held', code: plan.code, names: plan.names });
    case 'nothing':
      return release(lifecycle, asRestricted(known, desired, clock.now()), {
        result: 'no-op',
        code: plan.why,
        ...(plan.names && { names: plan.names }),
      });
    default:
      return (await armedFor(lifecycle, plan))
        ? claim(lifecycle, known, plan, account)
        : heldAsPlan(lifecycle, known, plan);
  }
}

/** Where an account may have been made, or was before, one empty answer is not enough to believe in its absence. */
async function look({ calls, clock, config }: Lifecycle, person: Person, desired: Desired): Promise<Found> {
  const found = await findAccount(calls, person);
  const doubtful = person.posted !== undefined || (person.guid !== undefined && desired.kind === 'account');
  if (found.kind !== 'absent' || !doubtful) return found;
  return confirmAbsent(calls, clock, person, config.bitsight.settleMs);
}

/** What the look at Bitsight taught: whose account it is, and whether it was there before us. */
function learned(person: ReadPerson, account: Account | undefined, now: number): ReadPerson {
  const { guid, observed: _observed, adopted, posted, ...rest } = person;
  if (account === undefined) return rest;
  const ours = guid === account.guid || posted !== undefined;
  const foreign = adopted?.guid === account.guid ? adopted : ours ? undefined : { guid: account.guid, at: now };
  return {
    ...rest,
    guid: account.guid,
    observed: { ...account, at: now },
    ...(foreign !== undefined && { adopted: foreign }),
  };
}

/** An account that already is as restricted as it will be starts its grace all the same. */
function asRestricted(person: ReadPerson, desired: Desired, now: number): ReadPerson {
  if (desired.kind === 'gone')
    return desired.step === 'restrict' && person.guid !== undefined
      ? { ...person, restrictedAt: person.restrictedAt ?? now }
      : person;
  const { restrictedAt: _restrictedAt, ...rest } = person;
  return rest;
}

const KIND_ARMED_BY = {
  create: 'joiners',
  update: 'movers',
  restrict: 'leavers',
  delete: 'leavers',
} as const satisfies Record<Change['kind'], string>;

async function armedFor({ store }: Lifecycle, plan: Change): Promise<boolean> {
  return (await readGate(store)).armed[KIND_ARMED_BY[plan.kind]];
}

async function heldAsPlan(lifecycle: Lifecycle, person: ReadPerson, plan: Change): Promise<Next> {
  await recordPlan(lifecycle, person, plan);
  return release(lifecycle, person, { result: 'held', code: 'NOT_ARMED', names: [KIND_ARMED_BY[plan.kind]] });
}

/** Ends a look that changed nothing in Bitsight. */
async function release(lifecycle: Lifecycle, person: ReadPerson, ending: Ending): Promise<Next> {
  const now = lifecycle.clock.now();
  const answers = dueEvents(person, now).map((open) => open.received);
  const seq =
    answers.length > 0 && ending.result === 'no-op'
      ? await writeReceipt(lifecycle, person, { kind: 'none', answers, why: ending.code })
      : undefined;
  const next = released(
    { ...person, ...(seq !== undefined && { seq }) },
    lifecycle.config,
    answers,
    { ...ending, ...(seq !== undefined && { seq }) },
    now,
  );
  await lifecycle.store.put(next, person.v); // lost: somebody recorded meanwhile, and the next round sees it
  return 'again';
}

const LONGEST_WAIT = 15 * MINUTE;

/** Takes the work up again later: as long as Bitsight asked for, else with growing pauses. Nothing waits in a queue. */
export async function postpone(lifecycle: Lifecycle, pid: string, error: AppError): Promise<Next> {
  const { store, clock, random, telemetry } = lifecycle;
  const person = await readPerson(store, pid);
  if (person === undefined) return 'rest';
  const count = person.tries?.code === error.code ? person.tries.count + 1 : 1;
  const growing = Math.min(LONGEST_WAIT, 5 * SECOND * 2 ** Math.min(count, 10)) * (0.5 + random() / 2);
  const wakeAt = Math.ceil(clock.now() + (error.retryAfterMs ?? growing));
  telemetry.log('warn', 'postponed', { code: error.code, pid, attempt: count, wakeAt });
  telemetry.count('Postponed', 1, { code: error.code });
  await store.put({ ...person, tries: { count, code: error.code }, wakeAt }, person.v); // lost: somebody else moved it on
  return 'rest';
}
