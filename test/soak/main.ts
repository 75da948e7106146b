import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { never, tableOf } from './expected.ts';
import { merge, playAll, type Part, type Played } from './part.ts';

/**
 * `--seeds 500 --start 1`: plays so many histories and prints how often what happened, and which broke an invariant.
 * `--start 11 --seeds 1 --show 25`: plays history 11 alone and tells all of human 25. `--people 20`: of so many.
 * `--jobs 2`: processes at once; as many as there are cores where not given.
 */
const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { seeds: text, start: text, show: text, people: text, jobs: text } });
const optional = (given: string | undefined): number | undefined => {
  if (given === undefined) return undefined;
  const n = Number(given);
  if (!Number.isSafeInteger(n) || n < 1) throw new Error(`${given} is not a whole number from 1`);
  return n;
};
const seeds = optional(values.seeds) ?? 100;
const start = optional(values.start) ?? 1;
const jobs = Math.min(seeds, optional(values.jobs) ?? availableParallelism());
const [people, show] = [optional(values.people), optional(values.show)];

if (process.send !== undefined) process.once('message', (part: Part) => void playAll(part).then(report));
else await lead();

function report(played: Played): void {
  process.send?.(played, () => process.disconnect());
}

async function lead(): Promise<void> {
  const began = performance.now();
  const parts = Array.from({ length: jobs }, (_, job) => ({ first: start + job, end: start + seeds, step: jobs }));
  const all = merge(await Promise.all(parts.map((part) => handOut({ ...part, people, show }))));
  const missing = never(all.counts, seeds);
  console.log(tableOf(all.counts));
  if (missing.length > 0) console.log(`These never happened: ${missing.join('; ')}`);
  const seconds = (performance.now() - began) / 1000;
  const each = Math.round((all.cpuSeconds / seeds) * 1000);
  console.log(`${seeds} histories from ${start} on in ${seconds.toFixed(1)} s, ${each} ms of a core each`);
  console.log(`broken: ${all.failed.length === 0 ? 'none' : all.failed.join(' ')}`);
  process.exitCode = all.failed.length + missing.length === 0 ? 0 : 1;
}

function handOut(part: Part): Promise<Played> {
  if (jobs === 1) return playAll(part);
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, []);
    child.once('message', (played: Played) => resolve(played));
    child.once('exit', (code) => reject(new Error(`The histories from ${part.first} on ended with code ${code}.`)));
    child.send(part);
  });
}
