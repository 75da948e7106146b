import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';

export interface FunctionSettings {
  name: string;
  /** The file that exports `handler`. */
  entry: URL;
  /** After so many milliseconds of wall time an invocation is killed. */
  timeoutMs: number;
  /** Invocations at a time. */
  concurrency: number;
  /** The whole environment of the function: nothing is inherited. */
  environment: Record<string, string>;
}

/** Takes what a function wrote, line by line. */
export type LogLine = (functionName: string, line: string) => void;

/** One execution environment: a thread with the function in it. */
export interface Thread {
  readonly alive: boolean;
  run(event: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

/** An invocation that gave no answer. `how` says whether the handler threw or the thread died or was killed. */
export class InvocationFailed extends Error {
  override readonly name = 'InvocationFailed';
  readonly how: 'threw' | 'died' | 'timed out';

  constructor(how: 'threw' | 'died' | 'timed out', message: string) {
    super(message);
    this.how = how;
  }
}

/** Import of the function may take so long, apart from the timeout of the invocation. */
const INIT_LIMIT_MS = 30_000;
const AnswerSchema = z.union([z.object({ result: z.string() }), z.object({ error: z.string() })]);

export function createThread(settings: FunctionSettings, log: LogLine): Thread {
  const { name } = settings;
  const worker = new Worker(new URL('function-thread.ts', import.meta.url), {
    env: settings.environment,
    workerData: { name, entry: settings.entry.href },
    stdout: true,
    stderr: true,
  });
  let alive = true;
  let listener: Listener = {};
  logLines(worker.stdout, (line) => log(name, line));
  logLines(worker.stderr, (line) => log(name, line));
  worker.on('message', (message) => listener.message?.(message));
  worker.on('error', (error: unknown) => {
    log(name, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  });
  worker.on('exit', () => {
    alive = false;
    listener.dead?.(new InvocationFailed('died', `${name} ended before it answered`));
  });

  /** The next message of the thread; kills the thread when none has come in time. */
  async function hear(limitMs: number): Promise<unknown> {
    if (!alive) throw new InvocationFailed('died', `${name} is not running`);
    const { promise, resolve, reject } = Promise.withResolvers();
    const timer = setTimeout(() => {
      alive = false;
      listener = {};
      const failed = new InvocationFailed('timed out', `${name} timed out after ${limitMs / 1000} seconds`);
      void worker.terminate().then(() => reject(failed)); // told when it is dead, not before
    }, limitMs);
    listener = { message: resolve, dead: reject };
    return promise.finally(() => clearTimeout(timer));
  }
  const ready = hear(INIT_LIMIT_MS);

  return {
    get alive() {
      return alive;
    },
    async run(event) {
      await ready;
      const answer = hear(settings.timeoutMs);
      const deadline = Date.now() + settings.timeoutMs;
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread knows no origins
      worker.postMessage({ requestId: randomUUID(), deadline, event: JSON.stringify(event) });
      const said = AnswerSchema.parse(await answer);
      if ('error' in said) throw new InvocationFailed('threw', `${name} threw ${said.error}`);
      return JSON.parse(said.result);
    },
    async stop() {
      alive = false;
      await worker.terminate();
    },
  };
}

interface Listener {
  message?: (message: unknown) => void;
  dead?: (error: Error) => void;
}

function logLines(stream: Readable, take: (line: string) => void): void {
  createInterface({ input: stream }).on('line', take);
}
