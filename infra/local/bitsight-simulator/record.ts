import * as z from 'zod';
import { ChangeSchema, normalise, type Account } from './account.ts';
import { toIso } from '../../../lib/time.ts';
import type { Directory } from './directory.ts';

/** Who changed an account: a call of the API, a person in the user interface, single sign-on, or churn between two pages. */
export const ActorSchema = z.enum(['api', 'ui', 'sso', 'churn']);
export type Actor = z.infer<typeof ActorSchema>;

/** Everything that ever happened, in order; the state is the fold of it. Instants in domain time, epoch milliseconds. */
export const EntrySchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('begin'),
    version: z.int(),
    at: z.number(),
    /** When domain time left the wall. */
    base: z.number(),
    users: z.int(),
    seed: z.int(),
    companyTokens: z.int(),
    tokens: z.record(z.string(), z.string()),
  }),
  z.object({
    type: z.literal('call'),
    n: z.int(),
    at: z.number(),
    method: z.string(),
    path: z.string(),
    query: z.string(),
    /** The address that a POST or PATCH asks for, normalised, whatever becomes of it. */
    email: z.string().optional(),
    /** Calls under way, this one included. */
    concurrent: z.int(),
  }),
  /** Written before any answer leaves, so that a committed write is never missing. */
  z.object({
    type: z.literal('change'),
    at: z.number(),
    /** The call that did it; null for what happened by hand. */
    call: z.int().nullable(),
    actor: ActorSchema,
    change: ChangeSchema,
    /** When reads begin to show it. */
    visibleAt: z.number(),
  }),
  z.object({
    type: z.literal('end'),
    n: z.int(),
    at: z.number(),
    /** 0: the connection was cut. */
    status: z.int(),
    faults: z.array(z.string()),
    /** What a 429 asked for, domain milliseconds. */
    retryAfterMs: z.number().optional(),
    /** The client had gone before the answer. */
    gone: z.boolean(),
  }),
  z.object({ type: z.literal('tokens'), at: z.number(), tokens: z.record(z.string(), z.string()) }),
]);
export type Entry = z.infer<typeof EntrySchema>;
export type Effect = Extract<Entry, { type: 'change' }>;
export type Call = Extract<Entry, { type: 'call' }> & {
  effects: Effect[];
  /** Absent while under way, or when the simulator was killed before it. */
  end?: Extract<Entry, { type: 'end' }>;
};

/** The judge of the end-to-end tests: what really reached the API and what it really did. */
export class CallRecord {
  readonly calls: Call[] = [];
  readonly effects: Effect[] = [];
  maximumConcurrent = 0;
  /** Calls under way; one from before a reset is none of this record. */
  readonly #open = new Map<number, Call>();
  readonly #created = new Map<string, number>();
  readonly #perMonth = new Map<string, number>();
  readonly #coexisted: { at: number; email: string; guids: string[] }[] = [];

  start(call: Extract<Entry, { type: 'call' }>): void {
    const open: Call = { ...call, effects: [] };
    this.calls.push(open);
    this.#open.set(call.n, open);
    this.maximumConcurrent = Math.max(this.maximumConcurrent, call.concurrent);
  }

  end(end: Extract<Entry, { type: 'end' }>): void {
    const call = this.#open.get(end.n);
    if (call !== undefined) call.end = end;
    this.#open.delete(end.n);
  }

  /** `truth` already holds it. */
  commit(effect: Effect, truth: Directory): void {
    this.effects.push(effect);
    if (effect.call !== null) this.#open.get(effect.call)?.effects.push(effect);
    const { before, after } = effect.change;
    if (after === null) return;
    const email = normalise(after.email);
    const month = toIso(effect.at).slice(0, 7);
    if (before === null) this.#perMonth.set(month, this.createdInMonthOf(effect.at) + 1);
    if (before === null && effect.actor === 'api') this.#created.set(email, (this.#created.get(email) ?? 0) + 1);
    const holders = truth.withEmail(email);
    const gained = before === null || normalise(before.email) !== email;
    if (gained && holders.length > 1)
      this.#coexisted.push({ at: effect.at, email, guids: holders.map((one) => one.guid) });
  }

  /** How many accounts calls of the API ever created, per normalised address. */
  createdPerEmail(): ReadonlyMap<string, number> {
    return this.#created;
  }

  /** Each moment at which an address came to be held by several accounts at once. */
  coexisted(): readonly { at: number; email: string; guids: string[] }[] {
    return this.#coexisted;
  }

  /** Accounts created in the calendar month (UTC) of `at`, whoever did it. */
  createdInMonthOf(at: number): number {
    return this.#perMonth.get(toIso(at).slice(0, 7)) ?? 0;
  }

  /** The time each 429 asked for: from its answer until its Retry-After. */
  pauses(): { from: number; until: number }[] {
    return this.calls.flatMap(({ end }) =>
      end?.retryAfterMs === undefined ? [] : [{ from: end.at, until: end.at + end.retryAfterMs }],
    );
  }

  /** Calls that began after `from` and before `until`. */
  callsDuring(from: number, until: number): Call[] {
    return this.calls.filter((call) => call.at > from && call.at < until);
  }

  /** How often each kind of fault took effect. */
  fired(): { [kind: string]: number } {
    const fired: { [kind: string]: number } = {};
    for (const kind of this.calls.flatMap(({ end }) => end?.faults ?? [])) fired[kind] = (fired[kind] ?? 0) + 1;
    return fired;
  }

  /** What was done to one account, in order. */
  history(guid: Account['guid']): Effect[] {
    return this.effects.filter(({ change }) => (change.after ?? change.before)?.guid === guid);
  }
}
