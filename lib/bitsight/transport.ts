import type * as z from 'zod';
import type { ErrorCode } from '../errors.ts';
import { nextAttempt } from '../http/retry.ts';
import { BitsightError, type Place } from './errors.ts';
import { judgeAnswer, judgeBroken, type Answer, type Outcome } from './outcome.ts';

export interface CallOptions {
  /**
   * Milliseconds of wall time that are left for the whole call, retries included. An attempt gets the smaller of this
   * and `timeoutMs`; a call that cannot start in time fails with BITSIGHT_DEADLINE before a socket opens.
   */
  remainingMs?: () => number;
  /** Told how long the attempt took that was answered as it should be, waits before it apart; must not throw. */
  answered?: (ms: number) => void;
}

/** One attempt, for telemetry. Holds no body, header, token, guid or e-mail. */
export interface CallRecord extends Place {
  /** HTTP status, where there was an answer. */
  status?: number;
  /** Retry-After asked for less than a second or more than an hour, and was not followed. */
  waitClamped?: true;
  /** Why it failed, where it did. */
  code?: ErrorCode;
  ms: number;
  /** 1 is the first. */
  attempt: number;
}

export interface BitsightOptions {
  /** Origin of the API; `/ratings` is added where it has no path of its own. */
  baseUrl: URL | string;
  /** The API token; `refresh` asks for it to be read anew. */
  apiToken: (options?: { refresh?: boolean }) => Promise<string>;
  fetch: typeof globalThis.fetch;
  clock: { now: () => number; sleep: (ms: number) => Promise<void> };
  /** In [0, 1). */
  random: () => number;
  /** Longest time of one attempt, milliseconds of wall time; 10,000 where not given. */
  timeoutMs?: number;
  retry?: {
    /** How often a call is tried in all; 3 where not given. Writes are only repeated when they certainly were not carried out. */
    attempts?: number;
    /** Longest single wait that the client does itself, milliseconds, Retry-After included; 0 where not given. A longer one is the caller's. */
    maxWaitMs?: number;
  };
  /** Anything but GET fails with BITSIGHT_READ_ONLY before a socket opens. */
  readOnly?: boolean;
  /** Sent as User-Agent and as X-BITSIGHT-CONNECTOR-NAME-VERSION, by which other connectors name themselves. */
  product: { name: string; version: string };
  /** Told of every attempt; must not throw. */
  onCall?: (record: CallRecord) => void;
}

export interface ApiRequest extends Place {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the base, such as `/v2/users/{guid}`. */
  path: string;
  guid?: string;
  query?: URLSearchParams;
  body?: unknown;
}

/** Sends one request, as often as the policy allows, and reads the answer by `schema`; no body is read as undefined. */
export type Send = <T>(request: ApiRequest, schema: z.ZodType<T>, call?: CallOptions) => Promise<T>;

/** With less time than this (milliseconds) a call could only end without an answer: it does not start. */
const SHORTEST_CALL = 100;

export function createTransport(options: BitsightOptions): Send {
  const { clock, timeoutMs = 10_000 } = options;
  const policy = { attempts: 3, maxWaitMs: 0, ...options.retry };

  async function attempt<T>(request: ApiRequest, schema: z.ZodType<T>, token: string, ms: number): Promise<Outcome<T>> {
    const [url, init] = fetchArguments(request, token, options);
    let answer: Answer;
    try {
      const response = await options.fetch(url, { ...init, signal: AbortSignal.timeout(ms) });
      answer = { status: response.status, headers: response.headers, text: await response.text() };
    } catch (thrown) {
      return judgeBroken(request, thrown);
    }
    return judgeAnswer(request, answer, schema, clock.now());
  }

  return async (request, schema, call = {}) => {
    if (options.readOnly === true && request.method !== 'GET')
      throw new BitsightError('BITSIGHT_READ_ONLY', 'nothing was sent.', request);
    const remaining = call.remainingMs ?? (() => Infinity);
    let refresh = false;
    let refreshed = 0;
    for (let n = 1; ; n++) {
      const token = await options.apiToken({ refresh });
      const remainingMs = remaining();
      if (remainingMs < SHORTEST_CALL)
        throw new BitsightError('BITSIGHT_DEADLINE', 'no time was left to start it.', request);
      const startedAt = clock.now();
      const outcome = await attempt(request, schema, token, Math.min(timeoutMs, remainingMs));
      const ms = clock.now() - startedAt;
      options.onCall?.(recordOf(request, outcome, ms, n));
      if (outcome.error === undefined) {
        call.answered?.(ms);
        return outcome.value;
      }
      const { code, retryAfterMs } = outcome.error;
      const failed = { method: request.method, code, retryAfterMs, attempt: n - refreshed, refreshed: refreshed > 0 };
      const next = nextAttempt(policy, { ...failed, remainingMs: remaining() }, options.random);
      if (next === undefined) throw outcome.error;
      if (next.waitMs > 0) await clock.sleep(next.waitMs);
      refresh = next.refresh;
      if (refresh) refreshed++;
    }
  };
}

function fetchArguments(request: ApiRequest, token: string, options: BitsightOptions): [URL, RequestInit] {
  const { name, version } = options.product;
  const headers = {
    // HTTP Basic: the token is the user name, the password is empty
    authorization: `Basic ${Buffer.from(`${token}:`).toString('base64')}`,
    accept: 'application/json',
    'user-agent': `${name}/${version}`,
    'x-bitsight-connector-name-version': `${name} ${version}`,
  };
  // Redirects are answers to be refused: the token goes to one host.
  const init = { method: request.method, headers, redirect: 'manual' } as const;
  const url = urlOf(request, options.baseUrl);
  if (request.body === undefined) return [url, init];
  return [
    url,
    { ...init, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(request.body) },
  ];
}

/** The pages print `/ratings/v2/users`; `/v2` and `/customer-api/v2` are known too, so a base with a path stands as it is. */
function urlOf(request: ApiRequest, baseUrl: URL | string): URL {
  const base = new URL(baseUrl);
  const prefix = base.pathname === '/' ? '/ratings' : base.pathname.replace(/\/+$/, '');
  const url = new URL(prefix + request.path.replace('{guid}', encodeURIComponent(request.guid ?? '')), base);
  url.search = request.query?.toString() ?? '';
  return url;
}

function recordOf(place: Place, outcome: Outcome<unknown>, ms: number, attempt: number): CallRecord {
  return {
    method: place.method,
    path: place.path,
    ...(outcome.status !== undefined && { status: outcome.status }),
    ...(outcome.error !== undefined && { code: outcome.error.code }),
    ...(outcome.waitClamped === true && { waitClamped: true }),
    ms,
    attempt,
  };
}
