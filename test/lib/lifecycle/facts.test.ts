import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { EmploymentSchema, type Employment, type LifecycleEvent } from '../../../lib/lifecycle/event.ts';
import { changesAfter, foldEvent, heldAt, stillSays } from '../../../lib/lifecycle/facts.ts';
import type { FactName, Facts } from '../../../lib/lifecycle/ledger.ts';
import { viewPerson } from '../../../lib/lifecycle/view.ts';
import { ConfigSchema } from '../../../lib/config/schema.ts';
import { DAY } from '../../../lib/time.ts';
import { eventWith, TEST_CONFIG } from '../../support/world.ts';

const config = ConfigSchema.parse(TEST_CONFIG);
const fold = (events: LifecycleEvent[]): Facts => events.reduce(foldEvent, {});
const says = (said: number, from: number, employment: Employment, source = 'hr') =>
  eventWith({ kind: 'mover', source, said, from, employment });
const titled = (said: number, from: number, jobTitle: string) =>
  eventWith({ kind: 'mover', said, from, attributes: { jobTitle } });
const employmentAt = (events: LifecycleEvent[], now: number) => viewPerson(fold(events), config, now).employment;
const titleAt = (events: LifecycleEvent[], now: number) => viewPerson(fold(events), config, now).attributes.jobTitle;

const anyEvent = fc
  .record({
    n: fc.nat(5),
    said: fc.nat(20),
    ahead: fc.integer({ min: -5, max: 20 }),
    source: fc.constantFrom('hr', 'contractors', 'operator'),
    employment: fc.constantFrom(...EmploymentSchema.options, undefined),
    jobTitle: fc.constantFrom('A', 'B', null, undefined),
  })
  .map(({ n, said, ahead, source, employment, jobTitle }) =>
    eventWith({
      kind: 'mover',
      id: `hr:${n}`,
      said,
      from: Math.max(0, said + ahead),
      source,
      ...(employment !== undefined && { employment }),
      attributes: jobTitle === undefined ? {} : { jobTitle },
    }),
  );

describe('the fold', () => {
  test('does not care about order or repetition', () => {
    fc.assert(
      fc.property(
        fc
          .array(anyEvent, { maxLength: 7 })
          .chain((events) =>
            fc.tuple(
              fc.constant(events),
              fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 }),
            ),
          ),
        ([events, shuffled]) => expect(fold(shuffled)).toEqual(fold(events)),
      ),
      { seed: 11, numRuns: 500 },
    );
  });

  test('keeps its answer when a history grows longer than it remembers', () => {
    const events = Array.from({ length: 80 }, (_, day) => titled(day, day, day % 2 === 0 ? 'A' : 'B'));
    const hired = says(0, 0, 'active');
    const resaid = Array.from({ length: 80 }, (_, day) => says(day + 1, 0, 'active'));
    const facts = fold([hired, ...events, ...resaid, says(40, 50, 'ended')]);
    expect(facts['hr']?.jobTitle?.length).toBeLessThanOrEqual(24);
    expect(viewPerson(facts, config, 100)).toMatchObject({ employment: 'ended', attributes: { jobTitle: 'B' } });
  });
});

describe('employment', () => {
  test.each<[string, LifecycleEvent[], number, string]>([
    ['nobody said anything', [], 10, 'unknown'],
    ['the first day lies ahead', [says(1, 20, 'active')], 10, 'pending'],
    ['hired', [says(1, 5, 'active')], 10, 'active'],
    ['the last day lies ahead', [says(1, 5, 'active'), says(2, 20, 'ended')], 10, 'active'],
    ['the last day is over', [says(1, 5, 'active'), says(2, 20, 'ended')], 20, 'ended'],
    ['on a tie the end wins', [says(3, 5, 'active'), says(1, 5, 'ended')], 10, 'ended'],
    [
      'a hire said late does not undo an end that holds later',
      [says(1, 8, 'ended'), says(9, 5, 'active')],
      10,
      'ended',
    ],
    ['a rehire that holds later does', [says(1, 8, 'ended'), says(9, 9, 'active')], 10, 'active'],
    [
      'a moved last day replaces the first one',
      [says(1, 1, 'active'), says(2, 10, 'ended'), says(3, 15, 'ended')],
      12,
      'active',
    ],
    [
      'an end that was called off is none',
      [says(1, 1, 'active'), says(2, 10, 'ended'), says(3, 3, 'stays')],
      12,
      'active',
    ],
    [
      'an end that already holds cannot be called off',
      [says(1, 1, 'active'), says(2, 4, 'ended'), says(5, 5, 'stays')],
      12,
      'ended',
    ],
    ['a contract with both ends known holds in between', [says(1, 5, 'active'), says(2, 20, 'ended')], 6, 'active'],
    [
      'an end planned after a planned hire does not cancel it',
      [says(1, 10, 'active'), says(2, 20, 'ended')],
      12,
      'active',
    ],
    [
      'said again as employed before the last day, the day stands',
      [says(1, 1, 'active'), says(2, 10, 'ended'), says(5, 5, 'active')],
      12,
      'ended',
    ],
    [
      'with two employers one end is not enough',
      [says(1, 1, 'active'), says(1, 1, 'active', 'contractors'), says(5, 5, 'ended')],
      12,
      'active',
    ],
    [
      'with two employers both ends are',
      [
        says(1, 1, 'active'),
        says(1, 1, 'active', 'contractors'),
        says(5, 5, 'ended'),
        says(5, 6, 'ended', 'contractors'),
      ],
      12,
      'ended',
    ],
    [
      'an involuntary end from any counts at once',
      [says(1, 1, 'active'), says(1, 1, 'active', 'contractors'), says(5, 5, 'ended-now', 'contractors')],
      12,
      'ended',
    ],
    [
      'who was ended by a source that nobody asks any more stays ended',
      [says(1, 1, 'active', 'former'), says(2, 2, 'ended', 'former')],
      12,
      'ended',
    ],
    ['a hire by a source that nobody asks any more is none', [says(1, 1, 'active', 'former')], 12, 'unknown'],
    [
      'an end by a source that nobody asks any more yields to one that counts',
      [says(2, 2, 'ended', 'former'), says(1, 1, 'active')],
      12,
      'active',
    ],
    ['on leave', [says(1, 1, 'active'), says(2, 5, 'suspended')], 10, 'suspended'],
    ['on leave before anybody said of a hire', [says(2, 5, 'suspended')], 10, 'suspended'],
    ['back from leave before anybody said of a hire', [says(2, 5, 'resumed')], 10, 'active'],
    ['a leave ahead is none yet', [says(1, 1, 'active'), says(2, 15, 'suspended')], 10, 'active'],
    ['back from leave', [says(1, 1, 'active'), says(2, 5, 'suspended'), says(8, 8, 'resumed')], 10, 'active'],
    [
      'said to be employed since later',
      [says(1, 1, 'active'), says(2, 5, 'suspended'), says(8, 8, 'active')],
      10,
      'active',
    ],
    ['on a tie with a hire the leave wins', [says(3, 5, 'active'), says(1, 5, 'suspended')], 10, 'suspended'],
    ['on a tie with a leave the end wins', [says(3, 5, 'suspended'), says(1, 5, 'ended')], 10, 'ended'],
    ['ended while on leave', [says(1, 1, 'active'), says(2, 5, 'suspended'), says(8, 8, 'ended')], 10, 'ended'],
    [
      'a leave after the end is none',
      [says(1, 1, 'active'), says(2, 5, 'ended'), says(8, 8, 'suspended')],
      10,
      'ended',
    ],
    [
      'a return that was planned before the end brings nobody back',
      [says(1, 1, 'active'), says(2, 3, 'suspended'), says(2, 9, 'resumed'), says(5, 5, 'ended')],
      10,
      'ended',
    ],
    [
      'a leave that was called off before it began is none',
      [says(1, 1, 'active'), says(2, 8, 'suspended'), says(4, 4, 'resumed')],
      10,
      'active',
    ],
    [
      'a leave that is over in advance is one until then',
      [says(1, 1, 'active'), says(2, 8, 'suspended'), says(4, 12, 'resumed')],
      10,
      'suspended',
    ],
    [
      'a leave that was moved begins on the new day',
      [says(1, 1, 'active'), says(2, 8, 'suspended'), says(4, 12, 'suspended')],
      10,
      'active',
    ],
    [
      'a leave of the past that is taken back with its day never was',
      [says(1, 1, 'active'), says(6, 5, 'suspended'), says(8, 5, 'resumed')],
      10,
      'active',
    ],
    [
      'a planned end is not called off by a return',
      [says(1, 1, 'active'), says(2, 8, 'ended'), says(4, 4, 'resumed')],
      10,
      'ended',
    ],
    [
      'with two employers one that has the person at work is enough',
      [says(1, 1, 'active'), says(1, 1, 'active', 'contractors'), says(5, 5, 'suspended')],
      10,
      'active',
    ],
    [
      'with two employers a leave outweighs an end',
      [says(1, 1, 'active'), says(5, 5, 'suspended'), says(5, 5, 'ended', 'contractors')],
      10,
      'suspended',
    ],
    [
      'an involuntary end outweighs a leave with the other',
      [says(5, 5, 'suspended'), says(5, 5, 'ended-now', 'contractors')],
      10,
      'ended',
    ],
    [
      'who was on leave by a source that nobody asks any more stays so',
      [says(1, 1, 'active', 'former'), says(2, 2, 'suspended', 'former')],
      12,
      'suspended',
    ],
    ['a person decides above all sources', [says(1, 1, 'active'), says(2, 2, 'ended', 'operator')], 12, 'ended'],
  ])('%s', (_title, events, now, expected) => {
    expect(employmentAt(events, now)).toBe(expected);
    expect(employmentAt(events.toReversed(), now)).toBe(expected);
  });
});

const days = (n: number) => (1000 + n) * DAY;

describe('an end that lies long before it was said', () => {
  const doubtfulAt = (events: LifecycleEvent[], offboarding: object | undefined = {}) =>
    viewPerson(
      fold(events),
      ConfigSchema.parse({
        ...TEST_CONFIG,
        offboarding: offboarding && { ...TEST_CONFIG.offboarding, ...offboarding },
      }),
      days(500),
    ).doubtful;

  test.each<[string, LifecycleEvent[], boolean]>([
    ['90 days is none', [says(days(90), days(0), 'ended')], false],
    ['91 days', [says(days(91), days(0), 'ended')], true],
    ['involuntary', [says(days(91), days(0), 'ended-now')], false],
    ['decided by a person', [says(days(91), days(0), 'ended', 'operator')], false],
    ['said in time as well', [says(days(91), days(0), 'ended'), says(days(0), days(0), 'ended')], false],
    ['older than a hire', [says(days(91), days(0), 'ended'), says(days(92), days(1), 'active')], false],
    ['younger than the hire', [says(days(1), days(-1), 'active'), says(days(91), days(0), 'ended')], true],
    [
      'beside the end of another employer, which is none',
      [says(days(91), days(0), 'ended'), says(days(5), days(5), 'ended', 'contractors')],
      false,
    ],
    [
      'beside another employer, who has the person',
      [says(days(91), days(0), 'ended'), says(days(5), days(5), 'active', 'contractors')],
      false,
    ],
  ])('%s', (_title, events, expected) => {
    expect(doubtfulAt(events)).toBe(expected);
    expect(doubtfulAt(events.toReversed())).toBe(expected);
  });

  test('is what the configuration says it is', () => {
    expect(doubtfulAt([says(days(11), days(0), 'ended')], { oldestEndDays: 10 })).toBe(true);
    expect(doubtfulAt([says(days(91), days(0), 'ended')], { oldestEndDays: 100 })).toBe(false);
  });
});

describe('an attribute', () => {
  test.each<[string, LifecycleEvent[], number, string | null | undefined]>([
    ['was never said', [], 10, undefined],
    ['is what was said last', [titled(1, 1, 'A'), titled(2, 2, 'B')], 10, 'B'],
    ['corrected for the past is what was said last', [titled(5, 5, 'A'), titled(6, 1, 'B')], 10, 'B'],
    ['planned is not yet so', [titled(1, 1, 'A'), titled(2, 20, 'B')], 10, 'A'],
    ['planned becomes so', [titled(1, 1, 'A'), titled(2, 20, 'B')], 20, 'B'],
    ['said after the planned day counts more', [titled(2, 10, 'B'), titled(11, 11, 'C')], 12, 'C'],
    [
      'a word that means something elsewhere is only a word',
      [titled(1, 1, 'stays'), titled(2, 2, 'ended')],
      10,
      'ended',
    ],
  ])('that %s', (_title, events, now, expected) => {
    expect(titleAt(events, now)).toBe(expected);
    expect(titleAt(events.toReversed(), now)).toBe(expected);
  });

  test('is believed of the source with more authority, whoever spoke last', () => {
    const events = [
      titled(1, 1, 'A'),
      eventWith({ kind: 'mover', source: 'contractors', said: 9, from: 9, attributes: { jobTitle: 'B' } }),
    ];
    expect(titleAt(events, 10)).toBe('A');
  });
});

test('what a hire of next week says of the person can be corrected before the first day', () => {
  const hired = eventWith({ kind: 'joiner', said: 1, from: 20, attributes: { jobTitle: 'A', email: null } });
  const corrected = eventWith({
    kind: 'mover',
    said: 5,
    from: 5,
    attributes: { jobTitle: 'B', email: 'b@example.com' },
  });
  expect(viewPerson(fold([hired, corrected]), config, 20)).toMatchObject({
    employment: 'active',
    attributes: { jobTitle: 'B', email: 'b@example.com' },
  });
});

test('what lies ahead is known in advance', () => {
  const facts = fold([says(1, 1, 'active'), says(2, 30, 'ended'), titled(2, 20, 'B')]);
  expect(viewPerson(facts, config, 10).nextAt).toBe(20);
  expect(viewPerson(facts, config, 20).nextAt).toBe(30);
  expect(viewPerson(facts, config, 30).nextAt).toBeUndefined();
});

test('whether a delivery still says what holds is asked of each of its sayings', () => {
  const facts = fold([titled(1, 1, 'A'), titled(2, 2, 'B')]);
  expect(stillSays(facts, titled(3, 3, 'B'))).toBe(true);
  expect(stillSays(facts, titled(1, 1, 'A'))).toBe(true);
  expect(stillSays(facts, titled(3, 3, 'A'))).toBe(false);
});

test('the same sayings decide the same at every instant, whatever else is asked', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { minLength: 1, maxLength: 6 }), fc.nat(45), (events, now) => {
      const known = fold(events)[events[0]?.source ?? ''] ?? {};
      for (const name of Object.keys(known) as FactName[]) {
        // -- keys of facts are fact names by the schema
        const sayings = known[name] ?? [];
        const next = Math.min(...changesAfter(sayings, name, now));
        if (Number.isFinite(next)) expect(heldAt(sayings, name, next - 1)).toEqual(heldAt(sayings, name, now));
      }
    }),
    { seed: 12, numRuns: 300 },
  );
});
