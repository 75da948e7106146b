import { expect, test } from '@jest/globals';
import type { Item, OpenEvent, Operation, Person } from '../../lib/lifecycle/ledger.ts';
import type { Outcome } from '../../lib/lifecycle/outcome.ts';
import { newPerson } from '../../lib/lifecycle/record.ts';
import { MINUTE } from '../../lib/time.ts';
import { LedgerWatch } from './ledger-watch.ts';
import { createMemoryStore } from './memory/store.ts';

const NOW = 1_000_000;
const OPEN: OpenEvent = { event: 'e', received: 'r', source: 'hr', kind: 'joiner', said: NOW, from: NOW, at: NOW };
const OP: Operation = {
  seq: 1,
  kind: 'update',
  id: 'op',
  token: 'mine',
  factsV: 1,
  guid: 'g',
  request: {},
  wanted: {},
  why: 'RULE',
  answers: ['r'],
  acknowledged: false,
  startedAt: NOW,
  until: NOW + MINUTE,
};
const TOLD: Outcome = { id: 'r', result: 'no-op', code: 'AS_IS', source: 'hr', event: 'e', received: 'r', at: NOW };
const known: Person = { ...newPerson('p'), factsV: 1, open: [OPEN], wakeAt: NOW + MINUTE };
const claimed: Person = { ...known, op: OP };
const told: Person = { ...known, open: [], outbox: [TOLD] };

type Write = [item: Item, writer?: object];

/** What the watch says of writes that come one after the other. */
async function judged(...writes: Write[]): Promise<string[]> {
  const watch = new LedgerWatch(() => NOW);
  const table = new Map();
  let read: number | 'absent' = 'absent';
  for (const [item, writer = watch] of writes)
    read = (await createMemoryStore({ table, ...watch.hooks(() => writer) }).put(item, read)) ?? read;
  return watch.broken;
}

test('what the tables allow is no news', async () => {
  expect(await judged([known], [claimed], [{ ...told, seq: 1 }], [{ ...told, seq: 1, outbox: [] }])).toEqual([]);
});

const { op: _none, ...dropped } = claimed;
const CRIMES: [what: string, sentence: string, ...writes: Write[]][] = [
  [
    'an event is forgotten',
    'release without “nothing lost”',
    [known],
    [{ ...known, open: [], held: { code: 'X', names: [], at: 0 } }],
  ],
  ['an outcome is forgotten', 'record without “nothing lost”', [told], [{ ...known, factsV: 2 }]],
  [
    'an event is folded into an operation',
    'record without “hands off”',
    [claimed],
    [{ ...claimed, factsV: 2, op: { ...OP, why: 'x' } }],
  ],
  [
    'a plan is carried out that was made of other facts',
    'claim without “these very facts”',
    [known],
    [{ ...known, op: { ...OP, factsV: 0 } }],
  ],
  [
    'a lease that still runs is taken over',
    'take over without “lease over”',
    [claimed],
    [{ ...claimed, op: { ...OP, token: 'other' } }],
  ],
  [
    'a request is made another one on the way',
    'take over without “same intent”',
    [{ ...claimed, op: { ...OP, until: NOW - 1 } }],
    [{ ...claimed, op: { ...OP, token: 'other', kind: 'delete' } }],
  ],
  [
    'somebody else drops an operation',
    'drop without “own token”',
    [known],
    [claimed],
    [{ ...dropped, wakeAt: NOW }, {}],
  ],
  [
    'done is said without a receipt',
    'finish without “receipt first”',
    [known],
    [claimed],
    [{ ...told, seq: 1, outbox: [{ ...TOLD, result: 'done', seq: 1 }] }],
  ],
  ['a person rests although an event is open', 'no such transition: absent → resting (record)', [newPerson('p')]],
  ['an item of no known kind', 'an item of no known kind: X Y', [{ pk: 'X', sk: 'Y', schema: 1 }]],
  [
    'a receipt is written over',
    'a receipt was written over',
    [{ pk: 'P#p', sk: 'R#00000001', schema: 1 }],
    [{ pk: 'P#p', sk: 'R#00000001', schema: 1 }],
  ],
];

test.each(CRIMES)('%s: %s', async (_what, sentence, ...writes) => {
  expect(await judged(...writes)).toContain(`Ledger: ${sentence}`);
});

test('whoever rejected a batch cannot approve it afterwards', async () => {
  const batch = { pk: 'B#b', sk: 'B', schema: 1, id: 'b', source: 'hr', kind: 'changes', n: 1, at: NOW, until: NOW };
  const writes: Write[] = ['open', 'rejected', 'approved'].map((status) => [{ ...batch, status }]);
  expect(await judged(...writes)).toEqual(['Ledger: a batch that was rejected is approved']);
});

test('an operation that is under way is not claimed once more', async () => {
  const write = { ...claimed, op: { ...OP, token: 'other', id: 'another' } };
  expect(await judged([claimed], [write])).toContain('Ledger: take over without “same intent”');
});
