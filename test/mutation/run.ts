import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import * as z from 'zod';

const ReportSchema = z.object({
  testResults: z.array(
    z.object({
      message: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

/** What became of tests, by their full names. A file that could not be run has neither. */
export interface Tested {
  passed: string[];
  failed: string[];
  /** Why the file could not be run, or that it came to no end. */
  broken?: string;
}

/** Longer than any named test takes. What hangs by then has been found, too. */
const LONGEST_MS = 180_000;

/** Runs the tests of a file whose titles have one of these pieces in them. */
export async function runTests(directory: string, file: string, titles: readonly string[]): Promise<Tested> {
  const report = join(directory, 'mutation-report.json');
  const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
  const pattern = titles.map((title) => escaped(title)).join('|');
  const options = [
    '--runTestsByPath',
    file,
    '-t',
    pattern,
    '-w',
    '1',
    '--silent',
    '--forceExit',
    '--json',
    '--outputFile',
    report,
  ];
  const { ended } = await run(directory, [...jest, ...options], LONGEST_MS);
  if (!ended) return { passed: [], failed: [], broken: 'comes to no end' };
  const { testResults } = ReportSchema.parse(JSON.parse(readFileSync(report, 'utf8')));
  const named = (status: string) =>
    testResults.flatMap(({ assertionResults }) => assertionResults.filter((one) => one.status === status));
  const [passed, failed] = [named('passed'), named('failed')].map((some) => some.map(({ fullName }) => fullName));
  const isBroken = testResults.some(({ assertionResults }) => assertionResults.length === 0);
  return {
    passed: passed ?? [],
    failed: failed ?? [],
    ...(isBroken && { broken: testResults[0]?.message.split('\n').slice(0, 8).join('\n') ?? '' }),
  };
}

/** A Node process of its own, and whatever it starts; killed when it takes longer. */
export async function run(directory: string, args: string[], longestMs: number) {
  const child = spawn(process.execPath, args, {
    cwd: directory,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const end = (): void => void (child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'));
  process.once('exit', end);
  let ended = true;
  const timer = setTimeout(() => {
    ended = false;
    end();
  }, longestMs);
  const output = await text(child.stdout);
  clearTimeout(timer);
  process.off('exit', end);
  return { ended, output };
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
