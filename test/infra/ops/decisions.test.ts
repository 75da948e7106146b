import { describe, expect, test } from '@jest/globals';
import type { Command } from '../../../infra/ops/frame/command.ts';
import { command as end } from '../../../infra/ops/end.ts';
import { command as events } from '../../../infra/ops/events.ts';
import { command as grant } from '../../../infra/ops/grant.ts';
import { command as keep } from '../../../infra/ops/keep.ts';
import { command as release } from '../../../infra/ops/release.ts';
import { command as reject } from '../../../infra/ops/reject.ts';
import { command as revert } from '../../../infra/ops/revert.ts';
import { command as show } from '../../../infra/ops/show.ts';
import { command as stop } from '../../../infra/ops/stop.ts';
import type { ConfigInput } from '../../../lib/config/schema.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/time.ts';
import { given, targetOf } from '../../support/target.ts';
import { armedWorld, eventWith, MARA, START, type TestWorld } from '../../support/world.ts';

const hire = (n = 1) => eventWith({ kind: 'joiner', employeeId: `E${n}`, attributes: { ...MARA, email: emailOf(n) } });
const emailOf = (n = 1): string => `person.${n}@example.com`;
const leave = (n = 1, hours = 0) =>
  eventWith({ kind: 'leaver', employeeId: `E${n}`, said: START + hours * HOUR, from: START + hours * HOUR });
async function command(world: TestWorld, what: Command, args: string[], options = {}) {
  const asked = given(args, options);
  const report = await what.run(targetOf(world), asked);
  await world.drain();
  return { ...report, asked: asked.asked.join('\n') };
}
const RESTRICT: Partial<ConfigInput> = { offboarding: { mode: 'restrict', parkingGroup: 'No Companies' } };
const GRANTED = '0a11c0de-0000-4000-8000-000000000003';
const PARKED = '0a11c0de-0000-4000-8000-000000000002';
const rolesOf = (world: TestWorld) => world.account(emailOf())?.roles;

describe('a decision over one person', () => {
  test('keeps whom HR has ended until HR says something new, or until a day', async () => {
    const world = await armedWorld({ config: RESTRICT });
    await world.tell(hire());
    await world.tell(leave());
    expect(world.account(emailOf())?.group).toBe(PARKED);
    world.clock.advance(MINUTE);
    await command(world, keep, [emailOf()], { until: '2026-11-30' });
    expect(world.account(emailOf())?.group).toBe(GRANTED);
    await world.pass(9 * DAY);
    expect(world.account(emailOf())?.group).toBe(PARKED);
  });

  test('ends whom HR still employs', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    await command(world, end, ['hr:E1']);
    expect(world.account(emailOf())).toBeUndefined();
    expect(world.published.at(-1)).toMatchObject({ result: 'done', what: 'removed', source: 'operator' });
  });

  test('is over when another HR system that nobody had heard of then hires them', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    await command(world, end, ['hr:E1']);
    world.clock.advance(HOUR);
    const again = { said: START + HOUR, from: START + HOUR, source: 'contractors', employeeId: 'C1' };
    await world.tell(eventWith({ kind: 'joiner', attributes: { ...MARA, email: emailOf() }, ...again }));
    expect(world.published.at(-1)).toMatchObject({ result: 'done', what: 'created' });
  });

  test('gives a role that no rule gives, and takes it back', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    await command(world, grant, [emailOf()], { role: 'customer_portfolio_manager', group: 'Security' });
    expect(rolesOf(world)).toEqual(['customer_portfolio_manager']);
    world.clock.advance(MINUTE);
    await command(world, grant, [emailOf()], { none: true });
    expect(rolesOf(world)).toEqual(['customer_user']);
  });

  test.each([
    ['nobody by that name', ['nobody@example.com'], {}, 'PERSON_UNKNOWN'],
    ['a day that is over', [emailOf()], { until: '2026-01-01' }, 'ARGUMENT_INVALID'],
    ['no day at all', [emailOf()], { until: 'tomorrow' }, 'ARGUMENT_INVALID'],
  ])('is refused for %s, and changes nothing', async (_title, args, options, code) => {
    const world = await armedWorld();
    await world.tell(hire());
    await expect(command(world, keep, args, options)).rejects.toMatchObject({ code });
    expect(world.queues.normal).toEqual([]);
    expect(await world.store.query('D')).toEqual([]);
  });
});

const receiptOf = async (world: TestWorld, kind: string): Promise<string> => {
  const [person] = await world.people();
  const receipts = await world.receipts(person?.pid ?? '');
  return `${person?.pid}/${receipts.findLast((receipt) => receipt.kind === kind)?.seq}`;
};

describe('revert', () => {
  test('of a creation ends the account as a leaver’s', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    await command(world, revert, [await receiptOf(world, 'create')]);
    expect(world.account(emailOf())).toBeUndefined();
  });

  test('of a change gives the access of before', async () => {
    const world = await armedWorld();
    await world.tell(
      hire(),
      eventWith({ kind: 'mover', said: START, from: START, attributes: { department: 'Security' } }),
    );
    expect(rolesOf(world)).toEqual(['customer_group_admin']);
    world.clock.advance(MINUTE);
    await command(world, revert, [await receiptOf(world, 'update')]);
    expect(world.account(emailOf())).toMatchObject({ roles: ['customer_user'] });
    expect(world.account(emailOf())?.group).toBe(GRANTED);
  });

  test('of a restriction gives everything back, although HR still says that the person left', async () => {
    const world = await armedWorld({ config: RESTRICT });
    await world.tell(hire());
    await world.tell(leave());
    world.clock.advance(MINUTE);
    await command(world, revert, [await receiptOf(world, 'restrict')]);
    expect(world.account(emailOf())?.group).toBe(GRANTED);
    await world.tell(leave(1, 0));
    expect(world.account(emailOf())?.group).toBe(GRANTED);
  });

  test('of a restriction shows groups by their names, also before it is carried out', async () => {
    const world = await armedWorld({ config: RESTRICT });
    await world.tell(hire());
    await world.tell(leave());
    world.clock.advance(MINUTE);
    await stop.run(targetOf(world), given([]));
    await command(world, revert, [await receiptOf(world, 'restrict')]);
    const shown = await show.run(targetOf(world), given([emailOf()]));
    expect(shown.text).toMatch(/should be +role customer_user, group Vendor Risk;/);
    expect(shown.text).toMatch(/to be done +update: .*group No Companies → Vendor Risk/);
    const { text } = await events.run(targetOf(world), given([emailOf()]));
    expect(text).toContain('access role customer_user, group Vendor Risk');
    expect(`${shown.text}${text}`).not.toContain(GRANTED);
  });

  test('of a removal says beforehand what does not come back, and makes a new account', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    const guid = world.account(emailOf())?.guid;
    await world.tell(leave());
    world.clock.advance(MINUTE);
    const { asked } = await command(world, revert, [await receiptOf(world, 'delete')]);
    expect(asked).toContain('A deleted account does not come back');
    expect(world.account(emailOf())).toMatchObject({ roles: ['customer_user'] });
    expect(world.account(emailOf())?.guid).not.toBe(guid);
  });

  test('of a batch undoes what its approval did, and nothing that went before it', async () => {
    const world = await armedWorld({ config: { ...RESTRICT, fuse: { offboardings: { hour: { count: 1 } } } } });
    await world.tell(hire(1), hire(2), hire(3));
    await world.tell(leave(1), leave(2), leave(3));
    const [batch = ''] = world.published.at(-1)?.names ?? [];
    await command(world, release, [batch]);
    await world.pass(10 * MINUTE);
    const groups = () => [1, 2, 3].map((n) => world.account(emailOf(n))?.group);
    expect(groups()).toEqual([PARKED, PARKED, PARKED]);
    await command(world, revert, [batch]);
    expect(groups()).toEqual([PARKED, GRANTED, GRANTED]);
  });

  test('of nothing is refused', async () => {
    const world = await armedWorld();
    await expect(command(world, revert, ['nix/1'])).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  });
});

test('a rejected batch is asked about once, and what was decided stands in the ledger without names', async () => {
  const world = await armedWorld({ config: { fuse: { offboardings: { hour: { count: 0 } } } } });
  await world.tell(hire());
  await world.tell(leave());
  const [batch = ''] = world.published.at(-1)?.names ?? [];
  const { asked } = await command(world, reject, [batch]);
  expect(asked).toContain(emailOf());
  await expect(command(world, reject, [batch])).rejects.toMatchObject({ code: 'BATCH_CLOSED' });
  const decisions = await world.store.query('D');
  expect(decisions).toMatchObject([{ what: 'batch rejected', who: 'test:operator', about: { batch, people: 1 } }]);
  expect(JSON.stringify(decisions)).not.toContain('@');
});

test('where two people have to release, one alone cannot, and only what both saw is carried out', async () => {
  const world = await armedWorld({ config: { fuse: { secondPerson: true, offboardings: { hour: { count: 0 } } } } });
  await world.tell(hire(1), hire(2));
  await world.tell(leave(1));
  const [batch = ''] = world.published.at(-1)?.names ?? [];
  const releasedBy = async (who: string) => {
    const { text } = await release.run({ ...targetOf(world), caller: async () => who }, given([batch]));
    await world.pass(10 * MINUTE);
    return text;
  };
  expect(await releasedBy('one')).toContain('Another person has to release it too');
  expect(await releasedBy('one')).toContain('Another person has to release it too');
  expect(world.account(emailOf(1))).toBeDefined();
  await world.tell(leave(2));
  expect(await releasedBy('two')).toContain('is approved');
  expect(world.account(emailOf(1))).toBeUndefined();
  expect(world.account(emailOf(2))).toBeDefined();
});
