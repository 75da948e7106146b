import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startSimulator, type Simulator } from '../../../infra/local/bitsight-simulator/server.ts';
import { ConfigSchema, type Config } from '../../../lib/config/schema.ts';
import { runNight } from '../../../lib/export/night.ts';
import { keys, type Operation, type Person, type Saying } from '../../../lib/lifecycle/ledger.ts';
import { newPerson } from '../../../lib/lifecycle/record.ts';
import { bedroom, published, SCHEDULED } from '../../support/nights.ts';

const DAY = 86_400_000;
const configWith = (night: object = {}): Config =>
  ConfigSchema.parse({
    company: 'Example Corp',
    sources: { hr: { kind: 'roster' } },
    policy: { rules: [{ name: 'Risk', when: { department: 'Risk' }, grant: { role: 'customer_group_admin' } }] },
    offboarding: { mode: 'delete' },
    night: { timeZone: 'Europe/Berlin', ...night },
  });

let simulator: Simulator;
let room: ReturnType<typeof bedroom>;
beforeAll(async () => {
  simulator = await startSimulator({ users: 6, companyTokens: 1, token: 'token-of-a-test' });
});
afterAll(() => simulator.stop());
beforeEach(() => {
  simulator.core.reset({ users: 6, companyTokens: 1, seed: 3 });
  simulator.core.setSwitches({ tokenMaker: false });
  simulator.core.faults.set([]);
  room = bedroom(simulator);
});

const saying = (value: string, at: number): Saying => ({ value, from: at, said: at, event: 'e' });
/** The n-th person of the simulator as the ledger knows them. */
async function know(n: number, employment: string, change: Partial<Person> = {}): Promise<string> {
  const account = simulator.core.users().filter((one) => !one.is_company_api_token)[n];
  const { guid = '', email = '', formal_name: displayName = '', friendly_name: firstName = '' } = account ?? {};
  const said = Object.entries({ email, department: 'Risk', displayName, firstName });
  const facts = Object.fromEntries(said.map(([name, value]) => [name, [saying(value, 1)]]));
  const employed = [saying('active', 1), ...(employment === 'active' ? [] : [saying(employment, SCHEDULED - DAY)])];
  const pid = `p-${n}`;
  const { store } = room.run();
  await store.put(
    {
      ...newPerson(pid),
      guid,
      emails: [email.toLowerCase()],
      facts: { hr: { ...facts, employment: employed } },
      ...change,
    },
    'absent',
  );
  return pid;
}
const wakes = async (pid: string) => {
  const item = await room.run().store.get(keys.person(pid));
  return { lane: item?.['lane'], wakeAt: item?.['wakeAt'] };
};
const night = async (config: Config) => {
  await runNight(room.run({}, config), room.invocation, SCHEDULED);
  return published(room.objects, '2026-05-04');
};

describe('whom the night finds', () => {
  test('left and still there is woken, urgently: nobody else, and nobody at whom a worker is', async () => {
    const [leaver, other, busy] = [await know(1, 'ended'), await know(2, 'active'), await know(3, 'ended', { op: OP })];
    const found = await night(configWith());
    expect(await wakes(leaver)).toEqual({ lane: 'urgent', wakeAt: SCHEDULED });
    expect(await wakes(other)).toEqual({ lane: 'normal', wakeAt: undefined });
    expect(await wakes(busy)).toEqual({ lane: 'normal', wakeAt: undefined });
    expect(found?.html).toContain('2 people who have left still have an account');
    expect(room.telemetry.counts).toContainEqual({ metric: 'LeaversFound', value: 2, dimensions: {} });
  });

  test.each([
    [false, undefined],
    [true, SCHEDULED],
  ])('differing from the rules is woken only where that is configured: %s', async (correctDrift, wakeAt) => {
    const pid = await know(2, 'active');
    const found = await night(configWith({ correctDrift }));
    expect(await wakes(pid)).toEqual({ lane: 'normal', wakeAt });
    expect(found?.html).toMatch(/role customer_\w+, should be customer_group_admin/);
  });

  test('without the list of groups is still known by the groups that somebody is in', async () => {
    simulator.core.faults.set([{ kind: 'forbidden', path: 'access-groups' }]);
    await know(1, 'ended');
    expect((await night(configWith()))?.html).toContain('1 person who has left still has an account');
  });
});

test('each night carries the ones before it in numbers, from which the page draws and counts what is missing', async () => {
  for (const day of [0, 1, 3]) {
    if (day > 0) simulator.core.create({ email: `n${day}@example.com`, formal_name: 'New', friendly_name: 'New' });
    await runNight(room.run({}, configWith()), room.invocation, SCHEDULED + day * DAY);
  }
  const last = await published(room.objects, '2026-05-07');
  expect(last?.manifest.history).toEqual([
    { date: '2026-05-04', people: 6, joined: 0, left: 0 },
    { date: '2026-05-05', people: 7, joined: 1, left: 0 },
    { date: '2026-05-07', people: 8, joined: 1, left: 0 },
  ]);
  expect(last?.html).toContain('Snapshots: 3 of the last 4 days have a complete one.');
  expect(last?.html).toContain('6 people on 2026-05-04, 8 on 2026-05-07; 2 joined, 0 left.');
});

test('who made a token is asked of Bitsight: named, it is judged; not named, the page says so', async () => {
  const people = simulator.core.users().filter((one) => !one.is_company_api_token);
  await know(
    people.findIndex(({ roles }) => roles.includes('customer_admin')),
    'ended',
  );
  expect((await night(configWith()))?.html).toContain('names nobody');
  simulator.core.setSwitches({ tokenMaker: true });
  await runNight(room.run({}, configWith()), room.invocation, SCHEDULED + DAY);
  expect((await published(room.objects, '2026-05-05'))?.html).toContain(
    'company API token was made by somebody who has left',
  );
});

const OP: Operation = {
  seq: 1,
  kind: 'delete',
  id: 'o',
  token: 't',
  factsV: 0,
  request: {},
  wanted: {},
  why: 'LEFT',
  answers: [],
  acknowledged: false,
  startedAt: 1,
  until: 2,
};
