import { describe, expect, test } from '@jest/globals';
import type { ConfigInput } from '../../../lib/config/schema.ts';
import { ConfigSchema } from '../../../lib/config/schema.ts';
import { tellExceptions } from '../../../lib/lifecycle/exceptions.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/time.ts';
import { createMemoryLanes } from '../../support/memory/lanes.ts';
import { armedWorld, eventWith, MARA, START, TEST_CONFIG, type TestWorld } from '../../support/world.ts';

type Exceptions = NonNullable<ConfigInput['exceptions']>;
const AUDITOR = 'auditor@partner.example.com';
const entry = (more: Partial<Exceptions[number]> = {}) => ({
  email: AUDITOR,
  why: 'yearly audit',
  owner: 'ciso@example.com',
  until: '2026-11-30',
  ...more,
});
const access = { role: 'customer_user', group: 'Security' };
/** The sweeper's minute under a configuration with these exceptions. */
async function minute(world: TestWorld, exceptions: Exceptions, hooks = {}): Promise<void> {
  const { store, queues, clock, telemetry } = world;
  const config = ConfigSchema.parse({ ...TEST_CONFIG, exceptions });
  await tellExceptions({ store, lanes: createMemoryLanes({ queues, ...hooks }), clock, telemetry, config });
  await world.drain();
}
const LAST = Date.UTC(2026, 11, 1);

describe('an exception', () => {
  test('of somebody who has an account leaves it as it is, and is a leaver after its last day', async () => {
    const world = await armedWorld();
    world.core.create({ email: AUDITOR, roles: ['customer_portfolio_manager'] });
    await minute(world, [entry()]);
    await world.pass(LAST - START - HOUR);
    expect(world.account(AUDITOR)?.roles).toEqual(['customer_portfolio_manager']);
    expect(world.writes()).toEqual([]);
    await world.pass(2 * HOUR);
    expect(world.account(AUDITOR)).toBeUndefined();
    expect(world.published.at(-1)).toMatchObject({ result: 'done', what: 'removed', source: 'operator' });
  });

  test('with access makes the account, keeps it so, and ends on time', async () => {
    const world = await armedWorld();
    await minute(world, [entry({ access, name: 'An Auditor' })]);
    expect(world.account(AUDITOR)).toMatchObject({ formal_name: 'An Auditor', roles: ['customer_user'] });
    await world.pass(LAST - START + HOUR);
    expect(world.account(AUDITOR)).toBeUndefined();
  });

  test('is told once, also to a ledger that a killed sweeper left half told', async () => {
    const world = await armedWorld();
    await expect(
      minute(world, [entry({ access, name: 'An Auditor' })], {
        after: () => {
          throw new Error('killed');
        },
      }),
    ).rejects.toThrow('killed');
    for (let again = 0; again < 3; again++) await minute(world, [entry({ access, name: 'An Auditor' })]);
    expect(world.writes()).toEqual(['POST']);
    const told = world.published.map(({ received, result }) => `${received.split(':').at(-1)} ${result}`);
    expect(told.filter((line) => line === 'access done')).toHaveLength(1);
  });

  test('that is prolonged before its last day ends on the later one', async () => {
    const world = await armedWorld();
    await minute(world, [entry({ access, name: 'An Auditor' })]);
    await world.pass(DAY);
    await minute(world, [entry({ access, name: 'An Auditor', until: '2026-12-31' })]);
    await world.pass(LAST - START);
    expect(world.account(AUDITOR)).toBeDefined();
    await world.pass(31 * DAY);
    expect(world.account(AUDITOR)).toBeUndefined();
  });

  test('that is taken off the list ends at once', async () => {
    const world = await armedWorld();
    await minute(world, [entry({ access, name: 'An Auditor' }), entry({ email: 'other@partner.example.com' })]);
    world.clock.advance(MINUTE);
    await minute(world, [entry({ email: 'other@partner.example.com' })]);
    expect(world.account(AUDITOR)).toBeUndefined();
  });

  test('that is taken off the list and put back holds again', async () => {
    const world = await armedWorld();
    for (const list of [[entry({ access, name: 'An Auditor' })], [], [entry({ access, name: 'An Auditor' })]]) {
      await minute(world, list);
      expect(world.account(AUDITOR) !== undefined).toBe(list.length > 0);
      world.clock.advance(MINUTE);
    }
    await world.pass(LAST - START + HOUR);
    expect(world.account(AUDITOR)).toBeUndefined();
  });

  test('that is taken off before a sweeper that was killed over it came again ends too', async () => {
    const world = await armedWorld();
    let left = 1;
    const after = () => {
      if (left-- === 0) throw new Error('killed');
    };
    await expect(minute(world, [entry({ access, name: 'An Auditor' })], { after })).rejects.toThrow('killed');
    await world.drain();
    expect(world.account(AUDITOR)).toBeDefined();
    world.clock.advance(MINUTE);
    await minute(world, []);
    expect(world.account(AUDITOR)).toBeUndefined();
  });

  test('leaves no name behind once HR says another', async () => {
    const world = await armedWorld();
    await minute(world, [entry({ email: MARA.email, access, name: 'M. Lindt (audit)' })]);
    await world.tell(eventWith({ kind: 'joiner', attributes: MARA, said: START, from: START }));
    expect(world.account(MARA.email)?.formal_name).toBe('Mara Lindt');
  });

  test('is over as soon as HR knows the person: what HR says goes then', async () => {
    const world = await armedWorld();
    const more = { role: 'customer_portfolio_manager', group: 'Security' };
    await minute(world, [entry({ email: MARA.email, access: more, name: 'Mara Lindt' })]);
    expect(world.account(MARA.email)?.roles).toEqual(['customer_portfolio_manager']);
    await world.tell(eventWith({ kind: 'joiner', attributes: MARA, said: START, from: START }));
    expect(world.account(MARA.email)?.roles).toEqual(['customer_user']);
    await world.pass(LAST - START + HOUR);
    expect(world.account(MARA.email)).toBeDefined();
    await world.tell(eventWith({ kind: 'leaver', said: LAST + HOUR, from: LAST + HOUR }));
    expect(world.account(MARA.email)).toBeUndefined();
  });
});

test('a list that was emptied by mistake is under the fuse like any other mass change', async () => {
  const world = await armedWorld();
  const many = Array.from({ length: 12 }, (_, n) => entry({ email: `auditor.${n}@partner.example.com` }));
  for (const { email } of many) world.core.create({ email });
  await minute(world, many);
  world.clock.advance(MINUTE);
  await minute(world, []);
  expect(world.writes()).toHaveLength(5);
  expect(world.published.at(-1)).toMatchObject({ result: 'held', code: 'FUSE_BLOWN' });
});

test('exceptions that end within three days are counted, for the alarm where nobody did anything about them', async () => {
  const world = await armedWorld();
  await minute(world, [
    entry({ until: '2026-11-25' }),
    entry({ email: 'a@example.com', until: '2026-11-27' }),
    entry({ email: 'b@example.com', until: '2026-11-01' }),
  ]);
  expect(world.telemetry.counts.get('ExceptionsEnding')).toBe(1);
});
