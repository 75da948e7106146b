import { afterAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command as adopt } from '../../../infra/ops/adopt.ts';
import { command as alias } from '../../../infra/ops/alias.ts';
import { command as arm } from '../../../infra/ops/arm.ts';
import { command as dead } from '../../../infra/ops/dead.ts';
import { command as disarm } from '../../../infra/ops/disarm.ts';
import { command as doctor } from '../../../infra/ops/doctor.ts';
import { command as end } from '../../../infra/ops/end.ts';
import { command as events } from '../../../infra/ops/events.ts';
import { command as forget } from '../../../infra/ops/forget.ts';
import type { Command, Given } from '../../../infra/ops/frame/command.ts';
import { command as grant } from '../../../infra/ops/grant.ts';
import { command as held } from '../../../infra/ops/held.ts';
import { command as keep } from '../../../infra/ops/keep.ts';
import { command as plan } from '../../../infra/ops/plan.ts';
import { command as reject } from '../../../infra/ops/reject.ts';
import { command as release } from '../../../infra/ops/release.ts';
import { command as replay } from '../../../infra/ops/replay.ts';
import { command as review } from '../../../infra/ops/review/command.ts';
import { command as resume } from '../../../infra/ops/resume.ts';
import { command as revert } from '../../../infra/ops/revert.ts';
import { NEEDS, refuseWithoutLanes, ROLES, rolesTable } from '../../../infra/ops/roles.ts';
import { command as roster } from '../../../infra/ops/roster.ts';
import { command as secret } from '../../../infra/ops/secret.ts';
import { command as show } from '../../../infra/ops/show.ts';
import { command as status } from '../../../infra/ops/status.ts';
import { command as stop } from '../../../infra/ops/stop.ts';
import { command as tail } from '../../../infra/ops/tail.ts';
import type { Target } from '../../../infra/ops/frame/target.ts';
import { PEOPLE, rosterOf, rows } from '../../support/rosters.ts';
import { filled, quarterDesk } from '../../support/quarter.ts';
import { given, targetOf } from '../../support/target.ts';
import { createWorld, eventWith, MARA, START, TEST_CONFIG, type TestWorld } from '../../support/world.ts';
import { synthesized } from '../stack/synthesized.ts';
import { covers, denied, noting, type Needed } from './needed.ts';

const folder = mkdtempSync(join(tmpdir(), 'roles-'));
const people = join(folder, 'people.csv');
writeFileSync(people, rosterOf(rows(3)));
const more = join(folder, 'more.csv');
writeFileSync(more, rosterOf(rows(4)));
afterAll(() => rmSync(folder, { recursive: true }));

const hire = (overrides = {}) => eventWith({ kind: 'joiner', attributes: MARA, ...overrides });
const leave = () => eventWith({ kind: 'leaver', said: START, from: START });
const bodyOf = (event: object) => JSON.stringify({ schema: 1, type: 'event', event });

/** Worlds in which a command has something to do. */
const WORLDS = {
  async hired(world: TestWorld): Promise<void> {
    await world.arm();
    await world.tell(hire());
  },
  async left(world: TestWorld): Promise<void> {
    await WORLDS.hired(world);
    await world.tell(leave());
  },
  planned: (world: TestWorld) => world.tell(hire()),
  async reused(world: TestWorld): Promise<void> {
    await WORLDS.left(world);
    await world.tell(hire({ employeeId: 'E2', attributes: { ...MARA, firstName: 'Mira' } }));
  },
  async dead(world: TestWorld): Promise<void> {
    world.queues.dead.push({ lane: 'urgent', body: bodyOf(leave()), reason: 'CRASHED' });
    world.queues.dead.push({ lane: 'normal', body: bodyOf(hire()), reason: 'CRASHED' });
  },
  async accounts(world: TestWorld): Promise<void> {
    world.core.create({ email: 'person.1@example.com', formal_name: 'Kim Number 1' });
  },
  async blown(world: TestWorld): Promise<void> {
    await WORLDS.hired(world);
    await world.tell(hire({ employeeId: 'E2', attributes: { ...MARA, email: 'kim.berg@example.com' } }));
    await world.tell(leave());
  },
};
const ROSTER = { sources: { people: PEOPLE }, authority: [] };
const FUSE = { fuse: { offboardings: { hour: { count: 0 } } } };
const batchOf = (world: TestWorld): string => world.published.at(-1)?.names?.[0] ?? '';
const receiptOf = async (world: TestWorld): Promise<string> => `${(await world.people())[0]?.pid}/1`;

type Scene = [keyof typeof WORLDS, Command, ...{ args?: Args; options?: Given['options'] }[]];
type Args = string[] | ((world: TestWorld) => string[] | Promise<string[]>);

/** Each command as somebody gives it who has something to do with it; several runs where it has several ways. */
const SCENES: Record<string, Scene> = {
  held: ['blown', held, {}, { args: (world) => [batchOf(world)] }],
  plan: ['planned', plan, {}],
  'plan --all': ['hired', plan, { options: { all: true } }],
  show: ['hired', show, { args: [MARA.email] }],
  'show --live': ['hired', show, { args: [MARA.email], options: { live: true } }],
  events: ['blown', events, { args: ['hr:E1'] }],
  tail: ['hired', tail, {}],
  dead: ['dead', dead, {}],
  stop: ['hired', stop, {}, { options: { only: 'leavers' } }],
  resume: ['hired', resume, {}],
  disarm: ['hired', disarm, { args: ['leavers'] }],
  arm: ['planned', arm, { args: ['joiners'] }],
  keep: ['left', keep, { args: [MARA.email] }],
  end: ['hired', end, { args: [MARA.email] }],
  grant: ['hired', grant, { args: [MARA.email], options: { role: 'customer_user' } }],
  revert: ['hired', revert, { args: async (world) => [await receiptOf(world)] }],
  replay: ['dead', replay, { options: { all: true } }],
  'alias free': ['reused', alias, { args: ['free', 'hr:E2', MARA.email] }],
  forget: ['left', forget, { args: ['hr:E1'] }],
  adopt: ['accounts', adopt, { options: { roster: people } }],
  roster: ['accounts', roster, { args: [people] }, { args: [more] }, { args: [more], options: { drop: true } }],
  doctor: ['hired', doctor, {}],
  status: ['hired', status, {}],
  'secret set': ['hired', secret, { args: ['set', 'bitsight'] }],
  release: ['blown', release, { args: (world) => [batchOf(world)] }],
  reject: ['blown', reject, { args: (world) => [batchOf(world)] }],
};
/** It opens its target itself (infra/ops/probe.ts): the token, the pause of the gate, and a decision. */
const PROBE: Needed[] = [
  { action: 'secretsmanager:GetSecretValue', resource: 'Secrets/bitsight-api-token' },
  ...['dynamodb:GetItem', 'dynamodb:PutItem'].map((action) => ({ action, resource: 'Ledger/Table', partition: 'G' })),
  { action: 'dynamodb:PutItem', resource: 'Ledger/Table', partition: 'D' },
];

/** A review, at the point at which each of its steps has something to do. */
async function neededByReview(step: string): Promise<Needed[]> {
  const desk = await quarterDesk();
  await desk.night();
  const sheet = join(folder, `${step}.csv`);
  if (step !== 'open') await desk.review('open', '2026-Q4');
  const decided = step === 'close' ? 'keep' : 'revoke';
  for (const key of [...desk.objects.keys()].filter((one) => one.includes('/worksheets/'))) {
    const everybody = { '2026-Q4': [decided, 'as asked'] as [string, string] };
    writeFileSync(sheet, filled(desk.body(key), everybody, 'sam.adler@example.com'));
    if (step !== 'take') await desk.review('take', '2026-Q4', sheet);
  }
  const { target, needed } = noting(desk.target);
  await review.run(target, given([step, '2026-Q4', sheet]));
  return needed;
}

async function neededBy(typed: string): Promise<Needed[]> {
  if (typed.startsWith('review ')) return neededByReview(typed.slice('review '.length));
  const [prepare, command, ...runs] = SCENES[typed] ?? [];
  if (prepare === undefined || command === undefined) return PROBE;
  const world = createWorld({ config: prepare === 'accounts' ? ROSTER : prepare === 'blown' ? FUSE : {} });
  await WORLDS[prepare](world);
  const { target, needed } = noting(targetOf(world));
  for (const { args = [], options } of runs) await run(world, command, target, args, options);
  return needed;
}

async function run(world: TestWorld, command: Command, target: Target, args: Args, options?: Given['options']) {
  await command.run(target, given(typeof args === 'function' ? await args(world) : args, options, 'simulator-token'));
  await world.drain();
}

const stack = synthesized({ sources: TEST_CONFIG.sources });
const may = ROLES.map((role) => stack.permissions(`People/${role}`));
const everything = new Map(await Promise.all(NEEDS.map(async ({ typed }) => [typed, await neededBy(typed)] as const)));

describe.each(NEEDS)('$typed', ({ typed, role, lanes }) => {
  const needed = everything.get(typed) ?? [];

  test(`does nothing that the ${role} may not`, () => {
    expect(needed).not.toEqual([]);
    expect(denied(needed, may[ROLES.indexOf(role)] ?? {})).toEqual([]);
  });

  test('is not for the role before', () => {
    const before = may[ROLES.indexOf(role) - 1];
    // the gate is one item: who may stop could, past the command, arm as well
    if (before !== undefined) expect(denied(needed, before).length > 0).toBe(typed !== 'arm');
  });

  test(`${lanes === true ? 'works' : 'does not work'} on the lanes`, () => {
    const onLanes = needed.some(({ action }) => action.startsWith('sqs:'));
    const decidesForWorkers = ['release', 'reject'].includes(typed); // what is decided is carried out by them alone
    const looksWhereThereAreAny = ['doctor', 'status'].includes(typed);
    expect((onLanes && !looksWhereThereAreAny) || decidesForWorkers).toBe(lanes === true);
  });
});

/** Reviews and snapshots are read by people, and by no command. */
const REVIEWS: Needed[] = [
  { action: 's3:ListBucket', resource: 'Night/Archive/Bucket' },
  { action: 's3:GetObject', resource: 'Night/Archive/Bucket/2026-11-23/review.html' },
];

/** npm run source -- secret. */
const KEYS: Needed[] = ['hr-webhook', 'contractors-webhook'].flatMap((name) =>
  ['ListSecretVersionIds', 'PutSecretValue', 'UpdateSecretVersionStage'].map((action) => ({
    action: `secretsmanager:${action}`,
    resource: `Secrets/${name}`,
  })),
);

test.each(ROLES)('the %s may do nothing that none of its commands needs', (role) => {
  const level = ROLES.indexOf(role);
  const own = NEEDS.filter((need) => ROLES.indexOf(need.role) <= level);
  const all = [...REVIEWS, ...KEYS, ...own.flatMap(({ typed }) => everything.get(typed) ?? [])];
  const unused = Object.entries(may[level] ?? {}).flatMap(([action, permissions]) =>
    permissions
      .flatMap(eachPartition)
      .filter((permission) => !all.some((need) => need.action === action && covers(permission, need)))
      .map((permission) => `${action} ${permission}`),
  );
  expect(unused).toEqual([]);
});

function eachPartition(permission: string): string[] {
  const [resource = '', ...partitions] = permission.split(' ');
  return partitions.length === 0 ? [resource] : partitions.map((one) => `${resource} ${one}`);
}

test('every command that there is has its row', () => {
  const files = [...readdirSync('infra/ops').filter((name) => name.endsWith('.ts')), 'review/command.ts'];
  const commands = files.filter((name) =>
    readFileSync(join('infra/ops', name), 'utf8').includes('export const command:'),
  );
  const rowsOf = new Set(NEEDS.map(({ typed }) => typed.split(' ', 1)[0]));
  expect([...rowsOf].sort()).toEqual(commands.map((name) => name.replace(/(\/command)?\.ts$/, '')).sort());
});

test.each([
  ['review apply 2026-Q4', 'review apply works on the lanes'],
  ['roster people.csv', 'roster works on the lanes'],
  ['alias free hr:E1 mara@example.com', 'alias free works on the lanes'],
  ['review close 2026-Q4', undefined],
  ['review', undefined],
  ['status', undefined],
])('without webhooks, “%s” is refused where it needs lanes, and there alone', (typed, says) => {
  const refuse = () => refuseWithoutLanes(typed, { features: { webhooks: false } });
  if (says === undefined) expect(refuse).not.toThrow();
  else expect(refuse).toThrow(says);
  expect(() => refuseWithoutLanes(typed, { features: { webhooks: true } })).not.toThrow();
});

test('the page about operating shows who may do what', () => {
  const page = readFileSync('docs/operating.md', 'utf8');
  expect(page).toContain(rolesTable());
});
