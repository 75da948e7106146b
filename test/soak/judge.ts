import { AppError } from '../../lib/errors.ts';
import { ReceiptSchema, type Receipt } from '../../lib/lifecycle/ledger.ts';
import { SECOND } from '../../lib/time.ts';
import { adminsLost } from './admins.ts';
import { overBudget } from './budgets.ts';
import { accounting, blindRepeats, falseReceipts, leaks, twoAccounts } from './checks.ts';
import { wrongEnds } from './ends.ts';
import { endedTooEarly } from './exceptions.ts';
import { lostEnds } from './operator.ts';
import type { Run } from './play.ts';
import { touchedRejected } from './rejections.ts';
import { GUARDED } from './town.ts';

/** Workers of both lanes, and requests whose connection broke and that arrive all the same. */
const MOST_AT_ONCE = 6;
const LATE_READS = 5 * SECOND;

/** Every sentence that does not hold, each with the name of its invariant. */
export async function judge(run: Run, nudged: boolean): Promise<string[]> {
  const { world, watch, ledger, queues, office, accepted } = run;
  const people = await world.people();
  const receipts: Receipt[] = [];
  for await (const item of world.store.scan()) if (item.sk.startsWith('R#')) receipts.push(ReceiptSchema.parse(item));
  return [
    ...twoAccounts(world, office.humans),
    ...blindRepeats(world, watch.calls),
    ...watch.broken,
    ...ledger.broken,
    ...accounting(world, accepted, people),
    ...falseReceipts(world, receipts, LATE_READS),
    ...leaks(world, queues.errors, office.humans),
    ...wrongEnds(world, office.humans, people, nudged),
    ...(world.core.record.maximumConcurrent > MOST_AT_ONCE ? ['I6: too many calls at once'] : []),
    ...adminsLost(run),
    ...overBudget(run, people, receipts),
    ...touchedRejected(run),
    ...endedTooEarly(run),
    ...lostEnds(run),
    ...run.late,
    ...touchedGuarded(run),
    ...touchedStrangers(run),
    ...queues.dead.map((body) => `I4: a message came back too often: ${body.slice(0, 80)}`),
    ...queues.errors.filter((error) => !isExpected(error)).map((error) => `Thrown: ${String(error)}`),
  ];
}

function touchedGuarded({ world }: Run): string[] {
  const touched = world.core.record.effects.filter(
    ({ actor, change }) => actor === 'api' && [change.before, change.after].some((one) => one?.email === GUARDED),
  );
  return touched.map(() => 'A protected account was changed');
}

function touchedStrangers({ world, office }: Run): string[] {
  const strangers = new Set(office.humans.flatMap((human) => human.strangers.map(({ guid }) => guid)));
  const touched = world.core.record.effects.filter(
    ({ actor, change }) => actor === 'api' && strangers.has((change.before ?? change.after)?.guid ?? ''),
  );
  return touched.map(({ change }) => `The account of a stranger was ${change.after === null ? 'removed' : 'changed'}`);
}

const isExpected = (error: unknown): boolean =>
  error instanceof AppError && ['STORE_UNAVAILABLE', 'OUTCOMES_UNAVAILABLE'].includes(error.code);
