import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, functionEntry } from '../../infra/bundle.ts';
import { DAY, toIso } from '../../lib/time.ts';
import { startLoopback, type Loopback } from './loopback/loopback.ts';
import { RunSchema, type Run } from './programs/measured.ts';
import { measured, type Measured } from './statistics.ts';
import { configJson, SECRETS, TOKEN } from './subject.ts';

export interface ExportRow {
  users: number;
  what: 'pages only' | 'first night' | 'later night';
  runs: number;
  /** Milliseconds. */
  ms: Measured;
  cpu: Measured;
  /** Megabytes. */
  peak: Measured;
  /** To the loop that asks for the same pages and counts rows. */
  msRatio: number;
  peakRatio: number;
}

/** A night of `users` accounts in a process of its own, and the plain loop of page requests, by turns. */
export async function measureExport(users: number, rounds: number): Promise<ExportRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-export-'));
  const loopback = await startLoopback({ secrets: SECRETS, token: TOKEN, users });
  try {
    const programs = await bundlePrograms(folder);
    writeFileSync(join(folder, 'lifecycle.json'), configJson(loopback.url));
    const run = (program: string, ...args: string[]) => runOnce(join(folder, program), args, folder, loopback);
    const pages: Run[] = [];
    const nights: Run[] = [];
    for (let round = 0; round <= rounds; round++) {
      pages.push(await run('count-pages.mjs'));
      nights.push(await run('export-night.mjs', programs.function, toIso(Date.UTC(2026, 0, 1) + round * DAY)));
    }
    const counts = new Set([...pages, ...nights].map((one) => one.rows));
    if (counts.size !== 1) throw new Error(`not the same accounts were read: ${[...counts].join()}`);
    return rowsOf(users, pages, nights);
  } finally {
    await loopback.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Programs are bundled too, so that no process spends time and memory on stripping types. */
async function bundlePrograms(folder: string): Promise<{ function: string }> {
  for (const name of ['count-pages', 'export-night'])
    await bundle(fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url)), join(folder, `${name}.mjs`));
  await bundle(functionEntry('nightly-export'), join(folder, 'nightly-export.mjs'));
  return { function: join(folder, 'nightly-export.mjs') };
}

async function runOnce(program: string, args: string[], folder: string, loopback: Loopback): Promise<Run> {
  const own = { BITSIGHT_URL: loopback.url, BITSIGHT_TOKEN: TOKEN, LAMBDA_TASK_ROOT: folder };
  const env = { ...loopback.environment, ...own };
  const child = fork(program, args, { env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)));
  const answers: unknown[] = [];
  child.on('message', (message) => answers.push(message));
  const [code] = await once(child, 'exit');
  loopback.calls.length = 0;
  const run = RunSchema.safeParse(answers[0]).data;
  if (run === undefined) throw new Error(`${program} ended with ${String(code)}: ${said}`);
  return run;
}

function rowsOf(users: number, pages: Run[], [first, ...later]: Run[]): ExportRow[] {
  const plain = rowOf(users, 'pages only', pages);
  const nights = [rowOf(users, 'first night', first === undefined ? [] : [first]), rowOf(users, 'later night', later)];
  const all = [plain, ...nights];
  return all.map((row) => ({
    ...row,
    msRatio: row.ms.median / plain.ms.median,
    peakRatio: row.peak.median / plain.peak.median,
  }));
}

function rowOf(users: number, what: ExportRow['what'], runs: Run[]): ExportRow {
  return {
    users,
    what,
    runs: runs.length,
    ms: measured(runs.map((run) => run.ms)),
    cpu: measured(runs.map((run) => run.cpu)),
    peak: measured(runs.map((run) => run.peak)),
    msRatio: 1,
    peakRatio: 1,
  };
}
