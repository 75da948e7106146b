import type { Context } from 'aws-lambda';
import type { Invocation } from '../lifecycle/ports.ts';

/** The running invocation as leases and deadlines see it: wall time, and what the platform leaves of it. */
export function invocationOf(context: Context): Invocation {
  return { remainingMs: () => context.getRemainingTimeInMillis(), wallNow: () => Date.now() };
}
