import { describe, expect, test } from '@jest/globals';
import type { ConfigInput } from '../../../lib/config/schema.ts';
import type { LifecycleEvent } from '../../../lib/lifecycle/event.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/time.ts';
import { armedWorld, eventWith, MARA, START, type TestWorld, type WorldOptions } from '../../support/world.ts';

const SECURITY = { ...MARA, department: 'Security' };
const PARKED = { roles: ['customer_user'], group: '0a11c0de-0000-4000-8000-000000000002' };
const GRANTED = { roles: ['customer_group_admin'], group: '0a11c0de-0000-4000-8000-000000000005' };
const EUROPE = '0a11c0de-0000-4000-8000-000000000004';

const hire = (overrides: Partial<LifecycleEvent> = {}) =>
  eventWith({ kind: 'joiner', attributes: SECURITY, ...overrides });
const says = (employment: 'active' | 'suspended' | 'resumed', days = 0, overrides: Partial<LifecycleEvent> = {}) =>
  eventWith({ kind: 'mover', said: START + days * DAY, from: START + days * DAY, employment, ...overrides });
const at = (days: number) => ({ said: START + days * DAY, from: START + days * DAY });
const leave = (days = 0) => eventWith({ kind: 'leaver', said: START + days * DAY, from: START + days * DAY });
const results = (world: TestWorld) =>
  world.published.map(({ result, what, code }) => [result, what, code].filter(Boolean).join(' '));
const restricting = (config: Partial<ConfigInput> = {}, options: WorldOptions = {}) =>
  armedWorld({ ...options, config: { leaveOfAbsence: 'restrict', ...config } });
const features = (world: TestWorld) =>
  (world.account(MARA.email)?.features ?? []).filter(({ value }) => value !== false).map(({ slug }) => slug);
const TWO_STEPS = { mode: 'restrict-then-delete', parkingGroup: 'No Companies', graceDays: 2 } as const;

/** One after the other: what may take access away overtakes what waits beside it. */
async function inTurn(world: TestWorld, ...events: LifecycleEvent[]): Promise<void> {
  for (const event of events) await world.tell(event);
}

/** Passes to that day, then tells. */
async function on(world: TestWorld, day: number, event: LifecycleEvent): Promise<void> {
  await world.pass(START + day * DAY - world.clock.now());
  await world.tell(event);
}

describe('a leave of absence where nothing is configured', () => {
  test('changes nothing: most people on leave keep what they have', async () => {
    const world = await armedWorld();
    await inTurn(world, hire(), says('suspended'));
    expect(world.account(MARA.email)).toMatchObject(GRANTED);
    expect(results(world)).toEqual(['done created RULE', 'no-op AS_IS']);
  });

  test.each(['keep', 'restrict'] as const)(
    'and with %s makes no account, which comes with the return',
    async (leaveOfAbsence) => {
      const world = await armedWorld({ config: { leaveOfAbsence } });
      await world.tell(says('suspended', 0, { attributes: SECURITY }));
      expect(world.writes()).toEqual([]);
      await on(world, 30, says('resumed', 30));
      expect(world.account(MARA.email)).toMatchObject(GRANTED);
      expect(results(world).at(-1)).toBe('done created RULE');
    },
  );
});

describe('a leave of absence that restricts', () => {
  test.each(['delete', 'restrict', 'restrict-then-delete'] as const)(
    'is no end, also where the mode is %s: the account stays, however long it takes, and comes back by the rules',
    async (mode) => {
      const world = await restricting({ offboarding: { ...TWO_STEPS, mode } });
      await inTurn(world, hire(), says('suspended'));
      expect(results(world)).toEqual(['done created RULE', 'done restricted ON_LEAVE']);
      expect(world.account(MARA.email)).toMatchObject(PARKED);
      expect(features(world)).toEqual([]);
      await on(world, 200, says('resumed', 200));
      expect(world.account(MARA.email)).toMatchObject(GRANTED);
      expect(features(world)).toEqual(['wfh-ro']);
      expect(world.writes()).toEqual(['POST', 'PATCH', 'PATCH']);
      expect(results(world).at(-1)).toBe('done changed RULE');
      expect((await world.people())[0]).not.toHaveProperty('beforeLeave');
    },
  );

  test('is announced for a day and called off before it', async () => {
    const world = await restricting();
    const planned = says('suspended', 0, { from: START + 10 * DAY });
    await inTurn(world, hire(), planned);
    await on(world, 5, says('resumed', 5));
    await world.pass(10 * DAY);
    expect(world.writes()).toEqual(['POST']);
    expect(world.published.map(({ received }) => received)).toContain(planned.received);
  });

  test('goes the urgent way, since whoever is under investigation must not wait behind joiners', async () => {
    const world = await restricting();
    await world.tell(hire());
    world.accept(says('suspended'));
    expect(world.queues.urgent).toHaveLength(1);
    await world.drain();
    await inTurn(world, says('resumed'), says('suspended', 0, { from: START + DAY }), says('resumed'));
    expect((await world.people())[0]).toMatchObject({ lane: 'urgent' });
  });

  test('gives back what no rule speaks of, and what the new department has where somebody moved meanwhile', async () => {
    const world = await restricting();
    await world.tell(hire());
    const { guid = '' } = world.account(MARA.email) ?? {};
    const given = [
      { slug: 'wfh-ro', value: true, can_update: true },
      { slug: 'fq-access', value: true, can_update: true },
    ];
    world.core.edit(guid, { features: given, is_available_for_contact: true });
    await world.tell(says('suspended'));
    expect(features(world)).toEqual([]);
    await world.tell(
      eventWith({ kind: 'mover', said: START + 1, from: START, attributes: { department: 'Vendor Risk' } }),
    );
    await on(world, 9, says('resumed', 9));
    expect(world.account(MARA.email)).toMatchObject({
      roles: ['customer_user'],
      group: '0a11c0de-0000-4000-8000-000000000003',
      is_available_for_contact: true,
    });
    expect(features(world)).toEqual(['fq-access']);
  });

  test('gives an account from before us all it had, and it stays one from before us', async () => {
    const world = await restricting();
    const had = {
      roles: ['customer_portfolio_manager'],
      group: EUROPE,
      features: [{ slug: 'fq-access', value: true, can_update: true }],
    };
    world.core.create({ email: MARA.email, formal_name: 'Mara Lindt', ...had });
    await inTurn(world, hire(), says('suspended'));
    expect(world.account(MARA.email)).toMatchObject(PARKED);
    await on(world, 9, says('resumed', 9));
    expect(world.account(MARA.email)).toMatchObject({ roles: had.roles, group: EUROPE });
    expect(features(world)).toEqual(['fq-access']);
    expect(results(world)).toEqual(['no-op ADOPTED', 'done restricted ON_LEAVE', 'done changed BACK']);
    await on(
      world,
      10,
      eventWith({ kind: 'mover', said: START + 10 * DAY, from: START, attributes: { jobTitle: 'Lead' } }),
    );
    expect(world.account(MARA.email)).toMatchObject({ roles: had.roles });
    expect(results(world).at(-1)).toBe('no-op ADOPTED');
  });

  test.each([
    ['keep', GRANTED, 'done changed BACK'],
    ['restrict', PARKED, 'no-op AS_IS'],
  ] as const)(
    'gives whom no rule matches any more what they had, where noMatch says so: %s',
    async (noMatch, expected, outcome) => {
      const rules = [
        {
          name: 'security',
          when: { department: 'Security' },
          grant: { role: 'customer_group_admin', group: 'Security' },
        },
      ];
      const world = await restricting({ policy: { rules, noMatch } });
      await inTurn(world, hire(), says('suspended'));
      await on(world, 9, says('resumed', 9, { attributes: { department: 'Warehouse' } }));
      expect(world.account(MARA.email)).toMatchObject(expected);
      expect(results(world).at(-1)).toBe(outcome);
    },
  );

  test('gives an account from before us back also where a rule cannot be decided: none ever gave it', async () => {
    const world = await restricting();
    world.core.create({
      email: MARA.email,
      formal_name: 'Mara Lindt',
      roles: ['customer_portfolio_manager'],
      group: EUROPE,
    });
    await inTurn(world, hire(), says('suspended'));
    await on(world, 9, says('resumed', 9, { attributes: { department: null } }));
    expect(world.account(MARA.email)).toMatchObject({ roles: ['customer_portfolio_manager'], group: EUROPE });
  });

  test('of somebody with roles side by side is held on return, until a person gave back what the API cannot', async () => {
    const world = await restricting();
    const roles = ['customer_portfolio_manager', 'vrm_user'];
    const { guid } = world.core.create({ email: MARA.email, formal_name: 'Mara Lindt', roles, group: EUROPE });
    await inTurn(world, hire(), says('suspended'));
    await on(world, 9, says('resumed', 9));
    expect(world.published.at(-1)).toMatchObject({ result: 'held', code: 'SEVERAL_ROLES', names: ['vrm_user'] });
    expect(world.account(MARA.email)).toMatchObject(PARKED);
    world.core.edit(guid, { roles: ['customer_user', 'vrm_user'] });
    await on(world, 10, says('resumed', 10));
    expect(world.account(MARA.email)).toMatchObject({ group: EUROPE });
    expect(world.account(MARA.email)?.roles).toContain('customer_portfolio_manager');
  });

  test('remembers what was there although the answer was lost and the account was found restricted already', async () => {
    const world = await restricting();
    await world.tell(hire());
    const guid = world.account(MARA.email)?.guid ?? '';
    world.core.faults.set([{ kind: 'reset', method: 'PATCH', when: 'before', times: 1 }]);
    await world.tell(says('suspended'));
    // the request arrives in the end, after it was given up
    world.core.edit(guid, { ...PARKED, features: [], is_available_for_contact: false });
    await world.pass(HOUR);
    const rules = { department: 'Warehouse' };
    await on(world, 9, says('resumed', 9, { attributes: rules }));
    expect(world.account(MARA.email)).toMatchObject(GRANTED);
  });

  test('remembers what was there before it, and not what somebody gave in its midst', async () => {
    const world = await restricting();
    await inTurn(world, hire(), says('suspended'));
    world.core.edit(world.account(MARA.email)?.guid ?? '', { roles: ['customer_portfolio_manager'], group: EUROPE });
    await on(world, 1, eventWith({ kind: 'mover', ...at(1), attributes: { department: 'Warehouse' } }));
    expect(world.account(MARA.email)).toMatchObject(PARKED);
    await on(world, 9, says('resumed', 9));
    expect(world.account(MARA.email)).toMatchObject(GRANTED);
  });

  test('ends with a termination as usual, whose grace begins then and not with the leave', async () => {
    const world = await restricting({ offboarding: TWO_STEPS });
    await inTurn(world, hire(), says('suspended'));
    await on(world, 30, leave(30));
    expect(world.account(MARA.email)).toMatchObject(PARKED);
    await world.pass(2 * DAY - HOUR);
    expect(world.account(MARA.email)).toBeDefined();
    await world.pass(2 * HOUR);
    expect(world.account(MARA.email)).toBeUndefined();
  });

  test('of somebody who was terminated brings nobody back, neither when it begins nor when it ends', async () => {
    const world = await restricting();
    await inTurn(world, hire(), leave());
    await on(world, 1, says('suspended', 1));
    await on(world, 2, says('resumed', 2));
    expect(world.writes()).toEqual(['POST', 'DELETE']);
    await on(world, 3, hire({ said: START + 3 * DAY, from: START + 3 * DAY }));
    expect(world.account(MARA.email)).toMatchObject(GRANTED);
  });
});

const ended = (daysBack: number, overrides: Partial<LifecycleEvent> = {}) =>
  eventWith({ kind: 'leaver', said: START, from: START - daysBack * DAY, ...overrides });

describe('an end that lies long back when it is said', () => {
  const longAgo = START - 2000 * DAY;
  const employed = () => hire({ said: longAgo, from: longAgo });

  test('is carried out up to the day that the configuration names', async () => {
    const world = await armedWorld();
    await inTurn(world, employed(), ended(90));
    expect(results(world).at(-1)).toBe('done removed LEFT');
  });

  test('is no news where the same end was said in time', async () => {
    const world = await armedWorld({ config: { offboarding: TWO_STEPS } });
    await inTurn(world, employed(), ended(300, { said: START - 300 * DAY }));
    await world.tell(ended(300));
    await world.pass(3 * DAY);
    expect(world.account(MARA.email)).toBeUndefined();
    expect(results(world)).not.toContain('held OLD_END');
  });

  test('counts again when it is said as involuntary, and is forgotten when the newer hire is said', async () => {
    const world = await armedWorld();
    await inTurn(world, employed(), ended(91));
    expect(world.published.at(-1)).toMatchObject({ result: 'held', code: 'OLD_END' });
    await world.pass(MINUTE);
    await world.tell(hire({ said: START + 1, from: START - 60 * DAY }));
    expect(results(world).at(-1)).toBe('no-op AS_IS');
    await world.pass(MINUTE);
    await world.tell(ended(50, { said: START + MINUTE, employment: 'ended-now' }));
    expect(world.account(MARA.email)).toBeUndefined();
  });
});
