import { describe, expect, test } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { decideBatch, readMembers } from '../../lib/lifecycle/batch.ts';
import type { LifecycleEvent } from '../../lib/lifecycle/event.ts';
import { BatchSchema, keys, WindowsSchema, type Batch } from '../../lib/lifecycle/ledger.ts';
import { DAY, HOUR, MINUTE } from '../../lib/time.ts';
import { WIDE_FUSE } from '../support/wide-fuse.ts';
import { armedWorld, eventWith, MARA, START, type TestWorld } from '../support/world.ts';

const DEFAULTS: ConfigInput['fuse'] = {};
const addressOf = (n: number): string => `person.${n}@example.com`;
const eventOf = (n: number, kind: LifecycleEvent['kind'], overrides: Partial<LifecycleEvent> = {}): LifecycleEvent =>
  eventWith({ kind, employeeId: `E${n}`, attributes: { ...MARA, email: addressOf(n) }, ...overrides });
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** So many people with an account, hired under a fuse that lets everybody in. */
async function staffed(count: number, fuse: ConfigInput['fuse'] = DEFAULTS): Promise<TestWorld> {
  const world = await armedWorld({ config: { fuse: { ...fuse, creations: WIDE_FUSE.creations } } });
  await world.tell(...numbers(count).map((n) => eventOf(n, 'joiner')));
  world.published.length = 0;
  return world;
}
const leaveAll = (world: TestWorld, count: number, source = 'hr') =>
  world.tell(...numbers(count).map((n) => eventOf(n, 'leaver', { source, said: START, from: START })));
const ends = (source: string, from: number) =>
  numbers(from + 10)
    .slice(from)
    .map((n) => eventOf(n, 'leaver', { source, employment: 'ended-now', said: START, from: START }));
const left = (world: TestWorld): number => world.core.users().filter(({ email }) => email.startsWith('person.')).length;
const results = (world: TestWorld) =>
  Object.entries(Object.groupBy(world.published, ({ result, what, code }) => `${result} ${what ?? code}`)).map(
    ([what, outcomes]) => [what, outcomes?.length],
  );
async function batches(world: TestWorld): Promise<Batch[]> {
  const found: Batch[] = [];
  for await (const item of world.store.scan()) if (item.sk === 'B') found.push(BatchSchema.parse(item));
  return found;
}
async function onlyBatch(world: TestWorld): Promise<Batch> {
  const [batch, ...others] = await batches(world);
  if (batch === undefined || others.length > 0) throw new Error(`${others.length + 1} batches`);
  return batch;
}
async function decide(world: TestWorld, status: 'approved' | 'rejected', upTo?: number): Promise<void> {
  const { id, n } = await onlyBatch(world);
  const now = world.clock.now();
  await decideBatch(world.store, id, { status, upTo: upTo ?? n, by: 'somebody', until: now + 30 * DAY }, now);
}

describe('more people leave than a fuse lets through', () => {
  test('fault 56: five lose access, everybody else waits in one named batch under one alarm', async () => {
    const world = await staffed(60);
    await leaveAll(world, 60);
    expect(left(world)).toBe(55);
    expect(results(world)).toEqual([
      ['done removed', 5],
      ['held FUSE_BLOWN', 55],
    ]);
    const batch = await onlyBatch(world);
    expect(batch).toMatchObject({ source: 'hr', kind: 'offboardings', status: 'open', n: 55 });
    expect(await readMembers(world.store, batch.id)).toHaveLength(55);
    expect(world.published.at(-1)?.names).toEqual([batch.id]);
    expect(world.telemetry.counts.get('FuseBlown')).toBe(1);
  });

  test('fault 56: a blown fuse stays blown in the next hours, until somebody decides', async () => {
    const world = await staffed(20);
    await leaveAll(world, 10);
    await world.pass(3 * HOUR);
    await world.tell(
      ...numbers(20)
        .slice(10)
        .map((n) => eventOf(n, 'leaver', { said: START, from: START })),
    );
    expect(left(world)).toBe(15);
    expect((await onlyBatch(world)).n).toBe(15);
  });

  test('one approval carries out all that was seen, each proven and told', async () => {
    const world = await staffed(12);
    await leaveAll(world, 12);
    await decide(world, 'approved');
    await world.pass(10 * MINUTE);
    expect(left(world)).toBe(0);
    const approved = world.published.filter(({ source }) => source === 'operator');
    expect(approved).toHaveLength(7);
    expect(approved.every(({ result, what }) => result === 'done' && what === 'removed')).toBe(true);
    const [person] = (await world.people()).filter(({ emails }) => emails[0] === addressOf(11));
    expect((await world.receipts(person?.pid ?? '')).at(-1)?.events).toEqual([`batch:${(await onlyBatch(world)).id}`]);
  });

  test('an approval covers what was seen and nothing that joined later', async () => {
    const world = await staffed(12);
    await leaveAll(world, 12);
    await decide(world, 'approved', 4);
    await world.pass(10 * MINUTE);
    expect(left(world)).toBe(3);
    const [later] = (await batches(world)).filter(({ status }) => status === 'open');
    expect(later).toMatchObject({ n: 3 });
  });

  test('an approval covers the plan that was seen and no other', async () => {
    const world = await staffed(6);
    await leaveAll(world, 6);
    const batch = await onlyBatch(world);
    const [member] = await readMembers(world.store, batch.id);
    if (member === undefined) throw new Error('Nobody joined.');
    await world.store.put({ ...member, planHash: 'of another plan' }, (await world.store.get(member))?.v ?? 'absent');
    await decide(world, 'approved');
    await world.pass(10 * MINUTE);
    expect(left(world)).toBe(1);
  });

  test('an approval that is over carries out nothing', async () => {
    const world = await staffed(6);
    await leaveAll(world, 6);
    const now = world.clock.now();
    await decideBatch(
      world.store,
      (await onlyBatch(world)).id,
      { status: 'approved', upTo: 9, by: 'somebody', until: now + 1 },
      now,
    );
    await world.pass(10 * MINUTE);
    expect(left(world)).toBe(1);
  });

  test('what was rejected stays rejected over days, redeliveries and other news of the same person', async () => {
    const world = await staffed(8);
    await leaveAll(world, 8);
    await decide(world, 'rejected');
    for (let day = 0; day < 10; day++) {
      await leaveAll(world, 8);
      await world.tell(eventOf(7, 'mover', { attributes: { jobTitle: `Title ${day}` } }));
      await world.pass(DAY);
    }
    expect(left(world)).toBe(3);
    expect(world.published.at(-1)).toMatchObject({ result: 'held', code: 'BATCH_REJECTED' });
  });

  test('who is hired again after a rejection is no member any more: the next end is a new one', async () => {
    const world = await staffed(6);
    await leaveAll(world, 6);
    await decide(world, 'rejected');
    await world.tell(eventOf(5, 'joiner', { said: START + HOUR, from: START + HOUR }));
    await world.pass(DAY);
    await world.tell(eventOf(5, 'leaver', { said: START + DAY, from: START + DAY }));
    expect(left(world)).toBe(0);
  });

  test('a batch that nobody decided stays open, is told each minute, and nothing of it is carried out', async () => {
    const world = await staffed(8);
    await leaveAll(world, 8);
    await world.pass(8 * DAY);
    await leaveAll(world, 8);
    expect(await onlyBatch(world)).toMatchObject({ status: 'open', n: 3 });
    const told = world.telemetry.counts.get('OpenBatches') ?? 0;
    await world.sweep();
    expect(world.telemetry.counts.get('OpenBatches')).toBe(told + 1);
    expect(left(world)).toBe(3);
  });

  test('a batch is decided once', async () => {
    const world = await staffed(6);
    await leaveAll(world, 6);
    await decide(world, 'rejected');
    await expect(decide(world, 'approved')).rejects.toMatchObject({ code: 'BATCH_CLOSED' });
  });

  test('each source has a fuse of its own', async () => {
    const world = await staffed(20);
    await world.tell(...ends('hr', 0), ...ends('contractors', 10));
    expect(left(world)).toBe(10);
    expect(new Set((await batches(world)).map(({ source }) => source))).toEqual(new Set(['hr', 'contractors']));
  });

  test('nothing else stops: hires and moves go on while leavers wait', async () => {
    const world = await staffed(8);
    await leaveAll(world, 8);
    await world.tell(eventOf(50, 'joiner'));
    expect(world.published.at(-1)).toMatchObject({ result: 'done', what: 'created' });
  });

  test('whom a person names alone is past the fuse', async () => {
    const world = await staffed(8);
    await leaveAll(world, 7);
    await world.tell(eventOf(7, 'leaver', { id: 'decision:7', source: 'operator', said: START, from: START }));
    expect(left(world)).toBe(2);
  });
});

const decision = (n: number, kind: LifecycleEvent['kind'], more: Partial<LifecycleEvent>) => {
  const { employment: _employment, ...event } = eventOf(n, kind, { source: 'operator', said: START, from: START });
  return { ...event, id: `decision:${n}-${kind}`, attributes: { email: addressOf(n) }, ...more };
};
const GRANT = { role: 'customer_portfolio_manager', features: {} };

describe('a member of a batch', () => {
  test('is covered by a rejection although the worker was killed in the moment of joining, and asks nobody until hours later', async () => {
    const world = await staffed(6);
    await leaveAll(world, 5);
    const isMember = () => [...world.table].some(([pk, rows]) => pk.startsWith('B#') && rows.size > 1);
    const dies = world.worker('urgent', {
      after: async () => (isMember() ? new Promise<never>(() => undefined) : undefined),
    });
    const body = JSON.stringify({
      schema: 1,
      type: 'event',
      event: eventOf(5, 'leaver', { said: START, from: START }),
    });
    void dies(body, { remainingMs: () => MINUTE, wallNow: () => world.clock.now() });
    for (let turn = 0; turn < 100 && !isMember(); turn++) await setImmediate();
    expect(isMember()).toBe(true);
    await decide(world, 'rejected');
    world.clock.advance(DAY);
    await world.pass(HOUR);
    expect(left(world)).toBe(1);
    expect(world.published.at(-1)).toMatchObject({ result: 'held', code: 'BATCH_REJECTED' });
  });

  test('stays one whatever another source says: its budget is not the way around', async () => {
    const world = await staffed(7);
    await leaveAll(world, 7);
    const attributes = { email: addressOf(6), jobTitle: 'Another' };
    await world.tell(
      eventOf(6, 'mover', { source: 'contractors', employeeId: 'C6', said: START, from: START, attributes }),
    );
    expect(left(world)).toBe(2);
    expect(world.published.at(-1)).toMatchObject({ result: 'held', code: 'FUSE_BLOWN' });
  });

  test.each([['open'], ['rejected']])(
    'of one that is %s goes when a person ends them alone, and not when one grants them a role',
    async (status) => {
      const world = await staffed(7);
      await leaveAll(world, 7);
      if (status === 'rejected') await decide(world, 'rejected');
      await world.tell(decision(5, 'mover', { access: GRANT }));
      expect(world.account(addressOf(5))).toBeDefined();
      await world.tell(decision(6, 'leaver', { employment: 'ended-now' }));
      expect(world.account(addressOf(6))).toBeUndefined();
      expect(left(world)).toBe(1);
    },
  );
});

test.each([
  ['restrict', 'restrict-then-delete', 5],
  ['delete', 'delete', 5],
] as const)('fault 56: both steps of leaving count, %s', async (_step, mode, through) => {
  const world = await armedWorld({
    config: {
      offboarding: { mode, parkingGroup: 'No Companies', graceDays: 1 },
      fuse: { creations: WIDE_FUSE.creations },
    },
  });
  await world.tell(...numbers(8).map((n) => eventOf(n, 'joiner')));
  await leaveAll(world, 8);
  expect(world.writes().filter((method) => method !== 'POST')).toHaveLength(through);
  await world.pass(2 * DAY);
  expect((await onlyBatch(world)).kind).toBe('offboardings');
});

test('fault 58: a department that is renamed by mistake moves as many as the budget of changes allows', async () => {
  const changes = { hour: { count: 4, share: null }, day: { count: 4, share: null } };
  const world = await staffed(12, { changes, raises: changes });
  const rename = (department: string) =>
    world.tell(
      ...numbers(12).map((n) => eventOf(n, 'mover', { said: START, from: START, attributes: { department } })),
    );
  await rename('Security');
  expect(world.writes().filter((method) => method === 'PATCH')).toHaveLength(4);
  expect(await onlyBatch(world)).toMatchObject({ kind: 'raises', n: 8 });
});

test('fault 58: creations have a budget too', async () => {
  const world = await armedWorld({ config: { fuse: { creations: { hour: { count: 3, share: null } } } } });
  await world.tell(...numbers(5).map((n) => eventOf(n, 'joiner')));
  expect(left(world)).toBe(3);
  expect(await onlyBatch(world)).toMatchObject({ kind: 'creations', n: 2 });
});

test('fault 59: with a valid key, ends of protected people are held and the rest stays inside the budget', async () => {
  const world = await staffed(9);
  world.core.create({ email: 'break-glass@example.com', roles: ['customer_admin'] });
  await world.tell(
    eventWith({
      kind: 'leaver',
      employeeId: 'E99',
      attributes: { email: 'break-glass@example.com' },
      from: START,
      said: START,
    }),
  );
  expect(world.published.at(-1)).toMatchObject({ result: 'held', code: 'PROTECTED' });
  await leaveAll(world, 9);
  expect(left(world)).toBe(4);
  expect(world.account('break-glass@example.com')).toBeDefined();
});

test.each([
  ['20 people: ten per cent are fewer than three', 20, 3],
  ['40 people: ten per cent', 40, 4],
  ['400 people: the count is the smaller limit', 400, 5],
  ['nobody knows how many: count alone', undefined, 5],
])('the share of those who are known: %s', async (_title, people, through) => {
  const world = await staffed(8);
  if (people !== undefined)
    await world.store.put({ ...keys.population(), schema: 1, people, from: 'snapshot', at: START }, 'absent');
  await leaveAll(world, 8);
  expect(8 - left(world)).toBe(through);
});

test.each([
  ['a share alone still limits', 0.1, 4, ['hour', 'day']],
  ['nothing limits, so nobody is counted: one item could not hold them all', null, 9, []],
])('without a count %s', async (_title, share, through, counted) => {
  const budget = { count: null, share };
  const world = await staffed(9, { offboardings: { hour: budget, day: budget } });
  await world.store.put({ ...keys.population(), schema: 1, people: 40, from: 'snapshot', at: START }, 'absent');
  await leaveAll(world, 9);
  expect(9 - left(world)).toBe(through);
  const { periods } = WindowsSchema.parse(await world.store.get(keys.fuse('hr', 'offboardings')));
  expect(Object.keys(periods)).toEqual(counted);
});
