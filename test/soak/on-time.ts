import { HOUR, MINUTE } from '../../lib/time.ts';
import { wrongEnd } from './ends.ts';
import type { Human } from './people.ts';
import type { Run } from './play.ts';

/** Longer than a sweep that misses somebody a few times, and whatever was under way. */
const SOON = 20 * MINUTE;
/** A person has to look, or something asks to wait. */
const STOPPED_BY = ['FUSE_BLOWN', 'BATCH_REJECTED', 'NOT_ARMED'];

/** What holds until an instant ends soon after it, as soon as nothing fails any more: wrong twice, so far apart, is too late. */
export function checkOnTime(run: Run, human: Human, at: number): void {
  const { schedule, office } = run;
  schedule.at(Math.max(at, run.calmAt + 2 * HOUR) + SOON, () => {
    office.count('looked at: on time');
    void (async () => {
      if ((await tooLate(run, human)) === undefined) return;
      schedule.at(schedule.now() + SOON, () => void tooLate(run, human).then((late) => late && run.late.push(late)));
    })();
  });
}

async function tooLate({ world }: Run, human: Human): Promise<string | undefined> {
  const people = await world.people();
  const theirs = people.filter(({ emails }) => human.addresses.some((address) => emails.includes(address)));
  const now = world.clock.now();
  if (theirs.some(({ held, tries, wakeAt = 0 }) => STOPPED_BY.includes(held?.code ?? '') || (tries && wakeAt > now)))
    return undefined;
  const wrong = wrongEnd(world, human, people, { nudged: false, graced: true });
  return wrong && `On time: ${wrong}`;
}
