import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Outcome } from '../../lib/lifecycle/outcome.ts';
import type { Outcomes } from '../../lib/lifecycle/ports.ts';

export interface OpenOutcomes {
  outcomes: Outcomes;
  published(): Outcome[];
  close(): Promise<void>;
}

const outcome = (id: string, more: Partial<Outcome> = {}): Outcome => ({
  id,
  result: 'done',
  code: 'PROVEN',
  source: 'hr',
  event: 'e1',
  received: 'r1',
  at: 1_795_000_000_123,
  ...more,
});

/** What publishing keeps to, wherever outcomes go. */
export function outcomesContract(name: string, open: () => Promise<OpenOutcomes>): void {
  describe(`outcomes ${name}`, () => {
    let opened: OpenOutcomes;
    beforeEach(async () => void (opened = await open()));
    afterEach(() => opened.close());

    test.each([0, 1, 10, 23])('all of %d outcomes are published, each as it is', async (count) => {
      const given = Array.from({ length: count }, (_, n) => outcome(`o${n}`, { pid: `p${n}`, names: ['jobTitle'] }));
      await opened.outcomes.publish(given);
      expect(opened.published()).toEqual(given);
    });

    test('what a caller does to an outcome afterwards is not published', async () => {
      const names = ['jobTitle'];
      await opened.outcomes.publish([outcome('o', { names })]);
      names.push('email');
      expect(opened.published()).toEqual([outcome('o', { names: ['jobTitle'] })]);
    });
  });
}
