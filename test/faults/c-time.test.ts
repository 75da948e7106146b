import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { LifecycleEvent } from '../../lib/lifecycle/event.ts';
import { DAY, HOUR, MINUTE, SECOND, toIso } from '../../lib/time.ts';
import { translated } from '../support/deliveries.ts';
import { doorOf } from '../support/door.ts';
import { armedWorld, eventWith, MARA, START, type TestWorld } from '../support/world.ts';

const hire = (overrides: Partial<LifecycleEvent> = {}) => eventWith({ kind: 'joiner', attributes: MARA, ...overrides });
/** A leave said on one day from START for another. */
const leave = (day: number, saidOn = 0, overrides: Partial<LifecycleEvent> = {}) =>
  eventWith({ kind: 'leaver', said: START + saidOn * DAY, from: START + day * DAY, ...overrides });
const stays = (saidOn: number) =>
  eventWith({ kind: 'mover', said: START + saidOn * DAY, from: START + saidOn * DAY, employment: 'stays' });
const results = (world: TestWorld) => world.published.map(({ result, what, code }) => `${result} ${what ?? code}`);
const terminated = (terminationDate: string, timestamp = '2026-01-02T09:00:00Z') => ({
  type: 'employee.terminated',
  timestamp,
  data: { employeeId: 'E1', terminationDate },
});
const fromOf = (body: object, timeZone: string, receivedAt = Date.UTC(2028, 0, 1)) =>
  translated({ kind: 'standard-webhooks', timeZone }, body, { receivedAt }).map(({ from }) => toIso(from))[0];

const wake = (pid = '') => JSON.stringify({ schema: 1, type: 'wake', pid });

describe('dates of a source', () => {
  test.each([
    ['UTC', '2027-01-01T00:00:00.000Z'],
    ['Europe/Berlin', '2026-12-31T23:00:00.000Z'],
    ['America/Los_Angeles', '2027-01-01T08:00:00.000Z'],
    ['Pacific/Kiritimati', '2026-12-31T10:00:00.000Z'],
    ['Asia/Kathmandu', '2026-12-31T18:15:00.000Z'],
  ])('fault 38: a last day without a zone ends in the one of its source: %s', (zone, end) => {
    expect(fromOf(terminated('2026-12-31'), zone)).toBe(end);
  });

  test.each([
    ['2026-07-01 09:00:00', '2026-07-01T07:00:00.000Z'],
    ['2026-07-01T09:00:00Z', '2026-07-01T09:00:00.000Z'],
    ['2026-07-01T09:00:00-05:00', '2026-07-01T14:00:00.000Z'],
  ])('fault 38: a time is in the zone of its source only where it names none: %s', (timestamp, said) => {
    expect(fromOf({ ...terminated('', timestamp) }, 'Europe/Berlin')).toBe(said);
  });

  test('fault 38: the ledger keeps the instant, and at the end of that day there the person is gone', async () => {
    const world = await armedWorld();
    const { deliver } = doorOf(world);
    await world.tell(hire());
    await deliver(terminated('2026-11-30', toIso(START)));
    await world.drain();
    const midnightInBerlin = Date.UTC(2026, 10, 30, 23);
    expect((await world.people())[0]?.facts['hr']?.employment?.at(-1)?.from).toBe(midnightInBerlin);
    await world.pass(midnightInBerlin - world.clock.now() - MINUTE);
    expect(world.account(MARA.email)).toBeDefined();
    await world.pass(3 * MINUTE);
    expect(world.account(MARA.email)).toBeUndefined();
  });

  test.each([
    ['skipped, so that the day begins at one', 'Africa/Cairo', '2026-04-23', '2026-04-23T22:00:00.000Z'],
    ['skipped at the end of a last day', 'Asia/Beirut', '2027-03-27', '2027-03-27T22:00:00.000Z'],
    ['doubled: the first of both', 'America/Havana', '2026-10-31', '2026-11-01T04:00:00.000Z'],
    ['neither, in a night of 25 hours', 'Europe/Berlin', '2026-10-25', '2026-10-25T23:00:00.000Z'],
    ['neither, in a night of 23 hours', 'Europe/Berlin', '2027-03-28', '2027-03-28T22:00:00.000Z'],
    ['on a day that does not exist there', 'Pacific/Apia', '2011-12-29', '2011-12-30T10:00:00.000Z'],
  ])('fault 39: midnight that is %s', (_what, zone, lastDay, end) => {
    expect(fromOf(terminated(lastDay), zone)).toBe(end);
  });

  test.each([
    ['in the gap: an hour later', '2027-03-28 02:30:00', '2027-03-28T01:30:00.000Z'],
    ['in the doubled hour: the earlier', '2026-10-25 02:30:00', '2026-10-25T00:30:00.000Z'],
  ])('fault 39: a time %s', (_what, timestamp, said) => {
    expect(fromOf(terminated('', timestamp), 'Europe/Berlin')).toBe(said);
  });
});

describe('days that lie ahead', () => {
  test('fault 40: a leave that was moved back is not carried out on its first day', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    await world.tell(leave(10));
    await world.pass(5 * DAY);
    await world.tell(leave(20, 5));
    await world.pass(6 * DAY);
    expect(world.account(MARA.email)).toBeDefined();
    await world.pass(10 * DAY);
    expect(world.account(MARA.email)).toBeUndefined();
    expect(world.published.map(({ received }) => received)).toHaveLength(3);
  });

  test('fault 40: a leave that was brought forward does not wait for its first day', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    await world.tell(leave(20));
    await world.pass(5 * DAY);
    await world.tell(leave(10, 5));
    await world.pass(6 * DAY);
    expect(world.account(MARA.email)).toBeUndefined();
  });

  test('fault 40: moved and called off, in whatever order it is told, ends the same on the same day', async () => {
    const told = [leave(10, 1), leave(20, 2), stays(3), leave(30, 4), leave(25, 5)];
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(told, { minLength: 5 }), async (events) => {
        const world = await armedWorld();
        await world.tell(hire());
        await world.pass(6 * DAY);
        for (const event of events) await world.tell(event);
        await world.pass(18 * DAY);
        expect(world.account(MARA.email)).toBeDefined();
        await world.pass(2 * DAY);
        expect(world.account(MARA.email)).toBeUndefined();
      }),
      { seed: 40, numRuns: 15 },
    );
  });

  test('fault 40: a leave that was called off is none, and nobody is asked on its day', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    await world.tell(leave(10));
    await world.pass(5 * DAY);
    await world.tell(stays(5));
    await world.pass(20 * DAY);
    expect(world.writes()).toEqual(['POST']);
    expect((await world.people())[0]).toMatchObject({ open: [] });
    expect((await world.people())[0]?.wakeAt).toBeUndefined();
  });

  test('fault 41: woken twice on the day, at once or one after the other, who leaves is removed once', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    await world.tell(leave(1));
    const [person] = await world.people();
    world.clock.advance(DAY);
    await Promise.all([world.work('urgent', wake(person?.pid)), world.work('urgent', wake(person?.pid))]);
    await world.work('urgent', wake(person?.pid));
    await world.pass(HOUR);
    expect(world.writes()).toEqual(['POST', 'DELETE']);
    expect(results(world)).toEqual(['done created', 'done removed']);
  });

  test('fault 41: woken a week late, because nobody swept, it is done then', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    await world.tell(leave(1));
    world.clock.advance(8 * DAY);
    await world.pass(2 * MINUTE);
    expect(world.writes()).toEqual(['POST', 'DELETE']);
  });

  test('fault 42: woken before the day nothing is asked of Bitsight and nothing is done', async () => {
    const world = await armedWorld();
    await world.tell(hire({ from: START + DAY }));
    world.clock.advance(DAY - SECOND);
    await world.work('normal', wake((await world.people())[0]?.pid));
    expect(world.core.record.calls).toEqual([]);
    await world.pass(2 * MINUTE);
    expect(results(world)).toEqual(['done created']);
  });

  test('fault 42: a day that is over when it is told is due at once', async () => {
    const world = await armedWorld();
    await world.tell(hire({ said: START - 100 * DAY }));
    await world.tell(leave(-30));
    expect(results(world)).toEqual(['done created', 'done removed']);
  });

  test('fault 42: an end that lies longer back than anybody forgets to say is held, and undone by nobody in passing', async () => {
    const world = await armedWorld();
    await world.tell(hire({ said: START - 900 * DAY }));
    await world.tell(leave(-400));
    expect(world.published.at(-1)).toMatchObject({ result: 'held', code: 'OLD_END' });
    await world.tell(eventWith({ kind: 'mover', said: START, from: START, attributes: { department: 'Security' } }));
    await world.pass(30 * DAY);
    expect(results(world).at(-1)).toBe('held OLD_END');
    expect(world.writes()).toEqual(['POST']);
  });

  test.each([
    ['involuntary', leave(-400, 0, { employment: 'ended-now' })],
    ['a decision of a person', leave(-400, 0, { source: 'operator', attributes: { email: MARA.email } })],
  ])('fault 42: an old end that is %s is carried out', async (_what, event) => {
    const world = await armedWorld();
    await world.tell(hire({ said: START - 900 * DAY }));
    await world.tell(event);
    expect(results(world).at(-1)).toBe('done removed');
  });

  test('fault 43: whom a lost message should have woken is woken again by the next sweep', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    await world.tell(leave(1));
    world.clock.advance(DAY);
    expect(await world.sweep()).toEqual({ woken: 1 });
    world.queues.urgent.length = 0;
    expect(await world.sweep()).toEqual({ woken: 0 });
    await world.pass(5 * MINUTE);
    expect(world.account(MARA.email)).toBeUndefined();
  });

  /** One leaver whose day has come; the sweeper dies at its k-th call. Returns how many calls it made. */
  async function sweptAndKilled(side: 'before' | 'after', killAt: number): Promise<number> {
    let isSweeping = false;
    let calls = 0;
    const death = Promise.withResolvers<void>();
    const dying = (): Promise<void> | undefined => {
      if (!isSweeping || (calls += 1) !== killAt) return undefined;
      death.resolve();
      return new Promise(() => undefined);
    };
    const world = await armedWorld({ hooks: { [side]: dying } });
    await world.tell(hire());
    await world.tell(leave(1));
    world.clock.advance(DAY);
    isSweeping = true;
    await Promise.race([death.promise, world.sweep()]);
    isSweeping = false;
    await world.pass(10 * MINUTE);
    expect(world.account(MARA.email)).toBeUndefined();
    return calls;
  }

  test.each(['before', 'after'] as const)(
    'fault 43: a sweeper that is killed %s any of its calls keeps nobody from leaving on the day',
    async (side) => {
      const calls = await sweptAndKilled(side, Infinity);
      expect(calls).toBeGreaterThan(4);
      for (let killAt = 1; killAt <= calls; killAt++) await sweptAndKilled(side, killAt);
    },
  );
});

describe('the window of a signature', () => {
  test.each([
    ['five minutes behind', -5 * MINUTE, 200, undefined],
    ['more than five minutes behind', -5 * MINUTE - SECOND, 401, 'too-old'],
    ['five minutes ahead', 5 * MINUTE, 200, undefined],
    ['more than five minutes ahead', 5 * MINUTE + SECOND, 401, 'too-new'],
    ['years ahead', 4000 * DAY, 401, 'too-new'],
  ])(
    'fault 44: a clock that is %s is answered so, and a refusal counted for its source',
    async (_how, off, status, reason) => {
      const world = await armedWorld();
      const { deliver, told } = doorOf(world);
      expect(await deliver(terminated('', toIso(START)), { at: START + off })).toBe(status);
      expect(world.queues.urgent).toHaveLength(Number(status === 200));
      expect(told.counts.filter(({ metric }) => metric === 'DeliveryRefused')).toEqual(
        reason === undefined ? [] : [{ metric: 'DeliveryRefused', value: 1, dimensions: { source: 'hr', reason } }],
      );
    },
  );

  test('fault 44: a body that says a time far ahead was said when it came, and outranks nothing said later', async () => {
    const world = await armedWorld();
    const { deliver } = doorOf(world);
    await world.tell(hire());
    await deliver({
      type: 'employee.changed',
      timestamp: '2062-01-01T00:00:00Z',
      data: { employeeId: 'E1', department: 'Security' },
    });
    await world.drain();
    expect(world.account(MARA.email)).toMatchObject({ roles: ['customer_group_admin'] });
    world.clock.advance(MINUTE);
    await deliver({
      type: 'employee.changed',
      timestamp: toIso(START + MINUTE),
      data: { employeeId: 'E1', department: 'Vendor Risk' },
    });
    await world.drain();
    expect(world.account(MARA.email)).toMatchObject({ roles: ['customer_user'] });
  });

  test('fault 45: is asked about at the door alone: three days in a queue later the event counts as it was received', async () => {
    const world = await armedWorld();
    const { deliver } = doorOf(world);
    await world.tell(hire());
    expect(await deliver(terminated('', toIso(START)))).toBe(200);
    world.clock.advance(3 * DAY);
    await world.drain();
    expect(world.published.at(-1)).toMatchObject({ result: 'done', what: 'removed', tookMs: 3 * DAY });
  });
});
