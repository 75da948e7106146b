import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tap, type Tapped } from './frozen-worker-tap.ts';

/** Where to stop a worker; `before` is what it has sent by then. */
export type StopAt = (tapped: Tapped, before: readonly Tapped[]) => boolean;

export interface WorkerOptions {
  /** The program as it is deployed, in one file. */
  program: string;
  /** Real addresses; the worker is given taps in front of them. */
  ledger: string;
  bitsight: string;
  queues: string[];
  /** Wall time that the platform gives one message, milliseconds. */
  functionMs: number;
  /** The whole environment, for a worker whose Bitsight is at this address. */
  environment: (bitsight: string) => Record<string, string>;
}

/** A worker in a process of its own. */
export class Worker {
  /** All that it sent to ledger and Bitsight, in order. */
  readonly tapped: Tapped[] = [];
  readonly #woken = Promise.withResolvers<void>();
  #child: ChildProcess | undefined;
  #stops: (() => unknown)[] = [];
  #rule: { at: StopAt; hold: boolean; stopped: () => void } | undefined;
  #frozenAt = Infinity;

  async start({ program, ledger, bitsight, queues, functionMs, environment }: WorkerOptions): Promise<this> {
    const arrived = (tapped: Tapped): Promise<void> => this.#arrived(tapped);
    const taps = [await tap('ledger', ledger, arrived), await tap('bitsight', bitsight, arrived)] as const;
    const child = fork(program, [queues.join(' '), String(functionMs)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...environment(taps[1].url), AWS_ENDPOINT_URL_DYNAMODB: taps[0].url },
    });
    this.#child = child;
    this.#stops = taps.map((one) => () => one.stop());
    await said(child);
    return this;
  }

  /** Lets it take so many messages; resolves when it has worked them off. */
  async take(count: number): Promise<void> {
    if (this.#child === undefined) throw new Error('not started');
    this.#child.send(count);
    await said(this.#child);
  }

  /** From now on it takes whatever comes, until it is stopped. */
  takeAll(): void {
    this.#child?.send(Number.MAX_SAFE_INTEGER);
  }

  /** Resolves when the process was stopped where `at` says; `hold`: the request at which that was waits until it is woken. */
  frozen(at: StopAt, { hold }: { hold: boolean }): Promise<void> {
    return new Promise((stopped) => (this.#rule = { at, hold, stopped }));
  }

  /** The request at which it was stopped, and what it sent afterwards. */
  sinceFrozen(): Tapped[] {
    return this.tapped.slice(this.#frozenAt);
  }

  wake(): void {
    this.#child?.kill('SIGCONT');
    this.#woken.resolve();
  }

  async stop(): Promise<void> {
    this.#woken.resolve();
    if (this.#child?.kill('SIGKILL') === true) await once(this.#child, 'exit');
    await Promise.all(this.#stops.map((stop) => stop()));
  }

  async #arrived(tapped: Tapped): Promise<void> {
    const before = [...this.tapped];
    this.tapped.push(tapped);
    if (this.#rule?.at(tapped, before) !== true) return;
    const { hold, stopped } = this.#rule;
    this.#rule = undefined;
    this.#frozenAt = before.length;
    this.#child?.kill('SIGSTOP');
    stopped();
    if (hold) await this.#woken.promise;
  }
}

/** The next word of the process. */
async function said(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('the worker ended')));
  await Promise.race([once(child, 'message'), ended]);
}
