import { expect, test } from '@jest/globals';
import { changeGate } from '../../../lib/lifecycle/gate.ts';
import type { Gate } from '../../../lib/lifecycle/ledger.ts';
import { sweep } from '../../../lib/lifecycle/sweep.ts';
import { HOUR, MINUTE } from '../../../lib/time.ts';
import { armedWorld, eventWith, MARA, START } from '../../support/world.ts';
import { WIDE_FUSE } from '../../support/wide-fuse.ts';

const joiner = (n: number, from: number) =>
  eventWith({
    kind: 'joiner',
    employeeId: `E${n}`,
    said: START,
    from,
    attributes: { ...MARA, email: `mara.lindt.${n}@example.com` },
  });
/** In an hour. */
const leaves = (employeeId: string) => eventWith({ kind: 'leaver', employeeId, said: START, from: START + HOUR });
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

test('whoever is woken twice, because the first message lay in the queue for too long, is looked at once', async () => {
  const world = await armedWorld();
  await world.tell(joiner(1, START + MINUTE));
  world.clock.advance(MINUTE);
  await world.sweep();
  world.clock.advance(2 * MINUTE);
  await world.sweep();
  expect(world.queues.normal).toHaveLength(2);
  await world.work('normal', world.queues.normal.shift() ?? '');
  expect(world.published).toMatchObject([{ result: 'done', what: 'created' }]);
  const calls = world.core.record.calls.length;
  await world.drain();
  expect(world.core.record.calls).toHaveLength(calls);
});

test('leavers who wait in great number keep no joiner asleep: each lane has workers of its own', async () => {
  const world = await armedWorld({ config: { fuse: WIDE_FUSE } });
  await world.tell(...numbers(150).map((n) => leaves(`L${n}`)), joiner(1, START + HOUR));
  world.clock.advance(HOUR + 1);
  await world.sweep();
  expect(world.queues.urgent).toHaveLength(120);
  expect(world.queues.normal).toHaveLength(1);
});

test('of all who leave in the same instant whoever has an account is woken first, not behind those who have none', async () => {
  const world = await armedWorld({ config: { fuse: WIDE_FUSE } });
  await world.tell(...numbers(150).map((n) => leaves(`L${n}`)), joiner(1, START), leaves('E1'));
  world.clock.advance(HOUR + 1);
  await world.sweep();
  await world.drain();
  expect(world.published.filter(({ what }) => what === 'removed')).toHaveLength(1);
});

test('an index that lags behind the items wakes nobody whose time has not come', async () => {
  const world = await armedWorld();
  await world.tell(joiner(1, START + HOUR));
  const [person] = await world.people();
  const { pk, sk } = { pk: `P#${person?.pid}`, sk: 'P' };
  const lagging = { ...world.store, due: () => Promise.resolve([{ pk, sk }]) };
  const sent: unknown[] = [];
  const lanes = { send: async (_lane: string, messages: unknown[]) => void sent.push(...messages) };
  const { clock, telemetry } = world;
  expect(await sweep({ store: lagging, lanes, clock, telemetry })).toMatchObject({ woken: 0 });
  expect(sent).toEqual([]);
  expect((await world.people())[0]?.wakeAt).toBe(person?.wakeAt);
});

test.each<[string, Partial<Gate>]>([
  ['all calls are paused', { pausedUntil: START + 2 * HOUR }],
  ['all writes are stopped', { stopped: true }],
])('nobody is woken while %s: it would only be put off', async (_why, shut) => {
  const world = await armedWorld();
  await world.tell(joiner(1, START + HOUR));
  world.clock.advance(HOUR);
  await changeGate(world.store, (gate) => ({ ...gate, ...shut }));
  expect(await world.sweep()).toMatchObject({ woken: 0 });
  expect(world.queues.normal).toEqual([]);
});
