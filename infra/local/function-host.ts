import {
  createThread,
  InvocationFailed,
  type FunctionSettings,
  type LogLine,
  type Thread,
} from './execution-environment.ts';

/** One function with its execution environments. */
export interface FunctionHost {
  /** Runs the handler; rejects with InvocationFailed when it threw, died or ran out of time. The answer is what JSON keeps of it. */
  invoke(event: unknown): Promise<unknown>;
  /** Invocations at a time. */
  readonly concurrency: number;
  /** Invocations that run or wait. */
  readonly pending: number;
  /** Ends all threads; what still runs is killed and fails. */
  stop(): Promise<void>;
}

/**
 * Keeps at most `concurrency` threads, started when first needed and used again while they live; each takes one
 * invocation at a time, the others wait in line.
 */
export function createFunctionHost(settings: FunctionSettings, log: LogLine): FunctionHost {
  const all = new Set<Thread>();
  const warm: Thread[] = [];
  const line: (() => void)[] = [];
  let running = 0;
  let stopped = false;

  async function enter(): Promise<void> {
    if (running < settings.concurrency) running += 1;
    else await new Promise<void>((turn) => line.push(turn));
  }
  function leave(): void {
    const next = line.shift();
    if (next === undefined) running -= 1;
    else next();
  }
  function takeThread(): Thread {
    if (stopped) throw new InvocationFailed('died', `${settings.name} was stopped`);
    const thread = warm.pop() ?? createThread(settings, log);
    all.add(thread);
    if (thread.alive) return thread;
    all.delete(thread); // it died of something the last invocation left behind
    return takeThread();
  }
  function giveBack(thread: Thread): void {
    if (thread.alive) warm.push(thread);
    else all.delete(thread);
  }

  return {
    concurrency: settings.concurrency,
    get pending() {
      return running + line.length;
    },
    async invoke(event) {
      await enter();
      try {
        const thread = takeThread();
        return await thread.run(event).finally(() => giveBack(thread));
      } catch (error) {
        log(settings.name, error instanceof Error ? error.message : String(error));
        throw error;
      } finally {
        leave();
      }
    },
    async stop() {
      stopped = true;
      await Promise.all([...all].map((thread) => thread.stop()));
    },
  };
}
