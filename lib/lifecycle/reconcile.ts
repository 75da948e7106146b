import type { Config } from '../config/schema.ts';
import { isAppError, type AppError } from '../errors.ts';
import { askDirectory } from './ask.ts';
import { askForMissing } from './patience.ts';
import type { Calls } from './calls.ts';
import { decide } from './decide.ts';
import { changePerson, isAddressOfAnother, readPerson, type ReadPerson } from './identity.ts';
import { groupsFor, look } from './look.ts';
import { agreed, learned } from './observed.ts';
import { claim, settleOperation } from './operation.ts';
import { comeToRest } from './outbox.ts';
import { refusal } from './permit.ts';
import { planChange } from './plan.ts';
import type { Clock, Directory, Ids, Invocation, Outcomes, Random, Store, Telemetry, Tickets } from './ports.ts';
import type { HeldCode } from './reasons.ts';
import { writeReceipt } from './receipts.ts';
import { dueAnswers, dueEvents, growingWait, hasWork, held, released, type Ending } from './release.ts';
import type { Tenant } from './tenant.ts';
import { refuseWithdrawn } from './tickets.ts';
import { recognised, withhold } from './withheld.ts';

export interface Lifecycle {
  store: Store;
  calls: Calls;
  tenant: Tenant;
  directory: Directory;
  tickets: Tickets;
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

/** `again`: something changed, look anew; `lost`: somebody else wrote meanwhile, so nothing was; `rest`: nothing more to do now. */
export type Next = 'again' | 'lost' | 'rest';

/** `look`: looks even where nothing is due; `if-due`: where a look is still written down as due, past or taken up. */
export type Wish = 'none' | 'if-due' | 'look';

const MOST_ROUNDS = 12;

/**
 * Makes Bitsight agree with what should be for one person, proves it, and then reports. Works from the ledger alone: may
 * be killed anywhere, run twice at once, or run for nothing.
 */
export async function reconcile(lifecycle: Lifecycle, pid: string, wish: Wish): Promise<void> {
  await work(lifecycle, pid, wish);
  try {
    await comeToRest(lifecycle, pid);
  } catch (error) {
    await setAside(lifecycle, pid, error);
  }
}

async function work(lifecycle: Lifecycle, pid: string, wish: Wish): Promise<void> {
  let open = wish;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const person = await readPerson(lifecycle.store, pid);
    if (person === undefined || !(isWished(open, person) || hasWork(person, lifecycle.clock.now()))) return;
    const next = await advance(lifecycle, person);
    if (next === 'rest') return;
    if (next !== 'lost') open = 'none';
  }
}

/** Whoever came to rest with somebody took the mark away: what woke them is done. */
function isWished(wish: Wish, { wakeAt }: ReadPerson): boolean {
  return wish === 'look' || (wish === 'if-due' && wakeAt !== undefined);
}

async function advance(lifecycle: Lifecycle, person: ReadPerson): Promise<Next> {
  try {
    if (person.op !== undefined) return await settleOperation(lifecycle, person, person.op);
    const [owed] = dueAnswers(person, lifecycle.clock.now());
    if (owed !== undefined) return await askDirectory(lifecycle, person, ...owed);
    return await closeGap(lifecycle, person);
  } catch (error) {
    return setAside(lifecycle, person.pid, error);
  }
}

/** What Bitsight will never take is held, unless something may have happened already; all else is taken up later. */
async function setAside(lifecycle: Lifecycle, pid: string, error: unknown): Promise<Next> {
  if (!isAppError(error) || !(error.traits.again || error.code.startsWith('BITSIGHT_'))) throw error;
  const person = await readPerson(lifecycle.store, pid);
  if (person === undefined || error.code === 'FENCED_OFF') return 'rest'; // whoever took it up goes on
  const isRefusal = isAppError(error, 'BITSIGHT_REFUSED', 'BITSIGHT_REQUEST_INVALID');
  if (!isRefusal || person.op !== undefined) return postpone(lifecycle, pid, error);
  lifecycle.telemetry.log('error', 'refused', { code: error.code, pid });
  return release(lifecycle, person, held('REFUSED', error.code), lifecycle.clock.now());
}

async function closeGap(lifecycle: Lifecycle, read: ReadPerson): Promise<Next> {
  const { config, clock } = lifecycle;
  const at = clock.now(); // what comes to hold while this look takes its time is not answered by it
  const { desired: before } = decide(read, config, at);
  if (before.kind === 'held') return release(lifecycle, read, held(before.code, ...before.names), at);
  if (before.kind === 'as-is' && before.renamed === undefined)
    return release(lifecycle, read, { result: 'no-op', code: before.why }, at);
  const person = await recognised(lifecycle, read);
  if (person === undefined) return release(lifecycle, read, held('MISSING', 'email'), at);
  const found = await look(lifecycle, person, before);
  if (found.kind === 'many') return release(lifecycle, person, held('TWO_ACCOUNTS', String(found.count)), at);
  const account = found.kind === 'account' ? found.account : undefined;
  if (account !== undefined && (await isAddressOfAnother(lifecycle, person, account.email)))
    return release(lifecycle, person, held('EMAIL_REUSED', 'email'), at);
  const known = learned(person, account, clock.now());
  const { desired } = decide(known, config, at); // what was known of another account may not decide over this one
  const plan = planChange(desired, account, known, config, await groupsFor(lifecycle, desired));
  if (plan.kind === 'held') return release(lifecycle, known, held(plan.code, ...plan.names), at);
  if (plan.kind === 'nothing') {
    const { why: code, names } = plan;
    const ending = { result: 'no-op' as const, code, ...(names && { names }) };
    return release(lifecycle, agreed(known, desired, config, clock.now()), ending, at);
  }
  const refused = await refusal(lifecycle, known, plan, account);
  if (refused === undefined)
    return (await refuseWithdrawn(lifecycle, known, desired)) ?? claim(lifecycle, known, plan, account, at);
  const { v = known.v, ...ending } = refused;
  return release(lifecycle, { ...known, v }, ending, at);
}

/**
 * Ends a look that changed nothing in Bitsight, and rested on what held at `decidedAt`. What is missing may stand in the
 * answer that an HR system still owes.
 */
async function release(lifecycle: Lifecycle, person: ReadPerson, ending: Ending, decidedAt: number): Promise<Next> {
  const later = askForMissing(person, ending, lifecycle.config, lifecycle.clock.now());
  if (later !== undefined) return (await lifecycle.store.put(later, person.v)) === undefined ? 'lost' : 'again';
  const answers = dueEvents(person, decidedAt).map((open) => open.received);
  if (ending.code === ('MISSING' satisfies HeldCode) && person.owed !== undefined && answers.length === 0)
    return 'rest';
  const seq =
    answers.length > 0 && ending.result === 'no-op'
      ? await writeReceipt(lifecycle, person, { kind: 'none', answers, why: ending.code })
      : undefined;
  const next = released(
    { ...person, ...(seq !== undefined && { seq }) },
    lifecycle.config,
    answers,
    { ...ending, ...(seq !== undefined && { seq }) },
    lifecycle.clock.now(),
    decidedAt,
  );
  const kept = withhold(next, lifecycle.config, lifecycle.mailKey, lifecycle.clock.now());
  return (await lifecycle.store.put(kept, person.v)) === undefined ? 'lost' : 'again';
}

/** Takes the work up again later: as long as Bitsight asked for, else with growing pauses. Nothing waits in a queue. */
async function postpone(lifecycle: Lifecycle, pid: string, { code, retryAfterMs }: AppError): Promise<Next> {
  const { store, clock, random, telemetry } = lifecycle;
  await changePerson(store, pid, (person) => {
    const count = person.tries?.code === code ? person.tries.count + 1 : 1;
    const wakeAt = Math.ceil(clock.now() + (retryAfterMs ?? growingWait(count, random)));
    telemetry.log('warn', 'postponed', { code, pid, attempt: count, wakeAt });
    return { ...person, tries: { count, code }, wakeAt };
  });
  telemetry.count('Postponed', 1, { code });
  return 'rest';
}
