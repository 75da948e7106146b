import { decideBatch, readBatch, readMembers } from '../../lib/lifecycle/batch.ts';
import { DAY, HOUR, MINUTE } from '../../lib/time.ts';
import type { Run } from './play.ts';
import { decideOverMember } from './operator.ts';
import { noteRejected } from './rejections.ts';

/** Somebody comes within hours of a batch, and decides over what they see; others may join while they think. */
export function attend(run: Run): void {
  const { schedule, world, office } = run;
  for (const [pk, rows] of world.table) {
    const row = rows.get('B');
    if (row?.lane !== 'held' || run.attended.has(pk) || !row.text.includes('"status":"open"')) continue;
    run.attended.add(pk);
    schedule.at(schedule.now() + schedule.between(MINUTE, 6 * HOUR), () => {
      void decide(run, pk.slice('B#'.length)).catch(() => office.count('batch: decided too late'));
    });
  }
}

async function decide(run: Run, id: string): Promise<void> {
  const { schedule, world, office } = run;
  const batch = await readBatch(world.store, id);
  if (batch === undefined) return;
  if (schedule.chance(0.3)) await decideOverMember(run, id, 'open');
  const status = run.mayReject && schedule.chance(0.5) ? 'rejected' : 'approved';
  const upTo = batch.n;
  if (status === 'rejected') await forgive(world, office, id);
  if (schedule.chance(0.3)) await schedule.sleep(schedule.between(0, 10 * MINUTE));
  const now = schedule.now();
  const until = now + (status === 'rejected' && schedule.chance(0.8) ? schedule.between(DAY, 6 * DAY) : 4 * HOUR);
  const decision = { status, upTo, by: 'somebody', until } as const;
  await decideBatch(world.store, id, decision, now);
  if (status === 'rejected') {
    await noteRejected(run, id, decision, now);
    if (schedule.chance(0.5))
      schedule.at(now + schedule.between(MINUTE, DAY), () => void decideOverMember(run, id, 'rejected'));
  }
  office.count(`batch: ${status}`);
}

/** What was rejected is not done before it is said once more. */
async function forgive(world: Run['world'], office: Run['office'], id: string): Promise<void> {
  const members = new Set((await readMembers(world.store, id)).map(({ pid }) => pid));
  const emails = (await world.people()).filter(({ pid }) => members.has(pid)).flatMap((person) => person.emails);
  const rejected = office.humans.filter(({ addresses }) => addresses.some((address) => emails.includes(address)));
  for (const human of rejected) if (human.touched === 'no') human.touched = 'mended';
}
