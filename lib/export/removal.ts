import type { Config } from '../config/schema.ts';
import { approvalEvent } from '../lifecycle/fuse.ts';
import type { Person, Receipt } from '../lifecycle/ledger.ts';
import { REASONS, type Reason } from '../lifecycle/reasons.ts';
import { parseInstant } from '../time.ts';

/** Somebody's access that was proven to be taken, since their employment or a person's word ended it. */
export interface Removal {
  pid: string;
  seq: number;
  what: 'removed' | 'restricted';
  /** For how long they kept it, milliseconds. */
  ms: number;
  /** Why it ended, and what it waited for. */
  reason: string;
  /** Nothing was taken for the same end before: restricted comes before removed. */
  first: boolean;
  /** They had signed in after their end. */
  lateLogin: boolean;
}
export interface Times {
  what: Removal['what'];
  count: number;
  p50: number;
  p95: number;
  max: Removal;
}

/** One source's word that somebody's employment ends; said again it is the same. */
interface End {
  source: string;
  events: string[];
  from: number;
  /** When it was first said, or from when it held if that was later. */
  at: number;
}
/** How long access was kept, out of the items of the ledger as they come, in any order. */
export class RemovalLog {
  readonly #ends = new Map<string, End[]>();
  readonly #taken = new Map<string, ReturnType<typeof briefly>[]>();
  readonly #sources: Config['sources'];

  constructor({ sources }: Pick<Config, 'sources'>) {
    this.#sources = sources;
  }

  person({ pid, facts }: Pick<Person, 'pid' | 'facts'>): void {
    const ends = Object.entries(facts).flatMap(([source, { employment = [] }]) => {
      if (this.#sources[source]?.employment === false) return [];
      const said = employment.filter(({ value }) => value?.startsWith('ended'));
      const same = Map.groupBy(said, ({ value, from }) => `${value} ${from}`).values();
      return [...same].map((words): End => {
        const from = words[0]?.from ?? 0;
        const at = Math.max(from, Math.min(...words.map((word) => word.said)));
        return { source, events: words.map(({ event }) => event), from, at };
      });
    });
    if (ends.length > 0) this.#ends.set(pid, ends);
  }

  receipt(receipt: Receipt): void {
    if (receipt.kind !== 'delete' && receipt.kind !== 'restrict') return;
    const taken = [...(this.#taken.get(receipt.pid) ?? []), briefly(receipt)];
    this.#taken.set(
      receipt.pid,
      taken.sort((a, b) => a.provenAt - b.provenAt),
    );
  }

  /** The last account of somebody that was proven gone. */
  lastRemoved(pid: string): { guid: string | undefined; at: number } | undefined {
    const last = this.#taken.get(pid)?.findLast(({ kind }) => kind === 'delete');
    return last && { guid: last.guid, at: last.provenAt };
  }

  /**
   * What was proven since then, quickest first. Of whom no end was said nothing can be measured.
   *
   * @param decidedAt when reviewers decided, by the event that told the workers.
   */
  since(since: number, decidedAt: ReadonlyMap<string, number> = new Map()): Removal[] {
    const found = [...this.#taken].flatMap(([pid, taken]) => {
      const ends = this.#ends.get(pid) ?? [];
      const counted = new Set<string>(); // what is taken away once more says nothing of how long it took
      return taken.flatMap(({ kind, provenAt, events, seq, left, login = 0 }): Removal[] => {
        const end = left ? endOf(ends, events, provenAt) : undefined;
        const [id = ''] = end?.events ?? [];
        if (end === undefined || counted.has(`${kind} ${id}`)) return [];
        const first = !counted.has(`restrict ${id}`) && !counted.has(`delete ${id}`);
        counted.add(`${kind} ${id}`);
        const start = end.events.flatMap((event) => decidedAt.get(event) ?? [])[0] ?? end.at;
        const asked = end.source === 'operator' ? 'a person decided it' : REASONS.LEFT;
        const reason = [asked, ...waitedFor(events)].join('; ');
        const what = kind === 'delete' ? 'removed' : 'restricted';
        const removal = {
          pid,
          seq,
          what,
          ms: provenAt - start,
          reason,
          first,
          lateLogin: login > end.from,
        } as const;
        return provenAt < since ? [] : [removal];
      });
    });
    return found.sort((a, b) => a.ms - b.ms);
  }
}

/** What of a receipt is kept in memory. */
function briefly({ seq, kind, why, provenAt, events, before, personal }: Receipt) {
  const { lastLogin } = (personal?.['before'] ?? {}) as Record<string, unknown>; // -- as lib/lifecycle/receipts.ts writes it
  const guid = typeof before?.['guid'] === 'string' ? before['guid'] : undefined;
  const login = typeof lastLogin === 'string' ? parseInstant(lastLogin, 'UTC') : undefined;
  return { seq, kind, left: why === ('LEFT' satisfies Reason), provenAt, events, guid, login };
}

/** The end that a receipt proves: the last one that it names, else the last one before it. */
function endOf(ends: readonly End[], events: readonly string[], provenAt: number): End | undefined {
  const before = ends.filter(({ at }) => at <= provenAt);
  const named = before.filter((end) => end.events.some((event) => events.includes(event)));
  return (named.length > 0 ? named : before).toSorted((a, b) => a.at - b.at).at(-1);
}

function waitedFor(events: readonly string[]): string[] {
  const batches = events.filter((event) => event.startsWith(approvalEvent('')));
  return batches.map((event) => `waited until ${event.slice(approvalEvent('').length)} was released`);
}

/** The nearest rank: what so many of all, in (0, 1], do not exceed. */
export function atRank<T>(quickestFirst: readonly T[], share: number): T | undefined {
  return quickestFirst[Math.ceil(share * quickestFirst.length) - 1];
}

/** By what was done, since restricted is not removed. */
export function timesOf(quickestFirst: readonly Removal[]): Times[] {
  return (['removed', 'restricted'] as const).flatMap((what) => {
    const some = quickestFirst.filter((one) => one.what === what);
    const [p50, p95, max] = [atRank(some, 0.5), atRank(some, 0.95), some.at(-1)];
    return p50 && p95 && max ? [{ what, count: some.length, p50: p50.ms, p95: p95.ms, max }] : [];
  });
}
