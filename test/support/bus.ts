import { OutcomeSchema } from '../../lib/lifecycle/ledger.ts';
import type { Outcome } from '../../lib/lifecycle/outcome.ts';

/** The outcomes that came over a bus, and who waits for the next one. */
export function outcomesOn() {
  const all: Outcome[] = [];
  let arrival = Promise.withResolvers<void>();
  return {
    all: all as readonly Outcome[], // -- for others to read only
    take(entries: { Detail: string }[]): void {
      all.push(...entries.map(({ Detail }) => OutcomeSchema.parse(JSON.parse(Detail))));
      arrival.resolve();
      arrival = Promise.withResolvers();
    },
    /** The first `count` outcomes, as soon as there are so many. */
    async first(count: number): Promise<Outcome[]> {
      while (all.length < count) await arrival.promise;
      return all.slice(0, count);
    },
  };
}
