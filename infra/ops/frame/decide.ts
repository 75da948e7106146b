import { decideBatch, readBatch } from '../../../lib/lifecycle/batch.ts';
import { AppError } from '../../../lib/errors.ts';
import { toIso } from '../../../lib/time.ts';
import { membersOf, PEOPLE } from '../held.ts';
import type { Given, Report } from './command.ts';
import { untilGiven, writeDecision } from './decision.ts';
import { table } from './table.ts';
import type { Target } from './target.ts';

const THEN = {
  proposed: ' Another person has to release it too.',
  approved: ' They are planned anew and carried out within a minute or two.',
  rejected: ' Nothing is done to them, whatever is said of them again.',
};

/** Shows a batch, asks, and decides over exactly what was shown. */
export async function decideShown(
  target: Target,
  given: Given,
  decision: { status: 'approved' | 'rejected'; lasts: number },
): Promise<Report> {
  const { store, clock, name } = target;
  const { status, lasts } = decision;
  const [id] = given.args;
  if (id === undefined) throw new AppError('ARGUMENT_INVALID', 'Name the batch; npm run ops -- held lists them.');
  const batch = await readBatch(store, id);
  if (batch === undefined) throw new AppError('BATCH_UNKNOWN', `There is no batch ${id}.`);
  if (batch.status !== 'open') throw new AppError('BATCH_CLOSED', `Batch ${id} is ${batch.status} already.`);
  const { people, upTo } = await membersOf(target, id);
  const until = untilGiven(target, given.options['until']) ?? clock.now() + lasts;
  const question = `${table(people, PEOPLE)}\n\n${people.length} people, ${batch.kind} asked for by ${batch.source}, on ${name}: to be ${status} until ${toIso(until)}.`;
  await given.confirm(question, id);
  const by = await target.caller();
  const { secondPerson } = target.config.fuse;
  const decided = await decideBatch(store, id, { status, upTo, by, until, secondPerson }, clock.now());
  const what = decided.status === 'open' ? 'proposed' : status;
  await writeDecision(target, given, `batch ${what}`, { batch: id, upTo, until, people: people.length });
  const text = `${id} is ${what}: ${people.length} people.${THEN[what]}`;
  return { text, data: { batch: id, status: what, upTo, until, people } };
}
