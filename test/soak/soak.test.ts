import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { play } from './play.ts';

/** In processes of their own: what takes a second here takes several in a test's own world. `npm run soak` goes on as long as one likes. */
test('two hundred histories end as the books say, no invariant is broken on the way, and everything that can happen did', async () => {
  const { code, output } = await soak(['--seeds', '200']);
  expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('broken: none') });
}, 300_000);

test('a seed is one history: played again it is the same to the last call', async () => {
  const [first, second] = [await play(3, 5), await play(3, 5)];
  expect(first.counts.get('call POST')).toBeGreaterThan(0);
  expect(second.run.world.published).toEqual(first.run.world.published);
  expect(second.counts).toEqual(first.counts);
});

function soak(options: string[]): Promise<{ code: number | string; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['test/soak/main.ts', ...options], (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, output: error === null ? stdout : stdout + stderr }),
    );
  });
}
