import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { startRuntimeApi } from './runtime-api.ts';

const RUNTIME_CLIENT = createRequire(import.meta.url).resolve('aws-lambda-ric');
const NATIVE_CLIENT = fileURLToPath(new URL('native-client.mjs', import.meta.url));

export interface RuntimeOptions {
  /** Directory with `index.mjs` and what stands beside it. */
  directory: string;
  /** Besides what Lambda itself sets. */
  environment: Record<string, string>;
  /** Milliseconds of wall time that each invocation is told it has. 60,000 */
  timeoutMs?: number;
}

/** One execution environment: a process in which the real Lambda runtime client has loaded a bundle. */
export interface Runtime {
  /** What the handler answered. Rejects with its name and message when it threw, could not load or died. */
  invoke(event: unknown): Promise<unknown>;
  /** Milliseconds from the start of the process until it asked for work; until it first answered; of processor time then. */
  timings(): { ready: number; answered: number; cpu: number };
  /** Milliseconds of processor time until its last answer. */
  spent(): number;
  /** What was written to stdout and stderr so far. */
  output(): string;
  /** By SIGKILL, as the platform does, unless the process shall still end by itself. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts the process; an invocation may be handed over at once, it waits until the function is loaded. */
export async function startRuntime({ directory, environment, timeoutMs = 60_000 }: RuntimeOptions): Promise<Runtime> {
  const api = await startRuntimeApi(timeoutMs);
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['--import', NATIVE_CLIENT, RUNTIME_CLIENT], {
    cwd: directory,
    env: { ...platformEnvironment(directory, api.host), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (written += text));
  const exited = once(child, 'exit');
  child.on('exit', (code, signal) => {
    api.fail(new Error(`the process ended (${String(code ?? signal)}): ${written.slice(-2000)}`));
  });
  return {
    invoke: (event) => api.invoke(randomUUID(), event),
    timings: () => ({ ready: api.askedAt() - startedAt, answered: api.answeredAt() - startedAt, cpu: api.cpu() }),
    spent: () => api.spent(),
    output: () => written,
    async stop(signal = 'SIGKILL') {
      child.kill(signal);
      await exited;
      await api.stop();
    },
  };
}

function platformEnvironment(directory: string, api: string): Record<string, string> {
  return {
    AWS_LAMBDA_RUNTIME_API: api,
    LAMBDA_TASK_ROOT: directory,
    _HANDLER: 'index.handler',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: 'function',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/function',
    AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
    TZ: ':UTC',
  };
}
