import type { Person, Receipt } from '../lifecycle/ledger.ts';
import { approvalEvent } from '../lifecycle/fuse.ts';
import { REASONS } from '../lifecycle/reasons.ts';

/** How long somebody kept access whose access was to end; milliseconds. */
export interface Removal {
  pid: string;
  seq: number;
  what: 'removed' | 'restricted';
  ms: number;
  /** Why it ended, and what it waited for. */
  reason: string;
}
export interface Times {
  what: Removal['what'];
  count: number;
  p50: number;
  p95: number;
  max: Removal;
}

/**
 * From the instant at which an end was said, or from which it held if that was later, to its proof. Of whom no end was
 * said nothing can be measured.
 *
 * @param decidedAt when reviewers decided, by the event that told the workers.
 */
export function removalsOf(
  { pid, facts }: Pick<Person, 'pid' | 'facts'>,
  receipts: readonly Receipt[],
  since: number,
  decidedAt: ReadonlyMap<string, number>,
): Removal[] {
  const ends = Object.entries(facts).flatMap(([source, { employment = [] }]) =>
    employment
      .filter(({ value }) => value?.startsWith('ended'))
      .map(({ said, from, event }) => ({ source, event, at: Math.max(said, from) })),
  );
  const counted = new Set<string>(); // what is taken away once more says nothing of how long it took
  return receipts.flatMap(({ kind, why, provenAt, events, seq }) => {
    if ((kind !== 'delete' && kind !== 'restrict') || why === 'ON_LEAVE') return [];
    const before = ends.filter(({ at }) => at <= provenAt);
    const named = before.filter(({ event }) => events.includes(event));
    const start = (named.length > 0 ? named : before).toSorted((a, b) => a.at - b.at).at(-1);
    if (start === undefined || counted.has(`${kind} ${start.event}`)) return [];
    counted.add(`${kind} ${start.event}`);
    const ms = provenAt - (decidedAt.get(start.event) ?? start.at);
    const what = kind === 'delete' ? ('removed' as const) : ('restricted' as const);
    const asked = start.source === 'operator' ? 'a person decided it' : REASONS.LEFT;
    return provenAt < since ? [] : [{ pid, seq, what, ms, reason: [asked, ...waitedFor(events)].join('; ') }];
  });
}

function waitedFor(events: readonly string[]): string[] {
  const batches = events.filter((event) => event.startsWith(approvalEvent('')));
  return batches.map((event) => `waited until ${event.slice(approvalEvent('').length)} was released`);
}

/** By what was done, since restricted is not removed. Percentiles are the nearest rank. */
export function timesOf(removals: readonly Removal[]): Times[] {
  return (['removed', 'restricted'] as const).flatMap((what) => {
    const some = removals.filter((one) => one.what === what).sort((a, b) => a.ms - b.ms);
    const rank = (share: number): Removal | undefined => some[Math.ceil(share * some.length) - 1];
    const [p50, p95, max] = [rank(0.5), rank(0.95), some.at(-1)];
    return p50 && p95 && max ? [{ what, count: some.length, p50: p50.ms, p95: p95.ms, max }] : [];
  });
}
