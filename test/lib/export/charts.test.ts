import { expect, test } from '@jest/globals';
import { bars, overTime } from '../../../lib/export/charts.ts';

const widths = (drawing: string): number[] =>
  [...drawing.matchAll(/<rect class="bar"[^>]* width="([\d.]+)"/g)].map(([, width]) => Number(width));

test('bars are as long as their numbers say, the longest first; every name and number is in the text too', () => {
  const { text } = bars(
    'People by role',
    new Map([
      ['Admin', 10],
      ['User', 40],
      ['<b>', 0],
    ]),
  ).drawing;
  expect(widths(text)).toEqual([300, 75, 0]);
  expect(text).toContain('aria-label="People by role: User 40, Admin 10, &lt;b&gt; 0."');
});

test('what is in an order of its own stays in it', () => {
  const { text } = bars(
    'Age',
    new Map([
      ['a week', 1],
      ['never', 2],
    ]),
    '',
    false,
  ).drawing;
  expect(widths(text)).toEqual([150, 300]);
});

test('of many names the least are put together, and nobody is lost', () => {
  const { text } = bars('Groups', new Map(Array.from({ length: 14 }, (_, n) => [`group ${n}`, n + 1]))).drawing;
  expect(widths(text)).toHaveLength(11);
  expect(text).toContain('4 others 10.');
});

const night = (day: number, people: number, joined: number, left: number) => ({
  date: `2026-05-0${day}`,
  people,
  joined,
  left,
});
test('nights are drawn from the first to the last, with the sums in words', () => {
  const { text } = overTime(
    'People over time',
    [night(1, 80, 0, 0), night(2, 83, 4, 1), night(3, 82, 0, 1)],
    '',
  ).drawing;
  expect(text).toContain('80 people on 2026-05-01, 82 on 2026-05-03; 4 joined, 2 left.');
  const heights = [...text.matchAll(/class="joined"[^>]* height="([\d.]+)"/g)].map(([, height]) => Number(height));
  expect(heights).toEqual([0, 34, 0]);
  expect(text).toMatch(/<path class="line" d="M16,[\d.]+L180,[\d.]+L344,[\d.]+"/);
});
