import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bundle, functionEntry } from '../../infra/bundle.ts';
import { FUNCTION_LIMITS, type FunctionName } from '../../infra/function-limits.ts';
import { startRuntime } from '../support/lambda-runtime/runtime.ts';
import { kilobytesByPackage } from '../support/bundle-packages.ts';
import { profiled, sharesOf } from './imports.ts';
import type { Call } from './loopback/call.ts';
import { startLoopback, type Loopback } from './loopback/loopback.ts';
import { measured, median, type Measured } from './statistics.ts';
import { ACCOUNTS, configJson, SECRETS, TOKEN, WORK } from './subject.ts';

const FUNCTIONS = Object.keys(FUNCTION_LIMITS) as FunctionName[]; // -- the keys of a constant
/** The most that a function may take of what its calls alone take. */
const TARGETS: Partial<Record<string, number>> = { webhook: 1.2, onboarding: 1.35, offboarding: 1.35 };
const baselineEntry = (name: string) => fileURLToPath(new URL(`baseline/${name}.ts`, import.meta.url));

interface Start {
  ready: number;
  answered: number;
  cpu: number;
  answer: unknown;
}
/** One bundle in a directory of its own, and every start of it. */
interface Subject {
  directory: string;
  event: () => unknown;
  starts: Start[];
}
export interface ColdRow {
  name: string;
  /** Kilobytes, as it is and packed. */
  size: number;
  packed: number;
  /** Milliseconds from the start of the process. */
  ready: Measured;
  answered: Measured;
  cpu: Measured;
  /** To the handler that does nothing. */
  toBare: number;
  /** Within each round to the handler that makes the same calls, bundled as anybody would: of time, of processor time. */
  toSameCalls?: Measured;
  cpuToSameCalls?: Measured;
  /** Of processor time to the same handler with what our bundling leaves out left out. */
  cpuToSlim?: Measured;
  target?: number | undefined;
}
/** What a package takes of one bundle: kilobytes, and milliseconds of processor time until the first answer. */
export interface ImportRow {
  name: string;
  package: string;
  size: number;
  cpu: number;
}

/**
 * From the start of the process to the first answer, in the real Lambda runtime client. Each round starts every subject
 * once, so that what else the machine does meets all of them.
 */
export async function measureCold(rounds: number): Promise<{ starts: ColdRow[]; imports: ImportRow[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-cold-'));
  const loopback = await startLoopback({ secrets: SECRETS, token: TOKEN, users: 100, accounts: ACCOUNTS });
  try {
    const subjects = await prepare(folder, loopback);
    for (let round = 0; round < rounds; round++)
      for (const subject of subjects.values()) subject.starts.push(await startOnce(subject, loopback));
    const starts = rowsOf(subjects);
    const imports: ImportRow[] = [];
    for (const name of FUNCTIONS) {
      const cpu = median((subjects.get(name)?.starts ?? []).map((start) => start.cpu));
      imports.push(...(await importsOf(name, cpu, loopback, folder)));
    }
    return { starts, imports };
  } finally {
    await loopback.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Bundles all; runs each function once to record which calls its baseline has to make. */
async function prepare(folder: string, loopback: Loopback): Promise<Map<string, Subject>> {
  const subjects = new Map<string, Subject>();
  async function add(name: string, entry: string, event: () => unknown, settings?: Settings): Promise<Subject> {
    const directory = join(folder, name.replaceAll(/[ ,]+/g, '-'));
    await bundle(entry, join(directory, 'index.mjs'), settings);
    writeFileSync(join(directory, 'lifecycle.json'), configJson(loopback.url));
    const subject = { directory, event, starts: [] };
    subjects.set(name, subject);
    return subject;
  }
  await startOnce(await add('bare', baselineEntry('bare'), () => ({})), loopback);
  for (const name of FUNCTIONS) {
    const { event, done } = WORK[name];
    const { answer } = await startOnce(await add(name, functionEntry(name), event), loopback);
    const calls = [...loopback.calls];
    if (!JSON.stringify([answer, calls]).includes(done)) throw new Error(`${name} did not do its work`);
    for (const [baseline, settings] of [[sameCalls(name), USUAL] as const, [slim(name), {}] as const]) {
      await startOnce(await add(baseline, baselineEntry(name), () => ({ calls }), settings), loopback);
      checkSame(name, calls, loopback.calls);
    }
  }
  return subjects;
}

type Settings = Parameters<typeof bundle>[2];
/** As anybody would bundle, who knows nothing of Lambda's environment. */
const USUAL: Settings = { alias: {} };
const sameCalls = (name: string) => `${name}, same calls`;
const slim = (name: string) => `${name}, same calls, slim`;
const kindsOf = (calls: Call[]) => calls.map(({ service, operation }) => `${service} ${operation}`).join();

function checkSame(name: string, calls: Call[], again: Call[]): void {
  if (calls.length === 0 || kindsOf(calls) !== kindsOf(again))
    throw new Error(`the baseline of ${name} made other calls: ${kindsOf(calls)} | ${kindsOf(again)}`);
}

async function startOnce(
  { directory, event }: Pick<Subject, 'directory' | 'event'>,
  loopback: Loopback,
  more: Record<string, string> = {},
): Promise<Start> {
  loopback.reset();
  const { environment, url } = loopback;
  const runtime = await startRuntime({
    directory,
    environment: { ...environment, BITSIGHT_URL: url, BITSIGHT_TOKEN: TOKEN, ...more },
  });
  const answer = await runtime.invoke(event());
  await runtime.stop('SIGTERM');
  return { ...runtime.timings(), answer };
}

/** The first packages of a bundle by size and by time; the profiler slows, so its shares are those of `cpu`. */
async function importsOf(name: FunctionName, cpu: number, loopback: Loopback, folder: string): Promise<ImportRow[]> {
  const directory = join(folder, `${name}-profile`);
  const file = join(directory, 'index.mjs');
  const sizes = kilobytesByPackage(await bundle(functionEntry(name), file));
  await bundle(functionEntry(name), file, { minify: false });
  writeFileSync(join(directory, 'lifecycle.json'), configJson(loopback.url));
  for (let run = 0; run < 5; run++)
    await startOnce({ directory, event: WORK[name].event }, loopback, profiled(directory));
  const shares = sharesOf(directory);
  return [...new Set([...[...shares.keys()].slice(0, 6), ...[...sizes.keys()].slice(0, 6)])].map((key) => ({
    name,
    package: key,
    size: sizes.get(key) ?? 0,
    cpu: (shares.get(key) ?? 0) * cpu,
  }));
}

function rowsOf(subjects: Map<string, Subject>): ColdRow[] {
  const startsOf = (key: 'answered' | 'cpu', name: string) =>
    (subjects.get(name)?.starts ?? []).map((start) => start[key]);
  const ratio = (key: 'answered' | 'cpu', name: string, to: string) => {
    const others = startsOf(key, to);
    return measured(startsOf(key, name).map((value, round) => value / (others[round] ?? NaN)));
  };
  return [...subjects].map(([name, { directory, starts }]) => {
    const code = readFileSync(join(directory, 'index.mjs'));
    return {
      name,
      size: code.length / 1000,
      packed: gzipSync(code).length / 1000,
      ready: measured(starts.map((start) => start.ready)),
      answered: measured(starts.map((start) => start.answered)),
      cpu: measured(starts.map((start) => start.cpu)),
      toBare: median(startsOf('answered', name)) / median(startsOf('answered', 'bare')),
      ...(subjects.has(sameCalls(name)) && {
        toSameCalls: ratio('answered', name, sameCalls(name)),
        cpuToSameCalls: ratio('cpu', name, sameCalls(name)),
        cpuToSlim: ratio('cpu', name, slim(name)),
        target: TARGETS[name],
      }),
    };
  });
}
