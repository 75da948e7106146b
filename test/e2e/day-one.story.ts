import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Account } from '../../infra/local/bitsight-simulator/account.ts';
import { GROUPS } from '../../infra/local/bitsight-simulator/population.ts';
import { startSimulator } from '../../infra/local/bitsight-simulator/server.ts';
import type { System } from '../../infra/local/system.ts';
import { clockAt } from '../../lib/runtime/clock.ts';
import { DAY } from '../../lib/time.ts';
import { startSystem } from '../support/canaries.ts';
import { addressInHr, BEFORE, rosterOf, settle, type Cast } from './day-one-people.ts';

/**
 * Day one as docs/day-one.md tells it, by the real command lines, told in order: 300 accounts that were there before, an HR
 * that exports files, and what became of each account by the simulator's own record.
 */
const NEWCOMERS = 5;
const SPEED = 2;
let folder = '';
let system: System;
let cast: Cast;
let before: Account[];
let token = '';
const data = () => join(folder, 'data');
const config = () => join(folder, 'lifecycle.config.ts');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'day-one-'));
  const clock = atNoon();
  const simulator = await startSimulator({
    data: join(data(), 'simulator'),
    clock,
    users: BEFORE.users,
    seed: BEFORE.seed,
    companyTokens: BEFORE.tokens,
  });
  ({ token } = simulator);
  cast = await settle(simulator.url);
  before = structuredClone([...simulator.core.users()]);
  try {
    await startedWith(simulator.url);
  } finally {
    await simulator.stop();
  }
  system = await startSystem({ config: config(), data: data(), plan: true, speed: SPEED });
}, 120_000);
afterAll(async () => {
  await system.stop();
  rmSync(folder, { recursive: true });
});

/** The day's budget of the fuse must not begin anew in the middle: domain time starts at noon, and runs twice as fast to get there. */
function atNoon() {
  const wall = Date.now();
  const noon = wall - (wall % DAY) + DAY / 2;
  const base = SPEED * wall - noon;
  mkdirSync(data(), { recursive: true });
  writeFileSync(join(data(), 'clock.json'), JSON.stringify({ speed: SPEED, base }));
  return clockAt(SPEED, base);
}

async function run(file: string, args: string[]) {
  const child = spawn(process.execPath, [`infra/ops/${file}`, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, BITSIGHT_API_TOKEN: token },
  });
  const [[code], stdout, stderr] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
  return { code: Number(code), stdout, stderr };
}
/** `npm run ops -- …` here, as somebody types it who has a word ready for each question. */
const ops = (...args: string[]) => run('main.ts', [...args, '--data', data()]);
async function asked(...args: string[]) {
  const { stdout } = await ops(...args, '--json');
  return JSON.parse(stdout);
}

let initial: Awaited<ReturnType<typeof run>>;
let review: Awaited<ReturnType<typeof run>>;
/** Before there is anything of ours: a configuration by init, with the company's own rule in place of the example, and a review. */
async function startedWith(url: string): Promise<void> {
  writeFileSync(hr(), rosterOf(cast, NEWCOMERS));
  const answers = { company: 'Example AG', source: 'roster', 'sign-in': 'password', mode: 'restrict' };
  const more = { tenant: 'example', 'parking-group': 'No Companies', protected: '', 'time-zone': 'UTC' };
  const given = Object.entries({ ...answers, ...more }).flatMap(([name, value]) => [`--${name}`, value]);
  [initial, review] = await Promise.all([
    run('init.ts', ['--base-url', url, '--out', config(), ...given]),
    run('review.ts', ['--base-url', url, '--out', join(folder, 'out'), '--roster', hr()]),
  ]);
  const fuse = '{ offboardings: { hour: { count: 5, share: null }, day: { count: 5, share: null } } }';
  const written = readFileSync(config(), 'utf8').replaceAll('Example Department', 'Vendor Risk');
  writeFileSync(config(), written.replace('export default {', `export default {\n  fuse: ${fuse},`));
}
const hr = () => join(folder, 'people.csv');

const now = (account: Account): Account | undefined => system.simulator.core.user(account.guid);
const PARKED = GROUPS[1]?.guid;
const isParked = (account: Account): boolean => now(account)?.group === PARKED;
/** Everybody else is, to the last field, as before day one. */
function onlyTouched(touched: readonly Account[]): void {
  const guids = new Set(touched.map(({ guid }) => guid));
  const others = (accounts: readonly Account[]) => accounts.filter(({ guid }) => !guids.has(guid));
  expect(others(system.simulator.core.users())).toEqual(others(before));
}
/** The people of the batch that waits, as accounts. */
async function waitingBatch(): Promise<{ id: string; members: Account[] }> {
  const { batches, people }: { batches: { id: string }[]; people: { email: string; batch?: string }[] } =
    await asked('held');
  expect(batches).toHaveLength(1);
  const id = batches[0]?.id ?? '';
  const addresses = new Set(people.filter(({ batch }) => batch === id).map(({ email }) => email));
  return { id, members: before.filter(({ email }) => addresses.has(email.toLowerCase())) };
}
/** What waits for the sweeper is done now. */
async function settled(): Promise<void> {
  await system.sweep();
  await system.idle({ timeoutMs: 60_000 });
}

test('init and review look at 300 accounts, by GET alone', async () => {
  expect([initial.code, review.code]).toEqual([0, 0]);
  expect(initial.stdout).toContain('295 people, 5 company API tokens');
  expect(review.stdout).toContain('300 of 300 accounts read');
  // whoever HR calls gone, does not know, or has under another address
  expect(review.stdout).toContain(`${12 + 7 + 3} leavers or not on the roster, with access`);
  const { record } = system.simulator.core;
  expect(new Set(record.calls.map(({ method }) => method))).toEqual(new Set(['GET']));
});

test('adopt tells who is who, asks about the renamed, and writes the ledger alone', async () => {
  const shown = await ops('adopt', '--roster', hr());
  expect(shown).toMatchObject({ code: 1, stderr: expect.stringContaining('--yes') });
  const match = cast.renamed.map((one) => `${one.email}=${addressInHr(one)}`);
  for (const pair of match) expect(shown.stderr).toContain(pair);
  const { numbers, result } = await asked('adopt', '--roster', hr(), '--match', match.join(','), '--yes', 'adopt');
  expect(numbers).toMatchObject({ matched: 271 + 3, left: 12, unclear: 2, stranger: 7, token: 5 });
  expect(result).toMatchObject({ adopted: 286 });
  onlyTouched([]);
});

test('the first roster makes plans, and not one account is touched before anything is armed', async () => {
  const told = await ops('roster', hr(), '--named-leavers', '--yes', 'people', '--json');
  expect(told.stderr).toContain(`counts as hired, and ${cast.left.length} as gone whom it names so`);
  for (const { email } of cast.left) expect(told.stderr).toContain(email.toLowerCase());
  expect(JSON.parse(told.stdout)).toMatchObject({ joiners: 275 + NEWCOMERS, movers: 0, leavers: 12 });
  await settled();
  const plans: { kind: string; email: string }[] = await asked('plan');
  const leavers = plans.filter(({ kind }) => kind === 'leavers').map(({ email }) => email);
  expect(inOrder(leavers)).toEqual(inOrder(cast.left.map(({ email }) => email.toLowerCase())));
  onlyTouched([]);
}, 120_000);

test('armed, five leave at once; the other seven wait as one batch, and leave when it is released', async () => {
  expect(await ops('arm', 'leavers', '--yes', 'leavers')).toMatchObject({ code: 0 });
  await settled();
  expect(cast.left.filter(isParked)).toHaveLength(5);
  const { id, members } = await waitingBatch();
  expect(new Set(members)).toEqual(new Set(before.filter((one) => inCast(cast.left, one) && !isParked(one))));
  expect(await ops('release', id, '--yes', id)).toMatchObject({ code: 0 });
  await settled();
  expect(cast.left.filter(isParked)).toHaveLength(12);
  onlyTouched(cast.left);
}, 120_000);

test('a roster cut by a wrong filter becomes a batch; once rejected, the same file again touches nobody', async () => {
  const cut = cast.working
    .filter(({ status, roles }) => status === 'Activated' && roles[0] === 'customer_user')
    .slice(0, 6);
  writeFileSync(hr(), rosterOf(cast, NEWCOMERS, { without: cut }));
  expect(await asked('roster', hr(), '--yes', 'people')).toMatchObject({ joiners: 0, movers: 0, leavers: 6 });
  await settled();
  const { id, members } = await waitingBatch();
  expect(new Set(members.map(({ guid }) => guid))).toEqual(new Set(cut.map(({ guid }) => guid)));
  expect(await ops('reject', id, '--yes', id)).toMatchObject({ code: 0 });
  await ops('roster', hr(), '--yes', 'people');
  expect(await ops('roster', hr(), '--drop')).toMatchObject({ code: 0 });
  await settled();
  await settled();
  onlyTouched(cast.left);
}, 120_000);

test('the revert of one gives role and group back, as soon as movers are armed', async () => {
  const [one] = cast.left;
  if (one === undefined) throw new Error('Nobody left.');
  const was = before.find(({ guid }) => guid === one.guid);
  const { receipts } = await asked('events', one.email.toLowerCase());
  const { pid, seq } = receipts.find(({ kind }: { kind: string }) => kind === 'restrict');
  expect(await ops('revert', `${pid}/${seq}`, '--yes', 'revert')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Only planned until movers are armed'),
  });
  await settled();
  expect(isParked(one)).toBe(true);
  expect(await ops('arm', 'movers', '--yes', 'movers')).toMatchObject({ code: 0 });
  await settled();
  expect(now(one)).toEqual(was);
  const stillGone = cast.left.slice(1);
  expect(stillGone.every(isParked)).toBe(true);
  onlyTouched([...stillGone, ...cast.renamed]);
}, 120_000);

test('at the end every write was one of those that were decided', async () => {
  const { record } = system.simulator.core;
  const writes = record.calls.filter(({ method }) => method !== 'GET');
  expect(new Set(writes.map(({ method }) => method))).toEqual(new Set(['PATCH']));
  const changed = record.effects.flatMap(({ actor, change }) =>
    actor === 'api' ? [change.after?.guid ?? 'gone'] : [],
  );
  const renamed = cast.renamed.filter((one) => now(one)?.email !== one.email);
  const reverted = cast.left.slice(0, 1);
  const decided = [...cast.left, ...reverted, ...renamed].map(({ guid }) => guid);
  expect(inOrder(changed)).toEqual(inOrder(decided));
  for (const untouched of [...cast.unknown, ...cast.tokens, ...cast.doubled])
    expect(now(untouched)).toEqual(before.find(({ guid }) => guid === untouched.guid));
});

const inCast = (some: readonly Account[], { guid }: Account): boolean => some.some((one) => one.guid === guid);
const inOrder = (names: readonly string[]): string[] => names.toSorted((a, b) => (a < b ? -1 : 1));
