import { parseArgs } from 'node:util';
import { play } from './play.ts';
import { storyOf } from './story.ts';

/**
 * `--seeds 500 --start 1`: plays so many histories and prints how often what happened, and which broke an invariant.
 * `--start 11 --seeds 1 --show 25`: plays history 11 alone and tells all of human 25. `--people 20`: of so many.
 */
const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { seeds: text, start: text, show: text, people: text } });
const whole = (given: string | undefined, otherwise: number): number => {
  const n = Number(given ?? otherwise);
  if (!Number.isSafeInteger(n) || n < 1) throw new Error(`${given} is not a whole number from 1`);
  return n;
};
const [seeds, start] = [whole(values.seeds, 100), whole(values.start, 1)];
const people = values.people === undefined ? undefined : whole(values.people, 1);

const totals = new Map<string, number>();
const failed: number[] = [];
const began = performance.now();
for (let seed = start; seed < start + seeds; seed++) {
  const broken = await playOne(seed);
  if (broken.length > 0) failed.push(seed);
  if (broken.length > 0) console.log(`seed ${seed}:\n${broken.map((one) => `  ${one}`).join('\n')}`);
}
const rows = [...totals].sort(([a], [b]) => (a < b ? -1 : 1));
const width = Math.max(...rows.map(([what]) => what.length));
for (const [what, n] of rows) console.log(`${what.padEnd(width)} ${String(n).padStart(9)}`);
const seconds = ((performance.now() - began) / 1000).toFixed(1);
console.log(`${seeds} histories in ${seconds} s; broken: ${failed.length === 0 ? 'none' : failed.join(' ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function playOne(seed: number): Promise<string[]> {
  try {
    const { broken, counts, run } = await play(seed, people);
    for (const [what, n] of counts) totals.set(what, (totals.get(what) ?? 0) + n);
    if (values.show !== undefined) console.log((await storyOf(run, whole(values.show, 1))).join('\n'));
    return broken;
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}
