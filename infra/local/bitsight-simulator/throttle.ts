import type { Switches } from './switches.ts';

/** Calls under way, and how long all of them are refused. */
export class Throttle {
  underWay = 0;
  #until = 0;

  /** From now on every call is refused until then, domain time. */
  hold(until: number): void {
    this.#until = until;
  }

  /** Why a call that has come in gets 429 without any fault, and the seconds it is asked to wait. */
  refusal(now: number, { maximumConcurrent }: Switches): { why: string; seconds: number } | undefined {
    if (now < this.#until) return { why: 'paused', seconds: Math.ceil((this.#until - now) / 1000) };
    return this.underWay > (maximumConcurrent ?? Infinity) ? { why: 'too-many-at-once', seconds: 60 } : undefined;
  }
}
