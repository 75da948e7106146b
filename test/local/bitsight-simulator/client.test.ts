import { afterAll, describe, expect, test } from '@jest/globals';
import type { FaultInput } from '../../../infra/local/bitsight-simulator/faults.ts';
import { GROUPS } from '../../../infra/local/bitsight-simulator/population.ts';
import { startSimulator } from '../../../infra/local/bitsight-simulator/server.ts';
import { createBitsightClient, type BitsightOptions } from '../../../lib/bitsight/index.ts';
import { ANNA } from './ask.ts';

const simulator = await startSimulator({ users: 230 });
const { core } = simulator;
afterAll(async () => simulator.stop());

const people = core.users().filter((one) => !one.is_company_api_token);
const options: BitsightOptions = {
  baseUrl: simulator.url,
  apiToken: async () => core.tokens()[0] ?? '',
  fetch,
  clock: { now: () => 0, sleep: async () => {} },
  random: () => 0.5,
  product: { name: 'test', version: '0' },
};
const { users, groups } = createBitsightClient(options);
const once = createBitsightClient({ ...options, retry: { attempts: 1 } });

test('the real client lists, finds, creates, changes and removes over HTTP', async () => {
  const listed = await users.listComplete();
  expect(listed.map(({ guid }) => guid)).toEqual(people.map(({ guid }) => guid));
  const { value } = await users.readEveryone(async (pages) => (await Array.fromAsync(pages)).flat().length);
  expect(value).toBe(232);
  const created = await users.create({ ...ANNA, roles: [{ slug: 'customer_user' }], friendly_name: 'Anna' });
  expect((await users.page({ email: ANNA.email })).results).toMatchObject([{ guid: created.guid }]);
  const europe = GROUPS.find(({ name }) => name === 'Europe')?.guid ?? '';
  await users.update(created.guid, { group: europe, features: [{ slug: 'wfh-ro', value: true }] });
  expect(await users.get(created.guid)).toMatchObject({ group: { name: 'Europe' }, features: [{ value: true }] });
  await users.remove(created.guid);
  await expect(users.get(created.guid)).rejects.toMatchObject({ code: 'BITSIGHT_NOT_FOUND' });
  expect(await users.quota()).toMatchObject({ total_user_count: 230 });
  expect(await users.current()).toMatchObject({ is_company_api_token: true });
  expect((await groups.list()).groups.map(({ name }) => name)).toEqual(GROUPS.map(({ name }) => name));
});

describe('what the client calls', () => {
  test.each<[string, FaultInput]>([
    ['BITSIGHT_RATE_LIMITED', { kind: 'rate-limit' }],
    ['BITSIGHT_SERVER', { kind: 'server-error', status: 500 }],
    ['BITSIGHT_NO_ANSWER', { kind: 'reset', when: 'after' }],
    ['BITSIGHT_NO_ANSWER', { kind: 'reset', when: 'midway' }],
    ['BITSIGHT_BLOCKED', { kind: 'html' }],
    ['BITSIGHT_BLOCKED', { kind: 'html', status: 200 }],
    ['BITSIGHT_UNEXPECTED_ANSWER', { kind: 'cut-json' }],
    ['BITSIGHT_AUTHENTICATION', { kind: 'unauthorized' }],
    ['BITSIGHT_PERMISSION_DENIED', { kind: 'forbidden' }],
  ])('%s is what it gets under %j', async (code, fault) => {
    core.faults.set([fault]);
    await expect(once.users.get(people[0]?.guid ?? '')).rejects.toMatchObject({ code });
    core.faults.set([]);
  });
});

test.each<[string, FaultInput]>([
  ['short pages', { kind: 'short-page', probability: 0.5 }],
  ['one page of one row', { kind: 'short-page', rows: 1, calls: [2] }],
  ['an empty page', { kind: 'empty-page', calls: [2] }],
  ['a duplicate row', { kind: 'duplicate-row', calls: [1] }],
  ['a population that moves', { kind: 'churn', remove: 1, add: 1, calls: [1] }],
])('a complete list has everybody who was there all the time, under %s', async (_, fault) => {
  const before = core.users().filter((one) => !one.is_company_api_token);
  core.faults.set([fault]);
  const listed = new Set((await users.listComplete()).map(({ guid }) => guid));
  expect(core.faults.list()[0]?.fired).toBeGreaterThan(0);
  core.faults.set([]);
  const stayed = before.filter(({ guid }) => core.user(guid) !== undefined);
  expect(stayed.filter(({ guid }) => !listed.has(guid))).toEqual([]);
});
