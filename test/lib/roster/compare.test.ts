import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { ConfigSchema } from '../../../lib/config/schema.ts';
import { foldEvent } from '../../../lib/lifecycle/facts.ts';
import type { Facts } from '../../../lib/lifecycle/ledger.ts';
import { viewPerson } from '../../../lib/lifecycle/view.ts';
import { compare, settled } from '../../../lib/roster/compare.ts';
import type { Employee, RosterStatement } from '../../../lib/roster/statement.ts';
import { eventsOf } from '../../../lib/roster/take.ts';
import { DAY } from '../../../lib/time.ts';

const config = ConfigSchema.parse({ company: 'Example AG', sources: { people: { kind: 'roster' } } });
const FIRST = Date.UTC(2026, 10, 2);
const statement = (people: Employee[]): RosterStatement => ({
  schema: 1,
  columns: ['email', 'department', 'employeeId', 'startDate', 'endDate'],
  people,
  withdrawn: [],
  ended: [],
});

/** One person on one roster: days are counted from the first roster; null: not on it. */
interface Row {
  department: string | null;
  email: string;
  start: number | null;
  end: number | null;
}
const row = fc.record({
  department: fc.constantFrom(null, 'Security', 'Vendor Risk'),
  email: fc.constantFrom('ines.moreau@example.com', 'ines.adler@example.com'),
  start: fc.option(fc.integer({ min: -3, max: 14 })),
  end: fc.option(fc.integer({ min: -3, max: 20 })),
});
const history = fc.array(fc.option(row, { freq: 3 }), { minLength: 1, maxLength: 6 });
/** A last day before the first one is refused when it is read. */
const isPossible = (one: Row | null): boolean => one === null || (one.start ?? -9) < (one.end ?? 99);

const saidOn = (nth: number): number => FIRST + nth * 2 * DAY;
function employeeOn(one: Row | null, said: number): Employee[] {
  if (one === null) return [];
  const start = one.start === null ? undefined : FIRST + one.start * DAY;
  const end = one.end === null ? undefined : FIRST + one.end * DAY;
  if (end !== undefined && end <= said) return [];
  return [
    {
      employeeId: 'E1',
      attributes: { department: one.department, email: one.email },
      ...(start !== undefined && start > said && { start }),
      ...(end !== undefined && end > said && { end }),
    },
  ];
}

/** The events of each roster, as `taken` one after the other, and the last roster as it is kept. */
function told(rows: readonly (Row | null)[]) {
  let before: RosterStatement | undefined;
  const events = rows.flatMap((one, nth) => {
    const said = saidOn(nth);
    const after = settled(before, statement(employeeOn(one, said)), said);
    const id = String(nth).padEnd(64, '0');
    const roster = { id, day: '2026-11-02', said, people: 1, at: said };
    const sent = eventsOf('people', roster, compare(before, after, said));
    before = after;
    return sent;
  });
  return { events, last: before?.people[0] };
}
const folded = (events: ReturnType<typeof told>['events']): Facts => events.reduce(foldEvent, {});

/** Employed at that instant, as the last roster says; who is not yet and who is no more are the same to Bitsight. */
function isEmployed(last: Employee | undefined, instant: number): boolean {
  return last !== undefined && (last.start ?? 0) <= instant && (last.end ?? Infinity) > instant;
}

describe('what the last roster says is what the facts say', () => {
  const parameters = { seed: 20_261_123, numRuns: 500 };

  test('then and on every later day, whatever rosters came before', () => {
    fc.assert(
      fc.property(
        history.filter((rows) => rows.every(isPossible)),
        (rows) => {
          const { events, last } = told(rows);
          const facts = folded(events);
          const said = saidOn(rows.length - 1);
          for (const later of [1, DAY, 3 * DAY, 7 * DAY, 15 * DAY, 40 * DAY]) {
            const { employment } = viewPerson(facts, config, said + later);
            expect(employment === 'active').toBe(isEmployed(last, said + later));
          }
          if (last !== undefined) expect(viewPerson(facts, config, said + 1).attributes).toEqual(last.attributes);
        },
      ),
      parameters,
    );
  });

  test('in whatever order and however often the events arrive', () => {
    const shuffled = history
      .filter((rows) => rows.every(isPossible))
      .chain((rows) => {
        const { events } = told(rows);
        const twice = [...events, ...events];
        return fc.shuffledSubarray(twice, { minLength: twice.length }).map((order) => ({ events, order }));
      });
    fc.assert(
      fc.property(shuffled, ({ events, order }) => {
        expect(folded(order)).toEqual(folded(events));
        for (const name of ['id', 'received'] as const)
          expect(new Set(order.map((event) => event[name])).size).toBe(events.length);
      }),
      parameters,
    );
  });

  test('the same roster again says nothing', () => {
    fc.assert(
      fc.property(
        history.filter((rows) => rows.every(isPossible)),
        (rows) => {
          const again = [...rows, ...rows.slice(-1)];
          const ended = (rows.at(-1)?.end ?? 99) * DAY + FIRST <= saidOn(rows.length);
          const begun = (rows.at(-1)?.start ?? -9) * DAY + FIRST > saidOn(rows.length - 1);
          fc.pre(!ended && !begun);
          expect(told(again).events).toHaveLength(told(rows).events.length);
        },
      ),
      parameters,
    );
  });
});
