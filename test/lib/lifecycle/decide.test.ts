import { expect, test } from '@jest/globals';
import { changePerson } from '../../../lib/lifecycle/identity.ts';
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

test('without a rule an account that is kept follows its person to a new address, and keeps role and group', async () => {
  const world = await armedWorld({ config: { policy: { ...RULES, noMatch: 'keep' } } });
  await world.tell(eventWith({ kind: 'joiner', attributes: MARA }), moved());
  const email = 'mara.berg@example.com';
  const renamed = () =>
    eventWith({ kind: 'mover', said: START, from: START, attributes: { email, department: 'Warehouse' } });
  await world.tell(renamed());
  expect(world.account(email)).toMatchObject({ formal_name: 'Mara Lindt', roles: ['customer_user'] });
  expect(world.account(MARA.email)).toBeUndefined();
  expect(world.published.at(-1)).toMatchObject({ result: 'done', what: 'changed', code: 'NO_RULE' });
  const calls = world.core.record.calls.length;
  await world.tell(renamed());
  expect(world.published.at(-1)).toMatchObject({ result: 'no-op', code: 'NO_RULE' });
  expect(world.core.record.calls).toHaveLength(calls);
});

test('the end of somebody who was forgotten finds no account, and is held for nothing', async () => {
  const world = await armedWorld();
  await world.tell(eventWith({ kind: 'joiner', attributes: MARA }));
  await world.tell(eventWith({ kind: 'leaver' }));
  const [known] = await world.people();
  await changePerson(world.store, known?.pid ?? '', (person) => ({ ...person, emails: [], facts: {}, cleared: START }));
  await world.tell(eventWith({ kind: 'leaver', said: START, from: START }));
  expect(world.published.at(-1)).toMatchObject({ result: 'no-op', code: 'ALREADY_GONE' });
});

test('without a rule nobody is searched for who never had an account', async () => {
  const world = await armedWorld({ config: { policy: { ...RULES, noMatch: 'offboard' } } });
  await world.tell(eventWith({ kind: 'joiner', attributes: { ...MARA, department: 'Warehouse' } }));
  await world.pass(HOUR);
  expect(world.published).toMatchObject([{ result: 'no-op', code: 'NO_RULE' }]);
  expect(world.core.record.calls).toEqual([]);
});
