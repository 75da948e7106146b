import { expect, test } from '@jest/globals';
import { measured, quantile } from './statistics.ts';

test.each([
  [[3, 1, 2], 0.5, 2],
  [[4, 1, 2, 3], 0.5, 2.5],
  [[10, 0], 0.25, 2.5],
  [[7], 0.9, 7],
])('of %j the quantile %d is %d, between two numbers by their distance', (numbers, at, expected) => {
  expect(quantile(numbers, at)).toBe(expected);
});

test('one slow round moves neither the median nor the middle half far', () => {
  expect(measured([1, 2, 3, 4, 1000])).toEqual({ median: 3, low: 2, high: 4 });
});
