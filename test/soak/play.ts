import { seeded } from '../../infra/local/bitsight-simulator/random.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import type { LifecycleEvent } from '../../lib/lifecycle/event.ts';
import { changeGate } from '../../lib/lifecycle/gate.ts';
import { DAY, HOUR } from '../../lib/time.ts';
import { LedgerWatch } from '../support/ledger-watch.ts';
import { armedWorld, type TestWorld } from '../support/world.ts';
import type { Office } from './careers.ts';
import { badHours } from './bad-hours.ts';
import { anySwitches, everydayFaults, type Roughness } from './chaos.ts';
import { listExceptions } from './exceptions.ts';
import { judge } from './judge.ts';
import { decideNowAndThen, isOver } from './operator.ts';
import { anyFreeze } from './quiet.ts';
import { Queues } from './queues.ts';
import type { Rejection } from './rejections.ts';
import { Schedule } from './schedule.ts';
import { keepSweeping } from './sweeper.ts';
import { nudge, openBooks, populate } from './town.ts';
import { Watch } from './watch.ts';
import { crew } from './crew.ts';
import { ADMIN } from './admins.ts';

/** One history: everything that its judge and its reader need. */
export interface Run {
  schedule: Schedule;
  world: TestWorld;
  queues: Queues;
  watch: Watch;
  ledger: LedgerWatch;
  office: Office;
  accepted: LifecycleEvent[];
  counts: Map<string, number>;
  rough: Roughness;
  /** Batches that somebody looks at. */
  attended: Set<string>;
  rejections: Rejection[];
  /** From here on nothing fails any more. */
  calmAt: number;
  /** What ended too late. */
  late: string[];
  /** Until the last word about everybody: what was rejected after it would never be done. */
  mayReject: boolean;
  /** Hours by which the configuration's days begin before those of UTC. */
  ahead: number;
  /** Who was an Admin before anything happened. */
  admins: ReadonlySet<string>;
}
export interface Played {
  seed: number;
  broken: string[];
  counts: ReadonlyMap<string, number>;
  run: Run;
}

const OFFICE_HOURS = 18 * HOUR;
/** Deliveries and what was put right late are through by then. */
const ROUGH_DAYS = OFFICE_HOURS + 8 * HOUR;
/** More than any run needs: who goes on without coming to rest is broken too. */
const MOST_STEPS = 500_000;

/** One history of so many people, or of 6 to 14, from its first delivery until everything has come to rest, judged. */
export async function play(seed: number, people?: number): Promise<Played> {
  const run = await begin(seed);
  const { schedule, office, counts } = run;
  badHours({ schedule, world: run.world, until: office.closes, quiet: run.watch.quiet }, office.count);
  populate(office, run.world.core, people ?? schedule.between(6, 15));
  openBooks(office, run.world.hr);
  listExceptions(run);
  decideNowAndThen(run);
  keepSweeping(run);
  await goOn(run, schedule.now() + ROUGH_DAYS);
  await calmDown(run);
  await goOn(run, Infinity);
  const broken = await judge(run, false);
  run.mayReject = false;
  nudge(office);
  await lookAgain(run.world);
  keepSweeping(run);
  await goOn(run, Infinity);
  broken.push(...(await judge(run, true)));
  return { seed, broken: [...new Set(broken)], counts: tally(run, counts), run };
}

async function begin(seed: number): Promise<Run> {
  const schedule = new Schedule(seeded(seed));
  const counts = new Map<string, number>();
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  const freeze = anyFreeze(schedule);
  const isAsked = seed % 3 === 0; // costs no draw: the other histories stay what they were
  const config = { ...anyConfig(schedule, isAsked), ...freeze.config };
  if (isAsked) count('an HR system that can be asked');
  count(`mode ${config.offboarding?.mode}, no rule ${config.policy?.noMatch}`);
  const ledger = new LedgerWatch(schedule.now);
  const options = {
    hooks: ledger.hooks(() => ledger),
    clock: schedule,
    config,
    switches: anySwitches(schedule),
    random: schedule.random,
  };
  const world = await armedWorld({ ...options, users: 3 });
  const admins = adminsOf(world, schedule.chance(0.5));
  world.core.faults.set(everydayFaults(schedule, world.config.bitsight.settleMs));
  const rough = { crash: schedule.random() * 0.002, store: schedule.random() * 0.004, stray: schedule.random() * 0.01 };
  const watch = new Watch(world);
  watch.quiet.push(...freeze.quiet);
  const accepted: LifecycleEvent[] = [];
  const deliver = (event: LifecycleEvent): void => {
    accepted.push(event);
    world.accept(event);
  };
  const office: Office = { schedule, humans: [], closes: schedule.now() + OFFICE_HOURS, deliver, count };
  const queues = new Queues(schedule, world, crew({ schedule, world, watch, ledger, rough, count }));
  return {
    schedule,
    world,
    queues,
    watch,
    ledger,
    office,
    accepted,
    counts,
    rough,
    attended: new Set(),
    rejections: [],
    calmAt: schedule.now() + ROUGH_DAYS,
    late: [],
    mayReject: true,
    ahead: freeze.ahead,
    admins,
  };
}

/** People who were Admins before us; or none are left of them. */
function adminsOf({ core }: TestWorld, areThere: boolean): Set<string> {
  const admins = core.users().filter(({ roles, is_company_api_token: token }) => roles.includes(ADMIN) && !token);
  if (!areThere) for (const { guid } of admins) core.edit(guid, { roles: ['customer_user'] });
  return new Set(areThere ? admins.map(({ guid }) => guid) : []);
}

function anyConfig(schedule: Schedule, isAsked: boolean): Partial<ConfigInput> {
  const mode = schedule.pick(['delete', 'restrict', 'restrict-then-delete']);
  return {
    sources: {
      hr: isAsked
        ? { kind: 'hibob', secret: 'hr-webhook', fetch: { secret: 'hr-api' } }
        : { kind: 'standard-webhooks', secret: 'hr-webhook' },
      contractors: { kind: 'standard-webhooks', secret: 'contractors-webhook' },
      tickets: { kind: 'standard-webhooks', secret: 'tickets-webhook', employment: false },
    },
    authority: ['hr', 'contractors', 'tickets'],
    policy: { rules: RULES, noMatch: schedule.pick(['keep', 'restrict', 'offboard']) },
    bitsight: { settleMs: schedule.pick([1000, 5000]), monthlyCreations: schedule.chance(0.1) ? 4 : 300 },
    offboarding: { mode, parkingGroup: 'No Companies', graceDays: 1 },
    leaveOfAbsence: schedule.pick(['keep', 'restrict']),
    fuse: schedule.chance(0.25) ? NARROW : WIDE,
  };
}

const RULES: NonNullable<ConfigInput['policy']>['rules'] = [
  { name: 'vendor risk', when: { department: 'Vendor Risk' }, grant: { role: 'customer_user', group: 'Vendor Risk' } },
  {
    name: 'security',
    when: { department: 'Security' },
    grant: { role: 'customer_group_admin', group: 'Security', features: { 'wfh-ro': true } },
  },
  {
    name: 'administration',
    when: { department: 'Administration' },
    grant: { role: 'customer_admin', group: 'Vendor Risk' },
  },
];

const budget = (hour: number, day: number) => ({
  hour: { count: hour, share: null },
  day: { count: day, share: null },
});
const WIDE = {
  offboardings: budget(999, 999),
  raises: budget(999, 999),
  changes: budget(999, 999),
  creations: budget(999, 999),
};
const NARROW = { offboardings: budget(1, 2), raises: budget(1, 3), changes: budget(2, 6), creations: budget(2, 5) };

async function goOn({ schedule, queues }: Run, end: number): Promise<void> {
  await schedule.run(end, () => {
    if (schedule.steps > MOST_STEPS) throw new Error('It does not come to rest.');
    queues.dispatch();
  });
}

/** Whom no source knows nobody speaks of again: somebody who looked at what was held has it tried once more. */
async function lookAgain(world: TestWorld): Promise<void> {
  for (const { pid, held } of await world.people())
    if (held !== undefined) world.queues.urgent.push(JSON.stringify({ schema: 1, type: 'wake', pid }));
}

/** From here on nothing fails any more, and whoever has to put something right has done so. */
async function calmDown({ world, rough, queues }: Run): Promise<void> {
  Object.assign(rough, { crash: 0, store: 0, stray: 0 });
  queues.twice = 0;
  world.core.faults.set([]);
  world.secretValues.set('bitsight-api-token', { current: world.core.tokens()[0] ?? '' });
  await changeGate(world.store, (gate) => ({ ...gate, stopped: false, stoppedOnly: [] }));
}

function tally(
  { world, queues, schedule, watch, ledger, office }: Run,
  counts: Map<string, number>,
): Map<string, number> {
  const add = (what: string, n = 1): void => void counts.set(what, (counts.get(what) ?? 0) + n);
  for (const [kind, n] of Object.entries(world.core.record.fired())) add(`fault ${kind}`, n);
  for (const { result, code, what } of world.published) add(`outcome ${result} ${what ?? code}`);
  for (const [what, n] of Object.entries(queues.counts)) add(`queue ${what}`, n);
  for (const [what, n] of ledger.counts) add(`ledger ${what}`, n);
  for (const [what, n] of watch.let) add(what, n);
  for (const { method } of watch.calls) add(`call ${method}`);
  for (const { decisions, books } of office.humans)
    for (const one of decisions)
      if (!one.what.startsWith('grant') && isOver(one, books, schedule.now()))
        add(`decided: ${one.what}, and over by a newer word`);
  for (const line of world.telemetry.lines) {
    const { message, code }: { message: string; code?: string } = JSON.parse(line);
    if (message === 'postponed') add(`postponed ${code}`);
  }
  add('steps', schedule.steps);
  add('days', Math.round((schedule.now() - (world.core.record.calls[0]?.at ?? schedule.now())) / DAY));
  return counts;
}
