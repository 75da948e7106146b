import { WORKERS_A_LANE } from '../lib/config/calls-at-once.ts';

/** What the platform allows each function: seconds until it is killed, and invocations at a time on one machine. */
export const FUNCTION_LIMITS = {
  webhook: { timeoutSeconds: 10, concurrency: 2 },
  onboarding: { timeoutSeconds: 60, concurrency: WORKERS_A_LANE },
  offboarding: { timeoutSeconds: 60, concurrency: WORKERS_A_LANE },
  sweeper: { timeoutSeconds: 30, concurrency: 1 },
  'nightly-export': { timeoutSeconds: 900, concurrency: 1 },
} as const satisfies Record<string, { timeoutSeconds: number; concurrency: number }>;

export type FunctionName = keyof typeof FUNCTION_LIMITS;
