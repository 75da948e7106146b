import type { FaultInput } from '../../infra/local/bitsight-simulator/faults.ts';
import type { ArmedKind } from '../../lib/lifecycle/event.ts';
import { changeGate } from '../../lib/lifecycle/gate.ts';
import { HOUR, MINUTE, SECOND } from '../../lib/time.ts';
import type { TestWorld } from '../support/world.ts';
import { everydayFaults } from './chaos.ts';
import type { Quiet } from './quiet.ts';
import type { Schedule } from './schedule.ts';

interface Town {
  schedule: Schedule;
  world: TestWorld;
  /** Everything is over by then. */
  until: number;
  quiet: Quiet[];
}

/** What happens now and then, how often at most in one history, and how it begins. */
export const BAD_HOURS: [what: string, most: number, begin: (town: Town) => void][] = [
  ['storm of 429', 4, storm],
  ['outage', 1, (town) => during(town, 30 * MINUTE, [{ kind: 'server-error', status: 503, when: 'before' }])],
  [
    'slow hour',
    2,
    (town) => during(town, HOUR, [{ kind: 'slow', ms: town.schedule.between(2, 10) * SECOND, when: 'after' }]),
  ],
  ['right withdrawn', 1, withdraw],
  ['token rotation', 1, rotate],
  ['stop', 1, stop],
  ['stop of one kind', 2, stopOne],
  ['disarmed', 1, disarm],
];

export function badHours(town: Town, count: (what: string) => void): void {
  const { schedule, until } = town;
  for (const [what, most, begin] of BAD_HOURS)
    for (let n = schedule.between(0, most + 1); n > 0; n--)
      schedule.at(schedule.between(schedule.now(), until), () => {
        count(what);
        begin(town);
      });
}

function later({ schedule, until }: Town, most: number, go: () => void): void {
  schedule.at(Math.min(until, schedule.now() + schedule.between(MINUTE, most)), go);
}

function during(town: Town, most: number, faults: FaultInput[]): void {
  const usual = everydayFaults(town.schedule, town.world.config.bitsight.settleMs);
  town.world.core.faults.set([...faults, ...usual]);
  later(town, most, () => town.world.core.faults.set(usual));
}

function storm(town: Town): void {
  const { schedule } = town;
  const retryAfter = schedule.pick([null, 5, 120, 1800]);
  during(town, 20 * MINUTE, [{ kind: 'rate-limit', retryAfter, holds: schedule.chance(0.5), probability: 0.5 }]);
}

function withdraw(town: Town): void {
  during(town, HOUR, [{ kind: 'forbidden', method: town.schedule.pick(['POST', 'PATCH', 'DELETE']) }]);
}

/** The new token is stored at once, or by somebody who comes late. */
function rotate({ schedule, world }: Town): void {
  const token = world.core.rotate({ token: `token-${schedule.between(1e6, 1e7)}` });
  const late = schedule.chance(0.5) ? 0 : schedule.between(SECOND, 40 * MINUTE);
  schedule.at(schedule.now() + late, () => world.secretValues.set('bitsight-api-token', { current: token }));
}

function stop(town: Town): void {
  const turn = (stopped: boolean): void => void changeGate(town.world.store, (gate) => ({ ...gate, stopped }));
  turn(true);
  later(town, 3 * HOUR, () => turn(false));
}

/** All the others go on. */
function stopOne(town: Town): void {
  const { schedule, world, quiet } = town;
  const kind = schedule.pick(['joiners', 'movers', 'leavers']);
  const turn = (stoppedOnly: ArmedKind[]): void => void changeGate(world.store, (gate) => ({ ...gate, stoppedOnly }));
  const stopped: Quiet = { why: 'stop of one kind', kinds: [kind], from: schedule.now(), to: Infinity };
  for (const one of quiet) if (one.why === 'stop of one kind') one.to = Math.min(one.to, schedule.now()); // the last word counts
  quiet.push(stopped);
  turn([kind]);
  later(town, 3 * HOUR, () => {
    if (stopped.to < Infinity) return;
    stopped.to = schedule.now();
    turn([]);
  });
}

/** Changes are only planned for a while; whoever arms them again has those looked at once more who were held for it. */
function disarm(town: Town): void {
  const { schedule, world } = town;
  void world.arm(false);
  later(town, 2 * HOUR, () => {
    void world.arm(true);
    schedule.at(schedule.now() + 2 * MINUTE, () => void wakePlanned(world));
  });
}

async function wakePlanned(world: TestWorld): Promise<void> {
  const planned = (await world.people()).filter(({ held }) => held?.code === 'NOT_ARMED');
  for (const { pid, lane } of planned) world.queues[lane].push(JSON.stringify({ schema: 1, type: 'wake', pid }));
}
