import { describe, expect, test } from '@jest/globals';
import { command as alias } from '../../../infra/ops/alias.ts';
import { command as events } from '../../../infra/ops/events.ts';
import { DAY } from '../../../lib/time.ts';
import { LedgerWatch } from '../../support/ledger-watch.ts';
import type { Hooks } from '../../support/memory/hooks.ts';
import { given, targetOf } from '../../support/target.ts';
import { armedWorld, eventWith, MARA, START, type TestWorld } from '../../support/world.ts';

const hire = (overrides = {}) => eventWith({ kind: 'joiner', attributes: MARA, ...overrides });
const leave = (overrides = {}) => eventWith({ kind: 'leaver', said: START, from: START, ...overrides });
const MIRA = { ...MARA, firstName: 'Mira' };
const newcomer = () => hire({ employeeId: 'E2', attributes: MIRA });

/** E1 has left, E2 came under the same address and waits. */
async function reused(hooks: Hooks = {}): Promise<TestWorld> {
  const world = await armedWorld({ hooks });
  await world.tell(hire());
  await world.tell(leave());
  await world.tell(newcomer());
  expect(world.published.at(-1)).toMatchObject({ result: 'held', code: 'EMAIL_REUSED' });
  return world;
}
const free = (world: TestWorld, who = 'hr:E2', address: string = MARA.email) => {
  const typed = given(['free', who, address]);
  return { typed, done: alias.run(targetOf(world), typed) };
};

describe('alias free', () => {
  test('gives the address to whom it belongs now, who has an account in the same moment, with a receipt that names the decision', async () => {
    const ledger = new LedgerWatch(() => START);
    const world = await reused(ledger.hooks(() => ledger));
    const { typed, done } = free(world);
    const { data } = await done;
    expect(typed.asked[0]).toMatch(/from {2}Mara Lindt, .*\n +to {4}Mira Lindt, .*\nNo account bears it\./);
    await world.drain();
    expect(world.account(MARA.email)?.formal_name).toBe('Mira Lindt');
    expect(world.published.at(-1)).toMatchObject({ result: 'done', what: 'created', source: 'operator' });
    const { pid } = data as { pid: string };
    expect(await world.receipts(pid)).toMatchObject([{ events: [expect.stringMatching(/^alias:/)] }]);
    for (const who of ['hr:E1', 'hr:E2'])
      expect((await events.run(targetOf(world), given([who]))).text).toMatch(/test:operator +alias free/);
    expect(ledger.broken).toEqual([]);
  });

  test('the former holder is not searched by it any more: whatever is still said of them leaves the new account alone', async () => {
    const world = await reused();
    await free(world).done;
    await world.drain();
    const { guid } = world.account(MARA.email) ?? {};
    world.clock.advance(DAY);
    const later = START + DAY;
    await world.tell(leave({ said: later, from: later, employment: 'ended-now', attributes: { email: MARA.email } }));
    await world.tell(leave({ said: later + 1, from: later, employment: 'ended-now', attributes: {} }));
    await world.pass(DAY);
    expect(world.account(MARA.email)?.guid).toBe(guid);
    expect(world.writes()).toEqual(['POST', 'DELETE', 'POST']);
  });

  test('takes the address from whom it is kept of by its hash alone, too', async () => {
    const sources = { hr: { kind: 'hibob' as const, secret: 'hr-webhook', fetch: { secret: 'hr-api' } } };
    const world = await armedWorld({ config: { sources } });
    await world.tell(hire({ attributes: { ...MARA, department: 'Warehouse' } }));
    world.clock.advance(1000);
    await world.tell(newcomer());
    await free(world).done;
    await world.drain();
    expect(world.account(MARA.email)?.formal_name).toBe('Mira Lindt');
    await world.tell(leave());
    expect(world.published.at(-1)).toMatchObject({ result: 'no-op', code: 'ALREADY_GONE' });
    expect(world.account(MARA.email)).toBeDefined();
  });

  test('is refused while the account of the former holder bears it, and asks nothing', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    await world.tell(newcomer());
    const { typed, done } = free(world);
    await expect(done).rejects.toMatchObject({ code: 'ADDRESS_IN_USE' });
    expect(typed.asked).toEqual([]);
  });

  test('shows an account that somebody else made under it meanwhile: it becomes the new holder’s', async () => {
    const world = await reused();
    world.core.create({ email: MARA.email, formal_name: 'Mira Lindt' });
    const { typed, done } = free(world);
    await done;
    expect(typed.asked[0]).toMatch(/An account bears it: e-mail mara\.lindt@example\.com, name Mira Lindt/);
    await world.drain();
    expect(world.writes()).toEqual(['POST', 'DELETE']);
    expect((await world.people()).find(({ guid }) => guid !== undefined)?.facts['hr']?.employeeId?.[0]?.value).toBe(
      'E2',
    );
  });

  test.each([
    ['the holder', 'hr:E1', MARA.email, 'theirs already'],
    ['an address that no source gives them', 'hr:E2', 'other@example.com', 'No source says'],
  ])('is refused for %s', async (_, who, address, says) => {
    const world = await reused();
    await expect(free(world, who, address).done).rejects.toThrow(says);
  });

  test('killed after any write and given again, it comes to the same end', async () => {
    for (let writes = 1; writes <= 5; writes++) {
      const world = await reused();
      const target = targetOf(world);
      let left = writes;
      const store = {
        ...target.store,
        put: (...put: Parameters<typeof target.store.put>) =>
          (left -= 1) < 0 ? Promise.reject(new Error('killed')) : target.store.put(...put),
      };
      await alias.run({ ...target, store }, given(['free', 'hr:E2', MARA.email])).catch(() => undefined); // killed
      await alias.run(target, given(['free', 'hr:E2', MARA.email])).catch(() => undefined); // done already, where the kill came last
      await world.drain();
      await world.pass(DAY);
      expect(world.account(MARA.email)?.formal_name).toBe('Mira Lindt');
      expect(world.writes()).toEqual(['POST', 'DELETE', 'POST']);
    }
  });
});
