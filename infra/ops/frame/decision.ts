import { enqueue } from '../../../lib/lifecycle/enqueue.ts';
import { AppError } from '../../../lib/errors.ts';
import type { LifecycleEvent } from '../../../lib/lifecycle/event.ts';
import { DECISION } from '../../../lib/lifecycle/fuse.ts';
import { keys, type Person } from '../../../lib/lifecycle/ledger.ts';
import { operatorEvent, overruledBy } from '../../../lib/lifecycle/operator-event.ts';
import { endOfDay, toIso } from '../../../lib/time.ts';
import type { Given, Report } from './command.ts';
import { findPerson, namedAs } from './person.ts';
import type { Target } from './target.ts';

/** Writes down, never to be changed, what a person decided. Called when it is done. */
export async function writeDecision(
  target: Target,
  { options }: Given,
  what: string,
  about: Record<string, unknown>,
): Promise<void> {
  const { store, clock, ids, configHash } = target;
  const at = clock.now();
  const comment = options['by'];
  const decision = {
    what,
    about,
    who: await target.caller(),
    configHash,
    at,
    ...(typeof comment === 'string' && { comment }),
  };
  await store.put({ ...keys.decision(at, ids.next()), schema: 1, ...decision }, 'absent');
}

/** `--until <last day>`, of the zone of the night; undefined where it was not given. */
export function untilGiven({ config, clock }: Target, given: string | boolean | undefined): number | undefined {
  if (typeof given !== 'string') return undefined;
  const until = endOfDay(given, config.night.timeZone);
  if (until === undefined || until <= clock.now())
    throw new AppError('ARGUMENT_INVALID', '--until: a day that is not over, such as 2027-01-31.');
  return until;
}

export type Decided = Pick<LifecycleEvent, 'kind' | 'employment' | 'access' | 'until'> &
  Partial<Pick<LifecycleEvent, 'attributes'>>;

/** Sends a decision over one person to the workers. It stands until its time is over, or a source says something else. */
export async function tellDecision(
  target: Pick<Target, 'clock' | 'ids' | 'lanes' | 'config'>,
  { pid, facts }: Person,
  decided: Decided,
): Promise<LifecycleEvent> {
  const now = target.clock.now();
  const id = `${DECISION}${target.ids.next()}`;
  const overrules = overruledBy(decided, facts, target.config);
  const event = operatorEvent(id, now, { pid, overrules, ...decided });
  await enqueue(target.lanes, [event]);
  return event;
}

/** Asks, and sends what was decided over one person. */
export async function decidePerson(target: Target, given: Given, what: string, decided: Decided): Promise<Report> {
  const person = await findPerson(target, given.args[0]);
  const { pid, name, email } = namedAs(person, target);
  const until = untilGiven(target, given.options['until']);
  const lasts = until === undefined ? '' : `, until ${toIso(until)}`;
  await given.confirm(`${what} ${name} ${email}${lasts}, on ${target.name}.`, what);
  const event = await tellDecision(target, person, { ...decided, ...(until !== undefined && { until }) });
  await writeDecision(target, given, what, { pid, event: event.id, ...(until !== undefined && { until }) });
  return { text: `Decided; see npm run ops -- show ${pid} in a moment.`, data: { pid, event: event.id, until } };
}
