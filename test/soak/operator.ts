import { tellDecision, type Decided } from '../../infra/ops/frame/decision.ts';
import { readMembers } from '../../lib/lifecycle/batch.ts';
import type { Grant } from '../../lib/lifecycle/event.ts';
import { DAY, HOUR, MINUTE } from '../../lib/time.ts';
import { createMemoryLanes } from '../support/memory/lanes.ts';
import { checkOnTime } from './on-time.ts';
import { standingBy, type Book, type Human, type Word } from './people.ts';
import type { Run } from './play.ts';

/** What somebody who runs this decided over one human, and what they knew of each source when they did. */
export interface Decision {
  what: keyof typeof COMMANDS;
  received: string;
  at: number;
  until: number;
  known: Readonly<Record<string, number>>;
}

const grant = (role: string, group: string): Grant => ({ role, group, features: {} });
export const GRANTS = {
  'grant a role': grant('customer_portfolio_manager', 'Vendor Risk'),
  'grant a group': grant('customer_user', 'Security'),
} as const;
const COMMANDS = {
  keep: { kind: 'mover', employment: 'active' },
  end: { kind: 'leaver', employment: 'ended-now' },
  'grant a role': { kind: 'mover', access: GRANTS['grant a role'] },
  'grant a group': { kind: 'mover', access: GRANTS['grant a group'] },
  'grant none': { kind: 'mover', access: null },
} as const satisfies Record<string, Decided>;

/** Now and then somebody decides over one human with a command. */
export function decideNowAndThen(run: Run): void {
  const { schedule, office } = run;
  for (const human of office.humans)
    for (let n = schedule.chance(0.25) ? schedule.between(1, 4) : 0; n > 0; n--)
      schedule.at(human.since + schedule.between(MINUTE, DAY), () => void decideOver(run, human, 'somebody'));
}

/** One member of a batch is decided over alone, before the batch is or afterwards. */
export async function decideOverMember(run: Run, batch: string, status: 'open' | 'rejected'): Promise<void> {
  const pids = (await readMembers(run.world.store, batch)).map(({ pid }) => pid);
  const members = (await run.world.people()).filter(({ pid }) => pids.includes(pid)).flatMap(({ emails }) => emails);
  const human = run.office.humans.find(({ addresses }) => addresses.some((address) => members.includes(address)));
  if (human !== undefined) await decideOver(run, human, `a member of a batch that is ${status}`);
}

async function decideOver(run: Run, human: Human, whom: string): Promise<void> {
  const { schedule, world, office, accepted } = run;
  const theirs = (await world.people()).filter(({ emails }) => emails.some((one) => human.addresses.includes(one)));
  const [person] = theirs;
  if (person === undefined || theirs.length > 1) return;
  if (human.borrowed !== undefined || human.guarded === true || human.exception !== undefined) return;
  const what = schedule.pick(['keep', 'keep', 'end', 'end', 'grant a role', 'grant a group', 'grant none']);
  const isBounded = what !== 'end' && what !== 'grant none' && schedule.chance(0.5);
  const at = schedule.now();
  const until = isBounded ? at + schedule.between(HOUR, 3 * DAY) : undefined;
  const target = { ...world, lanes: createMemoryLanes({ queues: world.queues }) };
  const event = await tellDecision(target, person, { ...COMMANDS[what], ...(until !== undefined && { until }) });
  accepted.push(event);
  const { received, overrules: known = {} } = event;
  human.decisions.push({ what, received, at, until: until ?? Infinity, known });
  office.count(`decided: ${what}${isBounded ? ' until' : ''}`);
  office.count(`decided over ${whom}`);
  if (until !== undefined) checkOnTime(run, human, until);
}

/** The last decision over employment that stands, and the access that one gives. */
export function decided(
  { decisions, books }: Human,
  now: number,
): { employment?: 'active' | 'ended-now'; access?: Grant } {
  const standing = decisions.filter(({ at, until }) => at <= now && now < until);
  const last = standing.findLast((one) => (one.what === 'keep' || one.what === 'end') && !isOver(one, books, now));
  const given = standing.findLast(({ what }) => what.startsWith('grant'))?.what;
  return {
    ...(last !== undefined && { employment: last.what === 'keep' ? 'active' : 'ended-now' }),
    ...((given === 'grant a role' || given === 'grant a group') && { access: GRANTS[given] }),
  };
}

/** One of the sources said something else of employment than what was known of it, and its time has come. */
export function isOver({ known }: Decision, books: readonly Book[], now: number): boolean {
  return books.some(({ source, words }) => {
    const old = words.filter(({ said }) => said <= (known[source] ?? 0));
    const news = words.filter((word) => !old.includes(word) && word.from <= now && cameTrue(word, words));
    return news.some(({ said, from, employment }) => {
      const is = employment === 'resumed' ? 'active' : employment;
      return is !== standingBy(old, Math.max(said, from));
    });
  });
}

/** It was not planned otherwise, or called off, before its time came. */
function cameTrue({ said, from, employment }: Word, words: readonly Word[]): boolean {
  const isOtherwise = (word: Word): boolean =>
    word.employment === employment ? word.from > word.said : word.employment === 'stays' && employment === 'ended';
  return !words.some((word) => word.said > said && word.said < from && isOtherwise(word));
}

/** An end that was decided is carried out, or held with a reason; nothing else becomes of it while it stands. */
export function lostEnds({ world, office }: Run): string[] {
  const ends = office.humans.flatMap((human) => human.decisions.map((one) => ({ human, one })));
  return ends.flatMap(({ human, one }) => {
    if (one.what !== 'end') return [];
    const told = world.published.find(({ received }) => received === one.received);
    if (told === undefined || told.result === 'held' || WELL.includes(told.what ?? told.code)) return [];
    const later = human.decisions.some(({ at, what }) => at > one.at && what === 'keep');
    if (later || isOver(one, human.books, told.at)) return [];
    return [`End: human ${human.n} was to be ended, and that is ${told.result} ${told.what ?? told.code}`];
  });
}
const WELL = ['removed', 'restricted', 'ALREADY_GONE', 'AS_IS'];
