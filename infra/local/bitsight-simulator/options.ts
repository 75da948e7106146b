import { setTimeout as wait } from 'node:timers/promises';
import type { FaultInput } from './faults.ts';
import type { SwitchesInput } from './switches.ts';

/** Domain time, epoch milliseconds. */
export interface Clock {
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** Domain time that runs `speed` times as fast as the wall, from the wall time `origin` on. */
export function scaledClock(speed: number, origin = Date.now()): Clock {
  return {
    now: () => Math.floor(origin + (Date.now() - origin) * speed),
    sleep: async (ms) => wait(ms / speed),
  };
}

export interface CoreOptions {
  /** People at the beginning; 42. */
  users?: number | undefined;
  seed?: number | undefined;
  /** Company API tokens at the beginning; 2. */
  companyTokens?: number | undefined;
  /** What the API accepts as token; the i-th belongs to the i-th company token, else to the first Admin. */
  tokens?: readonly string[] | undefined;
  /** Directory of the journal; without it nothing outlives the process. Its population wins over `users` and `seed`. */
  data?: string | undefined;
  /** How many times as fast as the wall domain time runs; 1. Not together with `clock`. */
  speed?: number | undefined;
  clock?: Clock | undefined;
  newGuid?: (() => string) | undefined;
  switches?: SwitchesInput | undefined;
  faults?: readonly FaultInput[] | undefined;
}
