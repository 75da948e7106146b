import { expect, test } from '@jest/globals';
import { GROUPS } from '../../../infra/local/bitsight-simulator/population.ts';
import { ConfigSchema } from '../../../lib/config/index.ts';
import { HOUR } from '../../../lib/time.ts';
import { armedWorld, eventWith, MARA, START, TEST_CONFIG, type TestWorld } from '../../support/world.ts';

const hire = (overrides = {}) => eventWith({ kind: 'joiner', attributes: MARA, ...overrides });
const rule = (name: string, attribute: string, value: string, grant: object) => ({
  name,
  when: { [attribute]: value },
  grant: { role: 'customer_user', ...grant },
});
const calls = (world: TestWorld) => world.core.record.calls.map(({ method, path }) => `${method} ${path}`);

test('whom no rule gives anything costs no call however often they change, and is looked up when they leave', async () => {
  const world = await armedWorld();
  await world.tell(hire({ attributes: { ...MARA, department: 'Warehouse' } }));
  for (const [n, location] of ['Berlin', 'Bonn', 'Bremen'].entries())
    await world.tell(eventWith({ kind: 'mover', said: START + n + 1, from: START + n + 1, attributes: { location } }));
  await world.pass(HOUR);
  expect(calls(world)).toEqual([]);
  expect(world.published.map(({ code }) => code)).toEqual(['NO_RULE', 'NO_RULE', 'NO_RULE', 'NO_RULE']);
  await world.tell(eventWith({ kind: 'leaver', said: START + HOUR, from: START + HOUR, attributes: {} }));
  expect(calls(world).length).toBeGreaterThan(0);
  expect(world.published.at(-1)).toMatchObject({ result: 'no-op', code: 'ALREADY_GONE' });
});

test('two rules that give one person different roles stop with both names, and nothing is asked or changed', async () => {
  const rules = [
    rule('risk', 'department', 'Vendor Risk', {}),
    rule('everybody in Berlin', 'location', 'Berlin', { role: 'customer_group_admin' }),
  ];
  const world = await armedWorld({ config: { policy: { rules } } });
  await world.tell(hire({ attributes: { ...MARA, location: 'Berlin' } }));
  expect(world.published).toMatchObject([
    { result: 'held', code: 'POLICY_CONFLICT', names: ['risk', 'everybody in Berlin'] },
  ]);
  expect(calls(world)).toEqual([]);
});

test('groups are named or given by guid, and the list of them is asked for once', async () => {
  const guid = GROUPS.find(({ name }) => name === 'Security')?.guid ?? '';
  const rules = [
    rule('by name', 'department', 'Vendor Risk', { group: 'Vendor Risk' }),
    rule('by guid', 'department', 'Security', { group: guid }),
  ];
  const world = await armedWorld({ config: { policy: { rules } } });
  const people = ['Vendor Risk', 'Security', 'Vendor Risk', 'Security'];
  for (const [n, department] of people.entries())
    await world.tell(hire({ employeeId: `E${n}`, attributes: { ...MARA, email: `p${n}@example.com`, department } }));
  expect(world.published.map(({ what }) => what)).toEqual(['created', 'created', 'created', 'created']);
  expect(calls(world).filter((call) => call.includes('group'))).toHaveLength(1);
});

test('several roles are refused: the API takes one', () => {
  const grant = { role: ['customer_user', 'customer_admin'] };
  const rules = [{ name: 'a', when: {}, grant }];
  expect(ConfigSchema.safeParse({ ...TEST_CONFIG, policy: { rules } }).success).toBe(false);
});
