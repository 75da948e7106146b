import { expect, test } from '@jest/globals';
import { play } from './play.ts';

/** Some twenty seconds on two free cores; `npm run soak` goes on for as long as one likes. */
const SEEDS = Array.from({ length: 100 }, (_, index) => index + 1);
const PEOPLE = 20;

test.each(SEEDS)('history %i ends as the books say, and no invariant was broken on the way', async (seed) => {
  expect((await play(seed, PEOPLE)).broken).toEqual([]);
});

test('a seed is one history: played again it is the same to the last call', async () => {
  const [first, second] = [await play(3, PEOPLE), await play(3, PEOPLE)];
  expect(second.run.world.published).toEqual(first.run.world.published);
  expect(second.run.world.core.record.calls.length).toBe(first.run.world.core.record.calls.length);
  expect(second.counts).toEqual(first.counts);
});
