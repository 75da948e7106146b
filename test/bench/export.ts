import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { bundle, functionEntry } from '../../infra/bundle.ts';
import { ManifestSchema } from '../../lib/export/manifest.ts';
import { DAY, toIso } from '../../lib/time.ts';
import { startLoopback, type Loopback } from './loopback/loopback.ts';
import { RunSchema, type Run } from './programs/measured.ts';
import { measured, type Measured } from './statistics.ts';
import { configJson, SECRETS, TOKEN } from './subject.ts';

type What = 'pages only' | 'first night' | 'later night' | 'npm run export' | '3 at once' | 'parsing' | 'comparing';

export interface ExportRow {
  users: number;
  what: What;
  runs: number;
  /** Milliseconds. */
  ms: Measured;
  cpu: Measured;
  /** Megabytes. */
  peak: Measured;
  /** To the plain loop: over the same pages, counting rows; of a comparison, over the lines of both files, parsing them. */
  msRatio: number;
  peakRatio: number;
}

/** A night of `users` accounts in a process of its own, and the plain loop of page requests, by turns. */
export async function measureExport(users: number, rounds: number): Promise<ExportRow[]> {
  await using room = await openRoom(users);
  const { run, folder } = room;
  const pages: Run[] = [];
  const nights: Run[] = [];
  const exports: Run[] = [];
  for (let round = 0; round <= rounds; round++) {
    pages.push(await run('count-pages'));
    const night = toIso(Date.UTC(2026, 0, 1) + round * DAY);
    nights.push(await run('export-night', join(folder, 'nightly-export.mjs'), night));
    exports.push(await command(room.loopback.url, folder, `export-${round}`));
  }
  sameRows([...pages, ...nights, ...exports]);
  const plain = rowOf(users, 'pages only', pages);
  const [first, ...later] = nights;
  return against(plain, [
    rowOf(users, 'first night', first === undefined ? [] : [first]),
    rowOf(users, 'later night', later),
    rowOf(users, 'npm run export', exports),
  ]);
}

/** Reading alone, three pages at once, where each page takes its time, and the plain loop of page requests. */
export async function measurePaced(users: number, latencyMs: number): Promise<ExportRow[]> {
  await using room = await openRoom(users, latencyMs);
  const [pages, three] = [await room.run('count-pages'), await room.run('list-users', '3')];
  sameRows([pages, three]);
  return against(rowOf(users, 'pages only', [pages]), [rowOf(users, '3 at once', [three])]);
}

/** Two nights of `users` accounts, of which each hundredth changed and each thousandth came or went. */
export async function measureDiff(users: number, rounds: number): Promise<ExportRow[]> {
  await using room = await openRoom(users);
  const { run, folder } = room;
  await command(room.loopback.url, folder, 'out');
  const [before, after] = [join(folder, 'out', 'users.jsonl'), join(folder, 'after.jsonl')];
  const lines = readFileSync(before, 'utf8').split('\n');
  const changed = lines.map((line, n) => (n % 100 === 0 ? line.replace('"status":"', '"status":"Formerly ') : line));
  writeFileSync(after, changed.filter((_, n) => n % 1000 !== 1).join('\n'));
  const [parsing, comparing]: [Run[], Run[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    parsing.push(await run('diff-nights', 'parse', before, after));
    comparing.push(await run('diff-nights', 'compare', before, after));
  }
  sameRows([...parsing, ...comparing]);
  return against(rowOf(users, 'parsing', parsing), [rowOf(users, 'comparing', comparing)]);
}

/** A Bitsight of so many accounts, and a folder with the programs. */
async function openRoom(users: number, latencyMs?: number) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-export-'));
  const loopback = await startLoopback({ secrets: SECRETS, token: TOKEN, users, ...(latencyMs && { latencyMs }) });
  await bundlePrograms(folder);
  writeFileSync(join(folder, 'lifecycle.json'), configJson(loopback.url));
  return {
    folder,
    loopback,
    run: (program: string, ...args: string[]) => runOnce(join(folder, `${program}.mjs`), args, folder, loopback),
    async [Symbol.asyncDispose]() {
      await loopback.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Programs are bundled too, so that no process spends time and memory on stripping types. */
async function bundlePrograms(folder: string): Promise<void> {
  for (const name of ['count-pages', 'export-night', 'list-users', 'diff-nights', 'at-end'])
    await bundle(fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url)), join(folder, `${name}.mjs`));
  await bundle(functionEntry('nightly-export'), join(folder, 'nightly-export.mjs'));
}

const PACKAGE = z.object({ scripts: z.object({ export: z.string() }) });
/** `npm run export` as it stands in package.json, its start included. */
async function command(url: string, folder: string, name: string): Promise<Run> {
  const out = join(folder, name);
  const { scripts } = PACKAGE.parse(JSON.parse(readFileSync('package.json', 'utf8')));
  const [, ...script] = scripts.export.split(' ');
  const env = { ...process.env, BITSIGHT_API_TOKEN: TOKEN, BENCH_RUN: `${out}.json` };
  const args = ['--import', join(folder, 'at-end.mjs'), ...script, '--base-url', url, '--out', out];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)));
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`npm run export ended with ${String(code)}: ${said}`);
  const { counts } = ManifestSchema.parse(JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')));
  return RunSchema.parse({ ...JSON.parse(readFileSync(`${out}.json`, 'utf8')), rows: counts.people + counts.tokens });
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

function sameRows(runs: readonly Run[]): void {
  const counts = new Set(runs.map(({ rows }) => rows));
  if (counts.size !== 1) throw new Error(`not the same accounts were read: ${[...counts].join()}`);
}

function against(plain: ExportRow, rows: readonly ExportRow[]): ExportRow[] {
  return [plain, ...rows].map((row) => ({
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
