import { expect, test } from '@jest/globals';
import { decideBatch, joinBatch, openBatch, readBatch, readMembers } from '../../../lib/lifecycle/batch.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/time.ts';
import type { Hooks } from '../../support/memory/hooks.ts';
import { createMemoryStore, type MemoryTable } from '../../support/memory/store.ts';
import { armedWorld, eventWith, MARA, START } from '../../support/world.ts';

const approval = (upTo: number) => ({ status: 'approved' as const, upTo, by: 'somebody', until: START + DAY });

test('nobody joins a batch that was decided: nobody would look at it again', async () => {
  const store = createMemoryStore();
  await openBatch(store, { id: 'b', source: 'hr', kind: 'offboardings' }, START);
  expect(await joinBatch(store, 'b', { pid: 'one', planHash: 'x', madeOf: 1 }, START)).toBe(true);
  await decideBatch(store, 'b', approval(1), START);
  const decided = await readBatch(store, 'b');
  for (const planHash of ['x', 'y'])
    expect(await joinBatch(store, 'b', { pid: 'one', planHash, madeOf: 1 }, START)).toBe(false);
  expect(await joinBatch(store, 'b', { pid: 'two', planHash: 'x', madeOf: 1 }, START)).toBe(false);
  expect(await readMembers(store, 'b')).toMatchObject([{ pid: 'one', planHash: 'x', n: 1 }]);
  expect(await readBatch(store, 'b')).toEqual(decided);
});

test('an approval does not come to a member who was settled otherwise meanwhile', async () => {
  const world = await armedWorld({ config: { fuse: { offboardings: { hour: { count: 0 } } } } });
  await world.tell(eventWith({ kind: 'joiner', attributes: MARA, said: START - HOUR }));
  await world.tell(eventWith({ kind: 'leaver', said: START - 30 * MINUTE }));
  const [person] = await world.people();
  await world.tell(eventWith({ kind: 'joiner', attributes: MARA, said: START }));
  const told = world.published.length;
  await decideBatch(world.store, person?.held?.batch ?? '', approval(1), world.clock.now());
  await world.pass(HOUR);
  expect(world.published.slice(told)).toEqual([]);
  expect(world.account(MARA.email)).toBeDefined();
});

test('whoever joined a batch after the last member that was seen is asked about anew when it is rejected', async () => {
  const world = await armedWorld({ config: { fuse: { offboardings: { hour: { count: 0 } } } } });
  const [jonas, ada] = ['jonas@example.com', 'ada@example.com'];
  for (const email of [jonas, ada]) {
    const who = { employeeId: email, attributes: { ...MARA, email } };
    await world.tell(eventWith({ kind: 'joiner', ...who, said: START - HOUR }));
    await world.tell(eventWith({ kind: 'leaver', ...who, said: START - 30 * MINUTE }));
  }
  const batches = async () => (await world.people()).map(({ held }) => held?.batch);
  const [first, same] = await batches();
  expect(same).toBe(first);
  const rejection = { status: 'rejected' as const, upTo: 1, by: 'somebody', until: START + DAY };
  await decideBatch(world.store, first ?? '', rejection, world.clock.now());
  await world.pass(HOUR);
  const [seen, unseen] = await batches();
  expect(seen).toBe(first);
  expect((await readBatch(world.store, unseen ?? ''))?.status).toBe('open');
  expect((await world.store.due('held', START + DAY, 9)).map(({ pk }) => pk)).not.toContain(`B#${first}`);
});

test('who is joining a batch at the moment of its approval looks again, instead of waiting in a closed one', async () => {
  let approves = false;
  const hooks: Hooks = {
    before: async (port, operation, key) => {
      if (!approves || port !== 'store' || operation !== 'put' || key?.startsWith('P#') !== true) return;
      approves = false; // the worker is about to write that this person waits
      await approveAll();
    },
  };
  const world = await armedWorld({ config: { fuse: { offboardings: { hour: { count: 0 } } } }, hooks });
  const approveAll = async () => {
    const [key] = await world.store.due('held', Number.MAX_SAFE_INTEGER, 1);
    if (key === undefined) return void (approves = true); // it had not joined yet
    await decideBatch(world.store, key.pk.slice(2), approval(9), world.clock.now());
    await world.sweep();
  };
  await world.tell(eventWith({ kind: 'joiner', attributes: MARA, said: START - HOUR }));
  approves = true;
  await world.tell(eventWith({ kind: 'leaver', said: START - 30 * MINUTE }));
  const [person] = await world.people();
  expect((await readBatch(world.store, person?.held?.batch ?? ''))?.status).toBe('open');
});

test('a rejection that comes while its member is looked at is heeded, although there is room again', async () => {
  let rejects: (() => Promise<unknown>) | undefined;
  const before = async (port: string, operation: string, key?: string): Promise<void> => {
    if (port !== 'store' || operation !== 'get' || key?.startsWith('B#') !== true) return;
    const reject = rejects;
    rejects = undefined;
    await reject?.();
  };
  const offboardings = { hour: { count: 1 }, day: { count: null, share: null } };
  const world = await armedWorld({ config: { fuse: { offboardings } }, hooks: { before } });
  for (const employeeId of ['1', '2']) {
    const who = { employeeId, attributes: { ...MARA, email: `person.${employeeId}@example.com` } };
    await world.tell(eventWith({ kind: 'joiner', ...who, said: START - HOUR }));
    await world.tell(eventWith({ kind: 'leaver', ...who, said: START - 30 * MINUTE }));
  }
  const [batch = ''] = world.published.at(-1)?.names ?? [];
  await world.pass(2 * HOUR);
  const rejection = { status: 'rejected' as const, upTo: 1, by: 'somebody', until: START + DAY };
  rejects = () => decideBatch(world.store, batch, rejection, world.clock.now());
  await world.tell(eventWith({ kind: 'mover', employeeId: '2', said: START, attributes: { jobTitle: 'Any' } }));
  expect(world.published.at(-1)).toMatchObject({ result: 'held', code: 'BATCH_REJECTED' });
  expect(world.account('person.2@example.com')).toBeDefined();
});

test('a plan of later facts that is written over by an older one is written anew, under a number nobody has seen', async () => {
  const table: MemoryTable = new Map();
  const others = createMemoryStore({ table });
  let writes = 0;
  const store = createMemoryStore({
    table,
    before: async (_port, operation) => {
      if (operation !== 'put' || (writes += 1) !== 2) return; // it has a number, and is about to be put under it
      await joinBatch(others, 'b', { pid: 'one', planHash: 'older', madeOf: 1 }, START);
    },
  });
  await openBatch(others, { id: 'b', source: 'hr', kind: 'offboardings' }, START);
  expect(await joinBatch(store, 'b', { pid: 'one', planHash: 'later', madeOf: 2 }, START)).toBe(true);
  expect(await readMembers(store, 'b')).toMatchObject([{ planHash: 'later', n: 3 }]);
});

test('who gets a number and is then overtaken by the decision and the sweep has not joined', async () => {
  const table: MemoryTable = new Map();
  const others = createMemoryStore({ table });
  let writes = 0;
  const store = createMemoryStore({
    table,
    before: async (_port, operation) => {
      if (operation === 'put' && (writes += 1) === 2) await decideBatch(others, 'b', approval(1), START);
    },
  });
  await openBatch(others, { id: 'b', source: 'hr', kind: 'offboardings' }, START);
  expect(await joinBatch(store, 'b', { pid: 'one', planHash: 'x', madeOf: 1 }, START)).toBe(false);
});

test('of two plans that join at once the one made of the later facts is what a decision is about', async () => {
  const raises = { hour: { count: 1 }, day: { count: null, share: null } };
  const world = await armedWorld({ config: { fuse: { raises } } });
  const said = START - HOUR;
  const hired = (employeeId: string) =>
    eventWith({ kind: 'joiner', employeeId, said, attributes: { ...MARA, email: `${employeeId}@example.com` } });
  const moved = (employeeId: string, attributes: Record<string, string>, minutes = 1) =>
    eventWith({ kind: 'mover', employeeId, attributes, said: said + minutes * MINUTE });
  await world.tell(hired('one'), moved('one', { department: 'Security' }), hired('two'));
  const waiting: (() => void)[] = [];
  const slow = world.worker('normal', {
    before: (port, operation, key) =>
      port === 'store' && operation === 'get' && key?.startsWith('B#') === true && waiting.length === 0
        ? new Promise((resolve) => waiting.push(() => resolve()))
        : undefined,
  });
  world.accept(moved('two', { department: 'Security' }));
  const first = slow(world.queues.normal.shift() ?? '', {
    remainingMs: () => 10 * MINUTE,
    wallNow: () => world.clock.now(),
  });
  while (waiting.length === 0) await new Promise(setImmediate);
  await world.tell(moved('two', { lastName: 'Berg', email: 'berg@example.com' }, 2));
  waiting.forEach((goOn) => goOn());
  await first;
  const [batch = ''] = world.published.at(-1)?.names ?? [];
  const upTo = (await readBatch(world.store, batch))?.n ?? 0;
  const rejection = { status: 'rejected' as const, upTo, by: 'somebody', until: START + DAY };
  await decideBatch(world.store, batch, rejection, world.clock.now());
  await world.pass(2 * HOUR);
  await world.tell(moved('two', { jobTitle: 'Any' }, 3));
  expect(world.published.at(-1)).toMatchObject({ result: 'held', code: 'BATCH_REJECTED' });
  expect(world.account('two@example.com')?.roles).toEqual(['customer_user']);
});
