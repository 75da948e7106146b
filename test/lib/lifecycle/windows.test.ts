import { expect, test } from '@jest/globals';
import { array, assert, constantFrom, nat, property } from 'fast-check';
import { keys, type Windows } from '../../../lib/lifecycle/ledger.ts';
import { changeWindows, countIn } from '../../../lib/lifecycle/windows.ts';
import { DAY, HOUR } from '../../../lib/time.ts';
import { createMemoryStore } from '../../support/memory/store.ts';
import { START } from '../../support/world.ts';

const EMPTY: Windows = { ...keys.creations(), schema: 1, periods: {} };

function countAll(
  members: readonly string[],
  limits: Parameters<typeof countIn>[2],
  now = START,
): (string | Windows)[] {
  let windows = EMPTY;
  return members.map((member) => {
    const next = countIn(windows, member, limits, now);
    if ('full' in next) return next.full;
    windows = next;
    return 'in';
  });
}

test('as many as the limit says have room, and who came before comes again without a second place', () => {
  expect(countAll(['a', 'b', 'a', 'c', 'b'], { hour: 2 })).toEqual(['in', 'in', 'in', 'hour', 'in']);
});

test.each([
  ['the next hour is counted anew', HOUR, { hour: 1 }, 'in'],
  ['the day counts on', HOUR, { hour: 5, day: 1 }, 'day'],
  ['the next day is counted anew', DAY, { day: 1 }, 'in'],
  ['the month counts on', DAY, { month: 1 }, 'month'],
  ['a limit of zero lets nobody through', 0, { hour: 0 }, 'hour'],
])('%s', (_title, later, limits, expected) => {
  const first = countIn(EMPTY, 'a', { hour: 9, day: 9, month: 9 }, START);
  if ('full' in first) throw new Error('There was room.');
  const second = countIn(first, 'b', limits, START + later);
  expect('full' in second ? second.full : 'in').toBe(expected);
});

test('no order and no repetition lets more through than the smallest limit', () => {
  assert(
    property(array(constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g')), nat(6), nat(6), (members, hour, day) => {
      const passed = new Set(members.filter((_, index) => countAll(members, { hour, day })[index] === 'in'));
      expect(passed.size).toBe(Math.min(new Set(members).size, hour, day));
    }),
    { seed: 7 },
  );
});

test('two that count in the same moment are both counted', async () => {
  const store = createMemoryStore({ table: new Map() });
  const count = (member: string) =>
    changeWindows(store, keys.creations(), (windows) => {
      const next = countIn(windows, member, { month: 9 }, START);
      return 'full' in next ? windows : next;
    });
  await Promise.all(['a', 'b', 'c'].map(count));
  expect((await count('d')).periods.month?.members.toSorted()).toEqual(['a', 'b', 'c', 'd']);
});
