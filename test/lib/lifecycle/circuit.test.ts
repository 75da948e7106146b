import { describe, expect, test } from '@jest/globals';
import type { FaultInput } from '../../../infra/local/bitsight-simulator/faults.ts';
import { AppError, type ErrorCode } from '../../../lib/errors.ts';
import { countFailure } from '../../../lib/lifecycle/circuit.ts';
import { changeGate, readGate } from '../../../lib/lifecycle/gate.ts';
import { HOUR, MINUTE, SECOND } from '../../../lib/time.ts';
import { createMemoryStore } from '../../support/memory/store.ts';
import { armedWorld, eventWith, MARA, recordingTelemetry, START, type TestWorld } from '../../support/world.ts';

const hire = (n: number) => {
  const attributes = { ...MARA, email: `person-${n}@example.com` };
  return eventWith({ kind: 'joiner', employeeId: `E${n}`, attributes });
};
const hires = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, n) => hire(first + n));
const outcomes = (world: TestWorld) => world.published.map(({ result, what, code }) => `${result} ${what ?? code}`);
const opened = (world: TestWorld) => world.telemetry.counts.get('CircuitOpened') ?? 0;
const calls = (world: TestWorld) => world.core.record.calls.length;
const body = (event: ReturnType<typeof hire>) => JSON.stringify({ schema: 1, type: 'event', event });

const invocation = (world: TestWorld) => {
  const end = world.clock.now() + MINUTE;
  return { remainingMs: () => end - world.clock.now(), wallNow: () => world.clock.now() };
};

const OUTAGES: [string, FaultInput][] = [
  ['every answer is a server error', { kind: 'server-error' }],
  ['every connection breaks', { kind: 'reset' }],
  ['something in front answers with a page', { kind: 'html', status: 403 }],
];

describe('fault 06: what fails for everybody', () => {
  test.each(OUTAGES)(
    'pauses everybody from the fifth time in a row, where %s, and goes on by itself',
    async (_, fault) => {
      const world = await armedWorld({ faults: [fault] });
      await world.tell(...hires(1, 4));
      expect((await readGate(world.store)).pausedUntil).toBeUndefined();
      await world.tell(hire(5));
      expect((await readGate(world.store)).pausedUntil).toBeGreaterThan(world.clock.now());
      expect(opened(world)).toBe(1);
      const before = calls(world);
      await world.tell(...hires(6, 9));
      expect(calls(world)).toBe(before);
      await world.pass(6 * HOUR);
      expect(calls(world) - before).toBeLessThan(150); // without pauses: about 600
      expect(world.queues.dead).toEqual([]);
      world.core.faults.set([]);
      await world.pass(HOUR);
      expect(outcomes(world)).toEqual(Array.from({ length: 9 }, () => 'done created'));
      expect((await readGate(world.store)).failing).toBeUndefined();
    },
  );

  test('is no single record: one that always fails pauses nobody, since the others succeed', async () => {
    const world = await armedWorld();
    await world.tell(hire(1));
    const guid = world.account('person-1@example.com')?.guid ?? '';
    world.core.faults.set([{ kind: 'server-error', path: guid }]);
    for (let n = 2; n < 12; n++) {
      await world.tell(eventWith({ kind: 'mover', employeeId: 'E1', attributes: { department: `Department ${n}` } }));
      await world.tell(hire(n));
      await world.pass(10 * MINUTE);
    }
    expect(world.core.record.fired()['server-error'] ?? 0).toBeGreaterThan(10);
    expect(opened(world)).toBe(0);
    expect(outcomes(world).filter((outcome) => outcome === 'done created')).toHaveLength(11);
  });

  test('changes nothing in what became of a call: a POST that was carried out is done, whether the gate can be written or not', async () => {
    let broken = false;
    const before = (_port: string, operation: string, key?: string): void => {
      if (broken && operation === 'put' && key === 'G') throw new AppError('STORE_CONFLICT', 'The gate is contended.');
    };
    const world = await armedWorld({ hooks: { before } });
    await changeGate(world.store, (gate) => ({ ...gate, failing: { count: 4, last: 'somebody' } }));
    broken = true;
    await world.tell(hire(1));
    expect(world.writes()).toEqual(['POST']);
    expect(outcomes(world)).toEqual(['done created']);
  });
});

test('fault 23: a token that is refused, also after it was read anew, pauses everybody at once', async () => {
  const world = await armedWorld();
  const token = world.core.tokens()[0] ?? '';
  world.core.rotate({ token: 'another-token' });
  await world.tell(hire(1));
  expect([calls(world), opened(world)]).toEqual([2, 1]);
  await world.tell(...hires(2, 5));
  expect(calls(world)).toBe(2);
  world.core.rotate({ token });
  await world.pass(HOUR);
  expect(outcomes(world)).toHaveLength(5);
});

describe('two workers', () => {
  test('whose calls fail together are one failure; and the pause of one is the pause of the other', async () => {
    const world = await armedWorld({ faults: [{ kind: 'server-error' }] });
    const both = Promise.withResolvers<void>();
    let under = 0;
    const before = async (port: string): Promise<void> => {
      if (port !== 'bitsight') return;
      if ((under += 1) === 2) both.resolve();
      await both.promise;
    };
    const [one, other] = [world.worker('normal', { before }), world.worker('urgent', { before })];
    await Promise.all([one(body(hire(1)), invocation(world)), other(body(hire(2)), invocation(world))]);
    expect((await readGate(world.store)).failing?.count).toBe(1);
    await changeGate(world.store, (gate) => ({ ...gate, failing: { count: 4, last: 'somebody' } }));
    await one(body(hire(3)), invocation(world));
    const so = calls(world);
    await other(body(hire(4)), invocation(world));
    expect([calls(world), opened(world)]).toEqual([so, 1]);
  });

  test('an answer from before a pause does not end it', async () => {
    const world = await armedWorld();
    await changeGate(world.store, (gate) => ({ ...gate, failing: { count: 4, last: 'somebody' } }));
    const stopped = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const before = async (port: string): Promise<void> => {
      if (port !== 'bitsight') return;
      reached.resolve();
      await stopped.promise;
    };
    const slow = world.worker('normal', { before })(body(hire(1)), invocation(world));
    await reached.promise;
    world.core.faults.set([{ kind: 'server-error', times: 2 }]);
    await world.tell(hire(2));
    const { failing, pausedUntil } = await readGate(world.store);
    stopped.resolve();
    await slow;
    expect(await readGate(world.store)).toMatchObject({ failing, pausedUntil });
    expect(failing?.count).toBe(5);
  });
});

test.each<[ErrorCode, number, (number | undefined)[]]>([
  ['BITSIGHT_SERVER', 1, [undefined, undefined, undefined, undefined, 30, 60, 120, 240, 480, 900, 900]],
  ['BITSIGHT_SERVER', 0, [undefined, undefined, undefined, undefined, 15, 30, 60, 120, 240, 450, 450]],
  ['BITSIGHT_AUTHENTICATION', 1, [30, 60, 120, 240, 480, 900, 900]],
  ['BITSIGHT_REFUSED', 1, [undefined, undefined, undefined, undefined, undefined, undefined]],
  ['BITSIGHT_PERMISSION_DENIED', 1, [undefined, undefined, undefined, undefined, undefined, undefined]],
])(
  'pauses after %s grow and stay under a quarter of an hour; chance %d shortens them',
  async (code, chance, seconds) => {
    const store = createMemoryStore();
    const clock = { now: () => START, sleep: () => Promise.resolve() };
    const circuit = { store, clock, random: () => chance, telemetry: recordingTelemetry() };
    const pauses: (number | undefined)[] = [];
    for (const _ of seconds) {
      await changeGate(store, ({ pausedUntil: _over, ...gate }) => gate);
      await countFailure(
        { ...circuit, pid: `${pauses.length}` },
        await readGate(store),
        new AppError(code, 'It failed.'),
      );
      const { pausedUntil } = await readGate(store);
      pauses.push(pausedUntil === undefined ? undefined : (pausedUntil - START) / SECOND);
    }
    expect(pauses).toEqual(seconds);
  },
);
