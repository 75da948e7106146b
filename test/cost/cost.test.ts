import { expect, test } from '@jest/globals';
import { basketOf, countIn, idleMonth } from './bill.ts';
import { readCounts } from './counts.ts';
import { costOf, times, together } from './prices.ts';

const counts = readCounts();

test('a basket costs its amounts by their prices, as often as it is bought', () => {
  const basket = together({ write: 1_000_000 }, { write: 1_000_000, secret: 2 });
  expect(costOf(basket)).toBeCloseTo(2 * 0.625 + 0.8);
  expect(costOf(times(basket, 3))).toBeCloseTo(3 * costOf(basket));
});

test('a call that nobody has a price for is no call for nothing', () => {
  const joiner = countIn(counts, 'joiner');
  expect(() => basketOf({ ...joiner, aws: { ...joiner.aws, 'KMS.Decrypt': 1 } })).toThrow('KMS.Decrypt');
  for (const count of Object.values(counts)) expect(costOf(basketOf(count))).toBeGreaterThan(0);
});

test('what cannot concern Bitsight does not ask it, and what is no news costs one read', () => {
  for (const kind of ['joiner whom no rule matches', 'update of somebody whom no rule matches'])
    expect(countIn(counts, kind).bitsight).toBe(0);
  expect(countIn(counts, 'redelivery')).toMatchObject({ bitsight: 0, units: { read: 1, write: 0 } });
  expect(countIn(counts, 'refused delivery (401)')).toMatchObject({ aws: {}, units: { read: 0, write: 0 } });
});

test('an idle deployment stays below ten dollars a month, ten thousand joiners below forty cents', () => {
  expect(costOf(idleMonth(counts, { alarms: 34, secrets: 3 }))).toBeLessThan(10);
  expect(costOf(times(basketOf(countIn(counts, 'joiner')), 10_000))).toBeLessThan(0.4);
});
