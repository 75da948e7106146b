import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { bundle, functionEntry } from '../../infra/bundle.ts';
import { startLoopback } from './loopback/loopback.ts';
import { measured, median, type Measured } from './statistics.ts';
import { configJson, OTHER_SOURCES, SECRETS, TOKEN } from './subject.ts';

const PassSchema = z.object({
  kind: z.enum(['door', 'hire', 'leave']),
  which: z.enum(['real', 'same']),
  /** Of each event. */
  ms: z.array(z.number()),
  /** Milliseconds an event. */
  cpu: z.number(),
  /** Calls an event. */
  calls: z.number(),
});
type Pass = z.infer<typeof PassSchema>;
export type Kind = Pass['kind'];

export interface WarmRow {
  kind: Kind;
  calls: number;
  /** Milliseconds an event: the median of each round, over the rounds. */
  real: Measured;
  same: Measured;
  /** Of the two within each round. */
  ratio: Measured;
  cpu: Measured;
  cpuSame: Measured;
  cpuRatio: Measured;
}

const PROGRAM = fileURLToPath(new URL('programs/warm.ts', import.meta.url));

/** The deployed bundles, warm, one event after the other, against handlers that make the same calls with the same clients. */
export async function measureWarm(kinds: readonly Kind[], rounds: number, each: number): Promise<WarmRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-warm-'));
  const loopback = await startLoopback({ secrets: SECRETS, token: TOKEN, users: 100 });
  try {
    for (const name of ['webhook', 'onboarding', 'offboarding'] as const) {
      await bundle(functionEntry(name), join(folder, `${name}.mjs`));
      const baseline = fileURLToPath(new URL(`baseline/${name}.ts`, import.meta.url));
      await bundle(baseline, join(folder, `${name}-same-calls.mjs`));
    }
    writeFileSync(join(folder, 'lifecycle.json'), configJson(loopback.url, OTHER_SOURCES));
    const own = { BITSIGHT_URL: loopback.url, BITSIGHT_TOKEN: TOKEN, LAMBDA_TASK_ROOT: folder };
    const passes = await run({ url: loopback.url, folder, kinds, rounds, each }, { ...loopback.environment, ...own });
    return kinds.map((kind) =>
      rowOf(
        kind,
        passes.filter((pass) => pass.kind === kind),
      ),
    );
  } finally {
    await loopback.stop();
    rmSync(folder, { recursive: true });
  }
}

async function run(job: object, env: Record<string, string>): Promise<Pass[]> {
  const passes: Pass[] = [];
  const child = fork(PROGRAM, [JSON.stringify(job)], {
    env,
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)));
  child.on('message', (message) => passes.push(PassSchema.parse(message)));
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the measured process ended with ${String(code)}: ${said}`);
  return passes;
}

const ratio = (a: number[], b: number[]) => measured(a.map((value, index) => value / (b[index] ?? NaN)));

function rowOf(kind: Kind, passes: Pass[]): WarmRow {
  const of = (which: Pass['which']) => passes.filter((pass) => pass.which === which);
  const [real, same] = [of('real'), of('same')];
  const ms = (some: Pass[]) => some.map((pass) => median(pass.ms));
  const cpu = (some: Pass[]) => some.map((pass) => pass.cpu);
  return {
    kind,
    calls: real[0]?.calls ?? 0,
    real: measured(ms(real)),
    same: measured(ms(same)),
    ratio: ratio(ms(real), ms(same)),
    cpu: measured(cpu(real)),
    cpuSame: measured(cpu(same)),
    cpuRatio: ratio(cpu(real), cpu(same)),
  };
}
