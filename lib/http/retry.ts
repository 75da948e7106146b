import { ERRORS, type ErrorCode } from '../errors.ts';

export interface RetryPolicy {
  /** How often a call is tried in all. */
  attempts: number;
  /** Longest single wait, milliseconds. */
  maxWaitMs: number;
}

export interface FailedAttempt {
  method: string;
  code: ErrorCode;
  /** For BITSIGHT_RATE_LIMITED. */
  retryAfterMs: number | undefined;
  /** 1 was the first. */
  attempt: number;
  /** Whether the token was already read anew during this call. */
  refreshed: boolean;
  /** Milliseconds left for the call. */
  remainingMs: number;
}

export interface NextAttempt {
  waitMs: number;
  refresh: boolean;
}

/** Milliseconds; doubled with each attempt. */
const BACKOFF = 500;
/** Failures that may be over at the next attempt. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'BITSIGHT_UNREACHABLE',
  'BITSIGHT_NO_ANSWER',
  'BITSIGHT_RATE_LIMITED',
  'BITSIGHT_SERVER',
  'BITSIGHT_BLOCKED',
  'BITSIGHT_UNEXPECTED_ANSWER',
]);

/**
 * Whether and when to try again; undefined: give up, the failure is the caller's. A read is repeated after anything that
 * may pass; a write only where it certainly was not carried out.
 */
export function nextAttempt(policy: RetryPolicy, failed: FailedAttempt, random: () => number): NextAttempt | undefined {
  // 401 says that the request was not processed: the token may have been renewed. Once a call, and no attempt is spent.
  if (failed.code === 'BITSIGHT_AUTHENTICATION') return failed.refreshed ? undefined : { waitMs: 0, refresh: true };
  if (!PASSING.has(failed.code) || failed.attempt >= policy.attempts) return undefined;
  if (failed.method !== 'GET' && ERRORS[failed.code].happened === 'unknown') return undefined;
  // As long as was asked for, or not at all; without that, full jitter: workers that failed together come back apart.
  const waitMs =
    failed.retryAfterMs ?? Math.floor(random() * Math.min(BACKOFF * 2 ** (failed.attempt - 1), policy.maxWaitMs));
  return waitMs <= policy.maxWaitMs && waitMs < failed.remainingMs ? { waitMs, refresh: false } : undefined;
}
