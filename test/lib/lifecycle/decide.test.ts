import { expect, test } from '@jest/globals';
import { DAY, HOUR } from '../../../lib/time.ts';
import { armedWorld, eventWith, MARA, START, TEST_CONFIG } from '../../support/world.ts';

const RULES = { rules: TEST_CONFIG.policy?.rules ?? [] };
const moved = () => eventWith({ kind: 'mover', said: START, from: START, attributes: { department: 'Warehouse' } });

test('whoever lacks what a rule asks for and an address is held with both names, so that HR is asked once', async () => {
  const world = await armedWorld();
  await world.tell(eventWith({ kind: 'joiner', attributes: { firstName: 'Mara', lastName: 'Lindt' } }));
  await world.tell(eventWith({ kind: 'joiner', employeeId: 'E2', attributes: { email: 'ole@example.com' } }));
  expect(world.published).toMatchObject([
    { result: 'held', code: 'MISSING', names: ['department', 'email'] },
    { result: 'held', code: 'MISSING', names: ['department'] },
  ]);
});

test('without a rule an account goes, also one whose creation was never proven', async () => {
  const world = await armedWorld({
    config: { policy: { ...RULES, noMatch: 'offboard' } },
    faults: [
      { kind: 'reset', when: 'after', method: 'POST', times: 1 },
      { kind: 'empty-page', times: 1 }, // so that the account is not found at once
    ],
  });
  await world.tell(eventWith({ kind: 'joiner', attributes: MARA }));
  const made = world.account(MARA.email);
  expect(made).toBeDefined();
  // somebody changes it before it is read back: it is not what the creation asked for
  world.core.edit(made?.guid ?? '', { roles: ['customer_portfolio_manager'] });
  await world.tell(moved());
  await world.pass(DAY);
  expect(world.account(MARA.email)).toBeUndefined();
  expect(world.published.at(-1)).toMatchObject({ result: 'done', what: 'removed', code: 'NO_RULE' });
});

test('without a rule nobody is searched for who never had an account', async () => {
  const world = await armedWorld({ config: { policy: { ...RULES, noMatch: 'offboard' } } });
  await world.tell(eventWith({ kind: 'joiner', attributes: { ...MARA, department: 'Warehouse' } }));
  await world.pass(HOUR);
  expect(world.published).toMatchObject([{ result: 'no-op', code: 'NO_RULE' }]);
  expect(world.core.record.calls).toEqual([]);
});
