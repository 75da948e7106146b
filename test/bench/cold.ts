import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bundle, functionEntry } from '../../infra/bundle.ts';
import { FUNCTION_LIMITS, type FunctionName } from '../../infra/function-limits.ts';
import { startRuntime } from '../support/lambda-runtime/runtime.ts';
import type { Call } from './loopback/call.ts';
import { startLoopback, type Loopback } from './loopback/loopback.ts';
import { measured, median, type Measured } from './statistics.ts';
import { ACCOUNTS, configJson, SECRETS, TOKEN, WORK } from './subject.ts';

const FUNCTIONS = Object.keys(FUNCTION_LIMITS) as FunctionName[]; // -- the keys of a constant
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
  /** To the handler that does nothing; to the one that makes the same calls. */
  toBare: number;
  toSameCalls: number | undefined;
  /** The same of processor time, which depends less on what else the machine does. */
  cpuToSameCalls: number | undefined;
}

/**
 * From the start of the process to the first answer, in the real Lambda runtime client. Each round starts every subject
 * once, so that what else the machine does meets all of them.
 */
export async function measureCold(rounds: number): Promise<ColdRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-cold-'));
  const loopback = await startLoopback({ secrets: SECRETS, token: TOKEN, users: 100, accounts: ACCOUNTS });
  try {
    const subjects = await prepare(folder, loopback);
    for (let round = 0; round < rounds; round++)
      for (const subject of subjects.values()) subject.starts.push(await startOnce(subject, loopback));
    return rowsOf(subjects);
  } finally {
    await loopback.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Bundles all; runs each function once to record which calls its baseline has to make. */
async function prepare(folder: string, loopback: Loopback): Promise<Map<string, Subject>> {
  const subjects = new Map<string, Subject>();
  async function add(name: string, entry: string, event: () => unknown): Promise<Subject> {
    const directory = join(folder, name.replaceAll(' ', '-'));
    await bundle(entry, join(directory, 'index.mjs'));
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
    await startOnce(await add(sameCalls(name), baselineEntry(name), () => ({ calls })), loopback);
    checkSame(name, calls, loopback.calls);
  }
  return subjects;
}

const sameCalls = (name: string) => `${name}, same calls`;
const kindsOf = (calls: Call[]) => calls.map(({ service, operation }) => `${service} ${operation}`).join();

function checkSame(name: string, calls: Call[], again: Call[]): void {
  if (calls.length === 0 || kindsOf(calls) !== kindsOf(again))
    throw new Error(`the baseline of ${name} made other calls: ${kindsOf(calls)} | ${kindsOf(again)}`);
}

async function startOnce({ directory, event }: Subject, loopback: Loopback): Promise<Start> {
  loopback.reset();
  const { environment, url } = loopback;
  const runtime = await startRuntime({
    directory,
    environment: { ...environment, BITSIGHT_URL: url, BITSIGHT_TOKEN: TOKEN },
  });
  const answer = await runtime.invoke(event());
  await runtime.stop();
  return { ...runtime.timings(), answer };
}

function rowsOf(subjects: Map<string, Subject>): ColdRow[] {
  const medianOf = (key: 'answered' | 'cpu', name: string) =>
    median((subjects.get(name)?.starts ?? []).map((start) => start[key]));
  const ratio = (key: 'answered' | 'cpu', name: string, to: string) =>
    subjects.has(to) ? medianOf(key, name) / medianOf(key, to) : undefined;
  return [...subjects].map(([name, { directory, starts }]) => {
    const code = readFileSync(join(directory, 'index.mjs'));
    return {
      name,
      size: code.length / 1000,
      packed: gzipSync(code).length / 1000,
      ready: measured(starts.map((start) => start.ready)),
      answered: measured(starts.map((start) => start.answered)),
      cpu: measured(starts.map((start) => start.cpu)),
      toBare: medianOf('answered', name) / medianOf('answered', 'bare'),
      toSameCalls: ratio('answered', name, sameCalls(name)),
      cpuToSameCalls: ratio('cpu', name, sameCalls(name)),
    };
  });
}
