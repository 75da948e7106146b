import { pick, type Random } from '../../infra/local/bitsight-simulator/random.ts';
import { SECOND } from '../../lib/time.ts';
import { START, type TestClock } from '../support/world.ts';

/** Somebody who works: an invocation, until it ends, crashes or is killed. What the dead wait for never comes. */
export interface Life {
  alive: boolean;
}

interface Waiting {
  at: number;
  go: () => void;
}

/**
 * Virtual time, and the one order in which everything happens that could happen at once. Every call of a port waits a
 * time drawn from the seed, so the seed decides whose call comes next; between two steps everything that can go on
 * without waiting has gone on.
 */
export class Schedule implements TestClock {
  readonly random: Random;
  steps = 0;
  #now = START;
  #waiting: Waiting[] = [];

  constructor(random: Random) {
    this.random = random;
  }

  now = (): number => this.#now;
  sleep = (ms: number): Promise<void> => this.wait(ms, { alive: true });
  advance = (ms: number): void => void (this.#now += ms);

  /** Resolves later; never where the life is over by then. */
  wait(ms: number, life: Life): Promise<void> {
    return new Promise((resolve) => this.at(this.#now + ms, () => void (life.alive && resolve())));
  }

  /** Runs `go` at an instant; the answer takes it back. */
  at(instant: number, go: () => void): () => void {
    const waiting = { at: Math.max(instant, this.#now), go };
    const place = this.#waiting.findLastIndex((one) => one.at <= waiting.at) + 1;
    this.#waiting.splice(place, 0, waiting);
    return () => void (this.#waiting = this.#waiting.filter((one) => one !== waiting));
  }

  /** When the next thing happens; infinitely far where nothing is left. */
  next(): number {
    return this.#waiting[0]?.at ?? Infinity;
  }

  /** Milliseconds a call takes: mostly few, sometimes long enough for others to do everything in between. */
  latency(usual: number): number {
    const draw = this.random();
    if (draw < 0.0004) return this.between(9 * SECOND, 90 * SECOND); // hangs until the platform ends the invocation
    if (draw < 0.006) return Math.floor(this.random() * 9 * SECOND);
    return Math.ceil(this.random() * (draw < 0.2 ? usual * 10 : usual));
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  pick<const T>(values: readonly [T, ...T[]]): T {
    return pick(this.random, values);
  }

  /** Whole milliseconds from `least` to below `most`. */
  between(least: number, most: number): number {
    return Math.floor(least + this.random() * (most - least));
  }

  /** Lets everything happen until nothing is left or `end` is reached. */
  async run(end: number, eachStep: () => void): Promise<void> {
    for (;;) {
      eachStep();
      await new Promise<void>((resolve) => process.nextTick(resolve)); // whoever was let go on comes to the next wait before this
      const next = this.#waiting[0];
      if (next === undefined || next.at > end) break;
      this.#waiting.shift();
      this.#now = next.at;
      this.steps += 1;
      next.go();
    }
    if (end < Infinity) this.#now = end;
  }
}
