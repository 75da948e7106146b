import type { AccessGroups, Users } from '../bitsight/index.ts';
import type { Employment, Lane, LaneMessage, LifecycleEvent } from './event.ts';
import type { Item, Key, Stored, TicketAnswer } from './ledger.ts';
import type { Message } from './messages.ts';
import type { Outcome } from './outcome.ts';

/** Domain time, epoch milliseconds. Locally it may run faster than the wall. */
export interface Clock {
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** The invocation that does the work, in wall time: leases and deadlines rest on it. */
export interface Invocation {
  /** Milliseconds until the platform kills this invocation. */
  remainingMs(): number;
  /** Wall clock, epoch milliseconds. */
  wallNow(): number;
}

/** Unique, unguessable ids. Tests give a seeded one. */
export interface Ids {
  next(): string;
}

export type Random = () => number;

/**
 * The ledger table. Two conditions only: `absent` (no such item) and the version that was read.
 * After a failed condition the adapter reads back whether the write that "failed" was its own (nonce).
 */
export interface Store {
  /** Strongly consistent. */
  get(key: Key): Promise<Stored | undefined>;
  /** Writes the whole item; returns its new version, or undefined when the condition failed. */
  put(item: Item, read: number | 'absent'): Promise<number | undefined>;
  /** Items of one partition in order of `sk`, strongly consistent. */
  query(pk: string, options?: { prefix?: string; limit?: number; descending?: boolean }): Promise<Stored[]>;
  /** Keys whose `wakeAt` is not after `now`, earliest first. Eventually consistent. */
  due(lane: Lane | 'held', now: number, limit: number): Promise<Key[]>;
  /** Every item; for operators and the night only. */
  scan(): AsyncIterable<Stored>;
}

export interface Lanes {
  send(lane: Lane, messages: LaneMessage[]): Promise<void>;
  /** A message that no retry can mend: kept with its reason. `body` is the message as it came. */
  dead(lane: Lane, body: string, reason: string): Promise<void>;
}

export interface Secrets {
  /** The current value. `refresh` reads it anew, at most once for all that ask at the same time. */
  current(name: string, options?: { refresh?: boolean }): Promise<string>;
  /** Current and previous value, newest first; for checking what comes in. */
  accepted(name: string): Promise<string[]>;
}

/** What an HR system says of a person when it is asked. */
export interface HrRecord {
  /** A field the record has no value for is null; one that was not asked for, or may not be seen, is left out: unknown is not absent. */
  attributes: LifecycleEvent['attributes'];
  /**
   * Each from the instant at which it begins to hold, epoch milliseconds. `active` and `ended` of today hold from `said`,
   * since the first day on a record may be older than an end that somebody came back from; others from their day.
   */
  employment: { value: Employment; from: number }[];
}

export interface DirectoryCall {
  /** The start of the fetch: what the answer says counts as said then. Epoch milliseconds. */
  said: number;
  /** Longest time for all requests of the fetch, milliseconds of wall time. */
  timeoutMs: number;
}

/** The HR systems of the sources that have a fetcher (`sources.<id>.fetch`). */
export interface Directory {
  /**
   * Looks somebody up now. `not-found`: nobody has this id there, or not yet; `no-fetcher`: the source has none.
   *
   * @throws AppError DIRECTORY_RATE_LIMITED, DIRECTORY_UNAVAILABLE, DIRECTORY_REFUSED, DIRECTORY_UNREADABLE, SECRET_UNAVAILABLE
   */
  find(source: string, employeeId: string, call: DirectoryCall): Promise<HrRecord | 'not-found' | 'no-fetcher'>;
}

/** The ticket systems of the sources that are answered (`sources.<id>.answer`). */
export interface Tickets {
  /**
   * Whether the approval of a ticket still stands; that of one that is gone does not.
   *
   * @throws AppError TICKETS_UNAVAILABLE, SECRET_UNAVAILABLE
   */
  stands(source: string, ticket: string, call: { timeoutMs: number }): Promise<boolean>;
  /** Says on its ticket what became of a request, unless it stands there already. @throws AppError as above */
  answer(source: string, ticket: string, answer: TicketAnswer, call: { timeoutMs: number }): Promise<void>;
}

/** Publishes outcomes; at least once, each with a stable id. */
export interface Outcomes {
  publish(outcomes: Outcome[]): Promise<void>;
}

/** The people on duty: e-mail and chat. */
export interface People {
  /** @throws AppError PEOPLE_UNAVAILABLE */
  tell(message: Message): Promise<void>;
}

/** Snapshots and receipts as objects in a bucket. Keys use `/`. */
export interface Archive {
  /** Visible only when the whole body was written. */
  put(key: string, body: AsyncIterable<Uint8Array>, contentType: string): Promise<void>;
  /** The body in chunks; undefined when there is no such object. */
  get(key: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Keys below a prefix in order. */
  list(prefix: string): Promise<string[]>;
  /** Afterwards there is no such object, whether there was one or not. */
  delete(key: string): Promise<void>;
}

/** Logs by an allow-list: ids, hashes, codes and counts. Never a body, e-mail, name or token. */
export type LogFields = Partial<
  Record<
    | 'code'
    | 'message'
    | 'source'
    | 'event'
    | 'received'
    | 'pid'
    | 'batch'
    | 'lane'
    | 'result'
    | 'what'
    | 'seq'
    | 'status'
    | 'method'
    | 'path'
    | 'count'
    | 'ms'
    | 'runId'
    | 'requestId'
    | 'reason'
    | 'attempt'
    | 'wakeAt'
    | 'secret'
    | 'configHash'
    | 'key',
    string | number | boolean | undefined
  >
>;
/** CloudWatch namespace of every metric; each has at least the dimension `service`. */
export const METRIC_NAMESPACE = 'BitsightUserLifecycle';

export interface Telemetry {
  log(level: 'info' | 'warn' | 'error', message: string, fields?: LogFields): void;
  /** Adds to a metric; dimensions are few and of few values. */
  count(metric: string, value?: number, dimensions?: Record<string, string>): void;
  time(metric: string, ms: number, dimensions?: Record<string, string>): void;
}

export interface Bitsight {
  users: Users;
  groups: AccessGroups;
}
