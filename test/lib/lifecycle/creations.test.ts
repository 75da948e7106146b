import { expect, test } from '@jest/globals';
import { keys, WindowsSchema } from '../../../lib/lifecycle/ledger.ts';
import { DAY, HOUR, MINUTE, nextMonth, toIso } from '../../../lib/time.ts';
import { armedWorld, eventWith, MARA, START, type TestWorld, type WorldOptions } from '../../support/world.ts';

const hire = (n: number) => {
  const attributes = { ...MARA, email: `person-${n}@example.com` };
  return eventWith({ kind: 'joiner', employeeId: `E${n}`, attributes });
};
const withMonthly = (monthlyCreations: number | null, options: WorldOptions = {}) =>
  armedWorld({ ...options, config: { bitsight: { monthlyCreations } } });
const made = (world: TestWorld) =>
  world.core.record.effects.filter(({ actor, change }) => actor === 'api' && change.before === null);
const said = (world: TestWorld, message: string) => world.telemetry.lines.filter((line) => line.includes(message));

test.each([
  ['2026-11-23T09:00:00.000Z', '2026-12-01T00:00:00.000Z'],
  ['2026-12-31T23:59:59.999Z', '2027-01-01T00:00:00.000Z'],
  ['2027-01-01T00:00:00.000Z', '2027-02-01T00:00:00.000Z'],
])('after %s the next month begins at %s', (instant, expected) => {
  expect(toIso(nextMonth(Date.parse(instant)))).toBe(expected);
});

test('fault 20: who comes after the last creation of a month is named, waits for the next one and is asked about once a day', async () => {
  const world = await withMonthly(2);
  await world.tell(hire(1), hire(2), hire(3));
  expect(world.published).toHaveLength(2);
  const waiting = (await world.people()).find(({ open }) => open.length > 0);
  expect(waiting).toMatchObject({ wakeAt: START + DAY, tries: { code: 'CREATION_QUOTA', count: 1 } });
  expect(said(world, 'CREATION_QUOTA')).toEqual([expect.stringContaining(waiting?.pid ?? 'nobody')]);
  const calls = world.core.record.calls.length;
  await world.pass(6 * DAY);
  expect(world.writes()).toEqual(['POST', 'POST']);
  expect(world.core.record.calls.length - calls).toBeLessThanOrEqual(6 * 4);
  await world.pass(2 * DAY);
  expect(made(world).map(({ at }) => toIso(at).slice(0, 7))).toEqual(['2026-11', '2026-11', '2026-12']);
  expect(made(world).at(-1)?.at).toBeLessThan(Date.UTC(2026, 11, 1) + 10 * MINUTE);
  expect(world.published.map(({ result }) => result)).toEqual(['done', 'done', 'done']);
});

test('fault 20: one whose POST fails again and again is counted once', async () => {
  const faults = [{ kind: 'server-error' as const, method: 'POST' as const, times: 4 }];
  const world = await withMonthly(1, { faults });
  await world.tell(hire(1));
  await world.pass(HOUR);
  expect(world.writes()).toHaveLength(5);
  expect(world.published).toMatchObject([{ what: 'created' }]);
});

test('fault 20: one who comes back is counted anew: it is another account', async () => {
  const world = await withMonthly(2);
  await world.tell(hire(1));
  const leave = { kind: 'leaver' as const, employeeId: 'E1', attributes: {} };
  await world.tell(eventWith({ ...leave, said: START - MINUTE, from: START - MINUTE }));
  await world.tell({ ...hire(1), said: START, from: START });
  await world.tell(hire(2));
  expect(world.published.map(({ what }) => what)).toEqual(['created', 'removed', 'created']);
});

test('fault 20: from four fifths on people are told, once; the share is measured each time', async () => {
  const world = await withMonthly(5);
  await world.tell(hire(1), hire(2), hire(3));
  expect(said(world, 'most of the accounts')).toEqual([]);
  await world.tell(hire(4), hire(5), hire(6));
  expect(said(world, 'most of the accounts')).toEqual([expect.stringContaining('"count":4')]);
  expect(world.telemetry.counts.get('CreationQuotaUsedPercent')).toBe(20 + 40 + 60 + 80 + 100 + 100);
});

test('fault 20: no account is asked for where no further one may be active, until one may', async () => {
  const world = await armedWorld({ users: 1, switches: { activeQuota: 1 } });
  await world.tell(hire(1));
  await world.pass(HOUR);
  expect(world.writes()).toEqual([]);
  expect((await world.people())[0]?.tries?.code).toBe('CREATION_QUOTA');
  world.core.setSwitches({ activeQuota: 4 });
  await world.pass(DAY);
  expect(world.published).toMatchObject([{ result: 'done', what: 'created' }]);
  expect(world.telemetry.counts.get('CreationQuotaUsedPercent')).toBe(100 + 25 + Math.round(100 / 300));
});

test('fault 20: a quota that Bitsight does not tell limits nobody; it refuses by itself', async () => {
  const world = await armedWorld({ faults: [{ kind: 'server-error', path: '/users/quota' }] });
  await world.tell(hire(1));
  expect(world.published).toMatchObject([{ what: 'created' }]);
});

test('fault 20: without a limit nothing is counted', async () => {
  const world = await withMonthly(null);
  await world.tell(hire(1), hire(2));
  expect(await world.store.get(keys.creations())).toBeUndefined();
  const limited = await withMonthly(9);
  await limited.tell(hire(1), hire(2));
  expect(WindowsSchema.parse(await limited.store.get(keys.creations())).periods.month?.members).toHaveLength(2);
});
