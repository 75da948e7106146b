import { run } from './run.ts';

/** The last seeds of rounds that grow: what is found by the first histories need not wait for all. */
const ROUNDS = [2, 8, 24, 56, 104];
const LONGEST_MS = 600_000;

/** The first history that is broken, or undefined where none of the first `most` is. */
export async function firstBroken(directory: string, most: number): Promise<string | undefined> {
  let start = 1;
  for (const end of [...ROUNDS.filter((round) => round < most), most]) {
    const seeds = ['--start', String(start), '--seeds', String(end - start + 1)];
    const { ended, output } = await run(directory, ['test/soak/main.ts', ...seeds], LONGEST_MS);
    if (!ended) return `${start} to ${end}: no end`;
    const broken = /^broken: (.*)$/m.exec(output)?.[1];
    if (broken === undefined) return `${start} to ${end}: stopped`;
    if (broken !== 'none') return String(Math.min(...broken.split(' ').map(Number)));
    start = end + 1;
  }
  return undefined;
}
