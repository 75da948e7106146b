import { expect, test } from '@jest/globals';
import { decideBatch, joinBatch, openBatch, readBatch, readMembers } from '../../../lib/lifecycle/batch.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/time.ts';
import type { Hooks } from '../../support/memory/hooks.ts';
import { createMemoryStore } from '../../support/memory/store.ts';
import { armedWorld, eventWith, MARA, START } from '../../support/world.ts';

const approval = (upTo: number) => ({ status: 'approved' as const, upTo, by: 'somebody', until: START + DAY });

test('nobody joins a batch that was decided: nobody would look at it again', async () => {
  const store = createMemoryStore();
  await openBatch(store, { id: 'b', source: 'hr', kind: 'offboardings' }, START);
  expect(await joinBatch(store, 'b', { pid: 'one', planHash: 'x' }, START)).toBe(true);
  await decideBatch(store, 'b', approval(1), START);
  const decided = await readBatch(store, 'b');
  for (const planHash of ['x', 'y']) expect(await joinBatch(store, 'b', { pid: 'one', planHash }, START)).toBe(false);
  expect(await joinBatch(store, 'b', { pid: 'two', planHash: 'x' }, START)).toBe(false);
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
