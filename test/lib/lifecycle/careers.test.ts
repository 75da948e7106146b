import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { ConfigInput } from '../../../lib/config/schema.ts';
import type { LifecycleEvent } from '../../../lib/lifecycle/event.ts';
import { DAY, HOUR } from '../../../lib/time.ts';
import { armedWorld, eventWith, MARA, START, TEST_CONFIG, type TestWorld } from '../../support/world.ts';

const TICKETS: Partial<ConfigInput> = {
  sources: { ...TEST_CONFIG.sources, tickets: { kind: 'standard-webhooks', secret: 'tickets', employment: false } },
};
type Overrides = Partial<LifecycleEvent>;
const day = (n: number): number => START + n * DAY;
/** Said on one day, holding from another. */
const on = (said: number, from = said): Overrides => ({ said: day(said), from: day(from) });
const hr = (kind: LifecycleEvent['kind'], overrides: Overrides) => eventWith({ kind, attributes: MARA, ...overrides });
const contractors = (kind: LifecycleEvent['kind'], overrides: Overrides) =>
  hr(kind, { source: 'contractors', employeeId: 'C7', ...overrides });
const ticket = (kind: LifecycleEvent['kind'], overrides: Overrides = {}) =>
  hr(kind, { source: 'tickets', employeeId: 'T1', ...overrides });
const results = (world: TestWorld) => world.published.map(({ result, what, code }) => `${result} ${what ?? code}`);

/** Tells each event on the day on which it was said, and the rest in between by the sweeper. */
async function live(events: LifecycleEvent[], until: number, config: Partial<ConfigInput> = {}): Promise<TestWorld> {
  const world = await armedWorld({ config });
  for (const event of events) {
    await world.pass(Math.max(0, event.said - world.clock.now()));
    await world.tell(event);
  }
  await world.pass(day(until) - world.clock.now());
  return world;
}

const { employeeId: _none, ...unnumbered } = ticket('joiner', on(2));

describe('a ticket, whose source says nothing of employment,', () => {
  test.each([
    ['a hire', ticket('joiner', on(2))],
    ['a change that says active', ticket('mover', { ...on(2), employment: 'active' })],
    ['a return', ticket('mover', { ...on(2), employment: 'resumed' })],
    [
      'a change of department',
      ticket('mover', { ...on(2), attributes: { email: MARA.email, department: 'Security' } }),
    ],
    ['a hire by the address alone', unnumbered],
  ])('gives no access to somebody whom HR has terminated: %s', async (_what, event) => {
    const world = await live([hr('joiner', on(0)), hr('leaver', on(1)), event], 5, TICKETS);
    expect(results(world)).toEqual(['done created', 'done removed', 'no-op ALREADY_GONE']);
    expect(world.account(MARA.email)).toBeUndefined();
  });

  test('does not give back what a termination restricted', async () => {
    const offboarding = { mode: 'restrict', parkingGroup: 'No Companies' } as const;
    const config = { ...TICKETS, offboarding };
    const asked = ticket('joiner', { ...on(2), attributes: { ...MARA, department: 'Security' } });
    const world = await live([hr('joiner', on(0)), hr('leaver', on(1)), asked], 5, config);
    expect(world.account(MARA.email)).toMatchObject({ roles: ['customer_user'] });
    expect(world.writes()).toEqual(['POST', 'PATCH']);
  });

  test('makes no account for somebody of whom no HR system knows, and ends nobody', async () => {
    const world = await live([ticket('joiner', on(0))], 1, TICKETS);
    expect(world.published).toMatchObject([{ result: 'held', code: 'MISSING', names: ['employment'] }]);
    await world.tell(hr('joiner', on(1)));
    await world.tell(ticket('leaver', { ...on(1), employment: 'ended-now' }));
    expect(world.account(MARA.email)).toBeDefined();
  });
});

describe('a contractor who becomes an employee', () => {
  const engaged = contractors('joiner', on(0));
  test.each<[string, LifecycleEvent[], string[]]>([
    ['hired first, then let go there', [engaged, hr('joiner', on(5)), contractors('leaver', on(6))], ['POST']],
    ['let go there on the day of the hire', [engaged, hr('joiner', on(2, 6)), contractors('leaver', on(6))], ['POST']],
    [
      'whose contract ends on a day ahead, before which comes the hire',
      [engaged, contractors('leaver', on(1, 6)), hr('joiner', on(5))],
      ['POST'],
    ],
    [
      'whose hire is known ahead, of the day of the end',
      [engaged, contractors('leaver', on(1, 6)), hr('joiner', on(2, 6))],
      ['POST'],
    ],
    [
      'whose contract is prolonged into the new employment',
      [engaged, contractors('leaver', on(1, 4)), contractors('leaver', on(2, 8)), hr('joiner', on(5))],
      ['POST'],
    ],
    [
      'with a gap, in which nobody employs them',
      [engaged, contractors('leaver', on(3)), hr('joiner', on(6))],
      ['POST', 'DELETE', 'POST'],
    ],
    [
      'with a gap and the hire known before: a hire ahead is none yet',
      [engaged, hr('joiner', on(1, 6)), contractors('leaver', on(3))],
      ['POST', 'DELETE', 'POST'],
    ],
  ])('%s', async (_how, events, writes) => {
    const world = await live(events, 10);
    expect(world.writes()).toEqual(writes);
    expect(world.account(MARA.email)).toBeDefined();
    expect(world.core.record.coexisted()).toEqual([]);
    expect(await world.people()).toMatchObject([{ open: [] }]);
  });

  test('and is ended involuntarily by the one who has no say any more, is ended all the same', async () => {
    const events = [engaged, hr('joiner', on(1)), contractors('leaver', { ...on(2), employment: 'ended-now' })];
    expect((await live(events, 3)).account(MARA.email)).toBeUndefined();
  });

  test('keeps access through every order in which the two systems tell of it on one day', async () => {
    const told = [
      contractors('joiner', on(-9)),
      hr('joiner', on(-3)),
      contractors('leaver', on(-2)),
      hr('mover', { ...on(-1), attributes: { email: MARA.email, department: 'Security' } }),
      contractors('mover', { ...on(-1), attributes: { email: MARA.email, department: 'Vendor Risk' } }),
    ];
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(told, { minLength: 5 }), async (events) => {
        const world = await live(events, 1);
        expect(world.account(MARA.email)).toMatchObject({ roles: ['customer_group_admin'] });
      }),
      { seed: 5, numRuns: 20 },
    );
  });
});

describe('partial events', () => {
  test('a late change of one attribute is true although a later change of another was worked off before', async () => {
    const older = hr('mover', { said: day(0) + HOUR, from: day(0) + HOUR, attributes: { department: 'Security' } });
    const newer = hr('mover', { ...on(1), attributes: { lastName: 'Berg' } });
    const world = await live([hr('joiner', on(0)), newer, older], 2);
    expect(world.account(MARA.email)).toMatchObject({ roles: ['customer_group_admin'], formal_name: 'Mara Berg' });
  });

  test('what is left out stays as it was; null is known to be none', async () => {
    const blank = hr('mover', { ...on(1), attributes: { department: null } });
    const world = await live([hr('joiner', on(0)), hr('mover', { ...on(0.5), attributes: {} }), blank], 2);
    expect(results(world)).toEqual(['done created', 'no-op AS_IS', 'no-op NO_RULE']);
  });
});

describe('a mover said after a termination that lies ahead', () => {
  test('changes the account until then, and calls nothing off', async () => {
    const leaver = hr('leaver', on(1, 10));
    const mover = hr('mover', { ...on(5), attributes: { department: 'Security' } });
    const world = await live([hr('joiner', on(0)), leaver, mover], 9);
    expect(world.account(MARA.email)).toMatchObject({ roles: ['customer_group_admin'] });
    await world.pass(2 * DAY);
    expect(world.account(MARA.email)).toBeUndefined();
  });

  test('of the very day of the end ends with it', async () => {
    const mover = hr('mover', { ...on(5, 10), attributes: { department: 'Security' } });
    const world = await live([hr('joiner', on(0)), hr('leaver', on(1, 10)), mover], 11);
    expect(world.writes()).toEqual(['POST', 'DELETE']);
  });
});

describe('a mover whom no rule matches any more', () => {
  const moved = hr('mover', { ...on(1), attributes: { department: 'Warehouse' } });
  const two = { mode: 'restrict-then-delete', parkingGroup: 'No Companies', graceDays: 2 } as const;
  const rules = TEST_CONFIG.policy?.rules ?? [];
  test.each([
    ['keep', 2, { roles: ['customer_group_admin'] }, ['POST']],
    ['restrict', 2, { roles: ['customer_user'], group: '0a11c0de-0000-4000-8000-000000000002' }, ['POST', 'PATCH']],
    ['restrict', 90, { roles: ['customer_user'] }, ['POST', 'PATCH']],
    ['offboard', 2, { roles: ['customer_user'] }, ['POST', 'PATCH']],
    ['offboard', 5, undefined, ['POST', 'PATCH', 'DELETE']],
  ] as const)('is treated as configured: %s, after %i days', async (noMatch, until, expected, writes) => {
    const hired = hr('joiner', { ...on(0), attributes: { ...MARA, department: 'Security' } });
    const world = await live([hired, moved], until, { offboarding: two, policy: { rules, noMatch } });
    if (expected === undefined) expect(world.account(MARA.email)).toBeUndefined();
    else expect(world.account(MARA.email)).toMatchObject(expected);
    expect(world.writes()).toEqual(writes);
  });

  test('and then by one again has what it gives', async () => {
    const back = hr('mover', { ...on(3), attributes: { department: 'Security' } });
    const policy = { rules, noMatch: 'restrict' } as const;
    const world = await live([hr('joiner', on(0)), moved, back], 4, { offboarding: two, policy });
    expect(world.account(MARA.email)).toMatchObject({ roles: ['customer_group_admin'] });
  });
});

describe('a rehire', () => {
  const TWO_STEPS = { mode: 'restrict-then-delete', parkingGroup: 'No Companies', graceDays: 30 } as const;

  test('within the grace time has the same account again, and nothing of the end is left', async () => {
    const events = [hr('joiner', on(0)), hr('leaver', on(1)), hr('joiner', on(10))];
    const world = await live(events, 60, { offboarding: TWO_STEPS });
    expect(world.writes()).toEqual(['POST', 'PATCH', 'PATCH']);
    expect((await world.people())[0]).not.toHaveProperty('restrictedAt');
  });

  test('under a new number and the old address is held: whether it is the same person only a person knows', async () => {
    const world = await live(
      [hr('joiner', on(0)), hr('leaver', on(1)), hr('joiner', { ...on(9), employeeId: 'E2' })],
      10,
    );
    expect(results(world).at(-1)).toBe('held EMAIL_REUSED');
  });
});
