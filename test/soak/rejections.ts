import { readMembers } from '../../lib/lifecycle/batch.ts';
import type { BatchDecision } from '../../lib/lifecycle/batch.ts';
import type { LifecycleEvent } from '../../lib/lifecycle/event.ts';
import { DAY, HOUR } from '../../lib/time.ts';
import type { Human } from './people.ts';
import type { Run } from './play.ts';

/** Of this human nothing is to be done before the end, unless somebody says something new. */
export interface Rejection {
  human: Human;
  from: number;
  until: number;
}

/** Whom the decision keeps as they are: who waits for nothing else, and of whom all that was said has been answered. */
export async function noteRejected(run: Run, batch: string, { upTo, until }: BatchDecision, at: number): Promise<void> {
  const members = await readMembers(run.world.store, batch);
  const covered = new Set(members.filter(({ n }) => n <= upTo).map(({ pid }) => pid));
  const people = await run.world.people();
  const told = new Set(run.world.published.map(({ received }) => received));
  for (const { pid, held, op, emails } of people) {
    if (!covered.has(pid) || held?.batch !== batch || held.code !== 'FUSE_BLOWN' || op !== undefined) continue;
    const humans = run.office.humans.filter(({ addresses }) => addresses.some((address) => emails.includes(address)));
    const [human] = humans;
    if (human === undefined || humans.length > 1 || human.borrowed !== undefined) continue;
    if (people.filter((one) => one.emails.some((email) => human.addresses.includes(email))).length > 1) continue;
    if (wordsOn(run, human).some(({ received }) => !told.has(received))) continue;
    // what waits is another change by now than the one that was seen
    if (effectsOn(run, human).some(({ actor, at: when }) => actor !== 'api' && when > held.at)) continue;
    const rejection = { human, from: at, until };
    run.rejections.push(rejection);
    for (let night = at; night < until; night += DAY)
      run.schedule.at(night + run.schedule.between(1, 12 * HOUR), () => disturb(run, rejection, pid));
  }
  run.schedule.at(until, () => undefined);
}

/** In the night everybody is looked at, and old deliveries come again. */
function disturb(run: Run, rejection: Rejection, pid: string): void {
  const { schedule, world, office } = run;
  const now = schedule.now();
  world.queues.normal.push(JSON.stringify({ schema: 1, type: 'wake', pid }));
  const [last] = wordsOn(run, rejection.human).slice(-schedule.between(1, 4));
  if (last !== undefined) office.deliver({ ...last, received: `night-${run.accepted.length}`, receivedAt: now });
  if (now < endOf(run, rejection)) office.count('batch: a night under a rejection');
}

/** I3 from the record: as long as a rejection holds nothing of ours happens to whom it covers. */
export function touchedRejected(run: Run): string[] {
  return run.rejections.flatMap((rejection) => {
    const { human, from } = rejection;
    const end = endOf(run, rejection);
    const touched = effectsOn(run, human).filter(({ actor, at }) => actor === 'api' && at > from && at < end);
    return touched.map(() => `I3: human ${human.n} was changed although that was rejected`);
  });
}

/** What a joiner is told to be holds from when it is said, only the employment from its day on. */
const holds = ({ receivedAt, from, kind }: LifecycleEvent): number =>
  kind === 'joiner' ? receivedAt : Math.max(receivedAt, from);

function endOf(run: Run, { human, from, until }: Rejection): number {
  const words = wordsOn(run, human);
  const before = words.filter((word) => holds(word) <= from);
  const isOld = (word: LifecycleEvent): boolean =>
    before.some((one) => one.source === word.source && one.said === word.said && one.kind === word.kind) ||
    (word.employment === undefined && Object.keys(word.attributes).join() === 'firstName');
  const news = words.filter((word) => holds(word) > from && !isOld(word)).map(holds);
  const over = human.decisions.map((one) => one.until).filter((end) => end > from);
  const byHand = effectsOn(run, human).filter(({ actor, at }) => actor !== 'api' && at > from);
  return Math.min(until, ...news, ...over, ...byHand.map(({ at }) => at));
}

/** All that was said of a human, by sources and by whoever runs this. */
export function wordsOn({ accepted }: Run, { books, addresses, decisions }: Human): LifecycleEvent[] {
  const numbers = books.flatMap(({ employeeId }) => employeeId ?? []);
  const isTheirs = (email: unknown): boolean =>
    typeof email === 'string' && addresses.includes(email.trim().toLowerCase());
  const ids = decisions.map(({ received }) => received);
  return accepted.filter(
    ({ id, employeeId, attributes }) =>
      numbers.includes(employeeId ?? '') || isTheirs(attributes.email) || ids.includes(id),
  );
}

function effectsOn({ world }: Run, { addresses }: Human) {
  return world.core.record.effects.filter(({ change }) =>
    [change.before, change.after].some((one) => one && addresses.includes(one.email.trim().toLowerCase())),
  );
}
