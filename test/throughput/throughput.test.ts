import { expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../lib/time.ts';
import { crowd } from './crowd.ts';
import { CASES, EMPLOYED, leaverBehind } from './leaver.ts';
import { massMistake } from './mistake.ts';
import { mixedEvents } from './mixed.ts';

/** Each scene of `npm run throughput`, small. Times are simulated: they are the same on every machine. */
const WAITING = 100;

test.each(Object.entries(CASES))(
  'a leaver behind those who wait to be hired is proven gone within five minutes: %s',
  async (_title, one) => {
    const { tookMs = Infinity, outcome, remaining, hired, atOnce } = await leaverBehind(WAITING, one);
    expect(tookMs).toBeLessThan(5 * MINUTE);
    expect(outcome).toMatch(/^(done removed|no-op ALREADY_GONE)$/);
    expect(remaining).toBe(0);
    expect(hired).toBeGreaterThanOrEqual(WAITING - 1);
    expect(atOnce).toBeLessThanOrEqual(4);
  },
);

test('without a fault a leaver waits for nobody: as long as the calls take', async () => {
  const { tookMs } = await leaverBehind(WAITING, EMPLOYED);
  expect(tookMs).toBeLessThan(2 * SECOND + 500);
});

test('events of all kinds keep every worker at its calls, and no event costs Bitsight or the ledger more calls than its kind needs', async () => {
  const { lanes, kinds, outcomes, atOnce } = await mixedEvents(300, 1);
  for (const { boundMs, tookMs } of Object.values(lanes)) expect(boundMs / tookMs).toBeGreaterThan(0.85);
  expect(outcomes).toEqual({
    'done created': 75,
    'done changed': 90,
    'done removed': 60,
    'no-op AS_IS': 45,
    'no-op SEEN_BEFORE': 30,
  });
  const calls = [...kinds].map(([kind, of]) => {
    const { tenant: _shared, ...own } = Object.fromEntries(of.calls);
    return [kind, Object.values(own).reduce((sum, n) => sum + n, 0) / of.messages];
  });
  expect(Object.fromEntries(calls)).toEqual({
    hire: 4,
    move: 3,
    rename: 5,
    leave: 5,
    'no change': 1,
    duplicate: 0,
  });
  const ledger = [...kinds].map(([kind, of]) => [kind, Math.floor(of.ledger / of.messages)]);
  expect(Object.fromEntries(ledger)).toEqual({
    hire: 25,
    move: 21,
    rename: 27,
    leave: 24,
    'no change': 13,
    duplicate: 2,
  });
  expect(atOnce).toBeLessThanOrEqual(4);
});

test('people whom no rule matches cost Bitsight no call, and a leaver in their midst waits for none of them', async () => {
  const leaverAlone = await crowd(0, 1);
  const { calls, outcomes, leaverTookMs } = await crowd(2 * WAITING, Infinity);
  expect(calls).toBe(leaverAlone.calls);
  expect(outcomes).toEqual({ 'no-op NO_RULE': 2 * WAITING });
  expect(leaverTookMs).toBeLessThan(2 * SECOND);
});

test('terminations by mistake take the access of five people, wait as one batch with one alarm, and hold up nobody else', async () => {
  const figures = await massMistake(WAITING, 20);
  expect(figures).toMatchObject({ removed: 5, held: WAITING - 5, alarms: 1, hurt: 0 });
  expect(Object.values(figures.batches)).toEqual([WAITING - 5]);
  expect(figures.tookMs).toBeLessThan(2 * MINUTE);
  expect(figures.othersTookMs).toBeLessThan(2 * MINUTE);
  expect(figures.leaverTookMs).toBeLessThan(MINUTE);
});

test('the same seed gives the same figures', async () => {
  expect(await mixedEvents(60, 2)).toEqual(await mixedEvents(60, 2));
});
