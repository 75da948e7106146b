import { describe, expect, test } from '@jest/globals';
import { RemovalLog, timesOf } from '../../../lib/export/removal.ts';
import type { Receipt, ReviewRow } from '../../../lib/lifecycle/ledger.ts';
import { newPerson } from '../../../lib/lifecycle/record.ts';
import { daysText, spanOf } from '../../../lib/review/nights.ts';
import { stateOf, type Evidence } from '../../../lib/review/proof.ts';

import { rowWith } from '../../support/rows.ts';

const TOLD = { what: 'revoke', event: 'review:2026-Q4:1:1:revoke', pid: 'p', at: 100, turn: 1 };
const rowOf = (change: Partial<ReviewRow> = {}): ReviewRow => ({
  pk: 'V#2026-Q4',
  sk: 'M#00000001',
  schema: 1,
  n: 1,
  verdict: 'revoke',
  reviewer: 'boss@example.com',
  worksheet: 'w',
  at: 50,
  told: TOLD,
  ...change,
});
const CHANGE: Partial<ReviewRow> = {
  verdict: 'change',
  role: 'customer_user',
  told: { ...TOLD, what: 'change:customer_user' },
};
const receipt = (change: Partial<Receipt> = {}): Receipt => ({
  pk: 'P#p',
  sk: 'R#00000002',
  schema: 1,
  pid: 'p',
  seq: 2,
  operation: 'o',
  kind: 'delete',
  what: 'removed',
  why: 'LEFT',
  before: {},
  request: {},
  after: null,
  events: [TOLD.event],
  configHash: 'f',
  startedAt: 110,
  provenAt: 120,
  ...change,
});
const seen = (roles: string[], at = 110) => ({
  ...newPerson('p'),
  observed: {
    guid: 'g',
    email: '',
    formalName: null,
    friendlyName: null,
    roles,
    group: null,
    groupName: null,
    status: null,
    contact: false,
    apiToken: false,
    features: {},
    lastLogin: null,
    at,
  },
});
const updated = (roles: string[]) => receipt({ kind: 'update', after: { roles } });
const agreed = receipt({ kind: 'none', why: 'AS_IS' });
const later = (at: number, roles?: string[]) => ({
  date: '2026-11-30',
  at,
  row: roles && rowWith({ role_slugs: roles }),
});

const CASES: [what: string, row: Partial<ReviewRow>, evidence: Partial<Evidence>, proven: boolean][] = [
  ['a removal that was read back', {}, { receipts: [receipt()] }, true],
  ['a removal of before', {}, { receipts: [receipt({ provenAt: 99 })] }, false],
  ['a removal that the release of a batch brought', {}, { receipts: [receipt({ events: ['batch:b'] })] }, true],
  ['a restriction, in the modes that restrict', {}, { receipts: [receipt({ kind: 'restrict', after: {} })] }, true],
  ['a restriction for a leave of absence', {}, { receipts: [receipt({ kind: 'restrict', why: 'ON_LEAVE' })] }, false],
  ['a removal for what was decided before', { verdict: 'change', role: 'vrm_admin' }, { receipts: [receipt()] }, false],
  ['another change', {}, { receipts: [updated(['customer_user'])] }, false],
  ['nobody there any more', {}, { receipts: [receipt({ kind: 'none', why: 'ALREADY_GONE' })] }, true],
  [
    'nobody there, told of another event',
    {},
    { receipts: [receipt({ kind: 'none', why: 'ALREADY_GONE', events: ['hr:1'] })] },
    false,
  ],
  ['nothing to do, because HR said otherwise since', {}, { receipts: [agreed] }, false],
  [
    'nothing to do, because it was restricted before',
    {},
    { receipts: [receipt({ kind: 'restrict', seq: 1, provenAt: 1 }), agreed] },
    true,
  ],
  ['a later night without the account', {}, { later: later(101) }, true],
  ['a night that began before the workers were told', {}, { later: later(100) }, false],
  ['a later night with the account', {}, { later: later(101, ['customer_user']) }, false],
  ['the role read back', CHANGE, { receipts: [updated(['customer_user', 'vrm_admin'])] }, true],
  ['another role read back', CHANGE, { receipts: [updated(['customer_admin'])] }, false],
  ['the role beside another of its kind', CHANGE, { receipts: [updated(['customer_user', 'customer_admin'])] }, false],
  ['nothing to do, and the role seen', CHANGE, { receipts: [agreed], person: seen(['customer_user']) }, true],
  [
    'nothing to do where the role is not ours to write',
    CHANGE,
    { receipts: [agreed], person: seen(['customer_admin']) },
    false,
  ],
  [
    'nothing to do, and the role seen before',
    CHANGE,
    { receipts: [agreed], person: seen(['customer_user'], 99) },
    false,
  ],
  ['a later night with the role', CHANGE, { later: later(101, ['customer_user']) }, true],
];

test.each(CASES)('proven or not: %s', (_what, row, evidence, proven) => {
  expect(stateOf(rowOf(row), { receipts: [], ...evidence }).state === 'proven').toBe(proven);
});

test('a removal before the workers were told is no proof of the decision', () => {
  const { told: _told, ...untold } = rowOf();
  expect(stateOf(untold, { receipts: [receipt()] }).state).toBe('decided');
});

test('a row is undecided, kept, decided, told or held', () => {
  const held = { code: 'PROTECTED', names: [], at: 1 };
  const { told: _told, ...untold } = rowOf();
  const states = [
    undefined,
    rowOf({ verdict: 'keep', told: { ...TOLD, what: 'keep' } }),
    rowOf({ verdict: 'keep' }),
    untold,
    rowOf({ at: 200 }),
    rowOf(),
  ];
  expect(states.map((row) => stateOf(row, { receipts: [] }).state)).toEqual([
    'undecided',
    'kept',
    'decided',
    'decided',
    'told',
    'told',
  ]);
  expect(stateOf(rowOf(), { receipts: [], person: { ...newPerson('p'), held } })).toEqual({ state: 'held', held });
});

const saying = (value: string, event: string, said: number, from = said) => ({ value, event, said, from });

describe('time to removal', () => {
  const facts = {
    hr: { employment: [saying('active', 'hr:1', 0), saying('ended', 'hr:2', 10, 60), saying('ended', 'hr:3', 90, 60)] },
    operator: { employment: [saying('ended-now', TOLD.event, 100)] },
  };
  const of = (receipts: Receipt[], decidedAt = new Map<string, number>(), since = 0) => {
    const log = new RemovalLog({ sources: {} });
    for (const one of receipts) log.receipt(one);
    log.person({ pid: 'p', facts });
    return log.since(since, decidedAt);
  };

  test('is counted from when the end held, or was said, or was decided', () => {
    expect(of([receipt({ events: ['hr:2'] })])).toMatchObject([
      { what: 'removed', ms: 60, reason: 'employment ended' },
    ]);
    expect(of([receipt({ events: ['hr:3'] })])).toMatchObject([{ ms: 60 }]); // said again it is the same
    expect(of([receipt()])).toMatchObject([{ ms: 20 }]);
    expect(of([receipt()], new Map([[TOLD.event, 50]]))).toMatchObject([{ ms: 70 }]);
  });

  test('names the batch it waited for', () => {
    expect(of([receipt({ events: ['batch:hr-1'] })])).toMatchObject([
      { ms: 20, reason: 'a person decided it; waited until hr-1 was released' },
    ]);
  });

  test('is counted once for each end: what is taken away once more took no time', () => {
    const again = receipt({ seq: 3, provenAt: 900, events: [] });
    expect(of([receipt(), again])).toHaveLength(1);
  });

  test('says which was the first for an end: restricted, then removed', () => {
    const restricted = receipt({ seq: 1, kind: 'restrict', provenAt: 110 });
    expect(of([receipt(), restricted]).map(({ what, first }) => [what, first])).toEqual([
      ['restricted', true],
      ['removed', false],
    ]);
  });

  test('leaves out leaves of absence, access that ended by a rule, changes, and what lies before the period', () => {
    const none = [receipt({ why: 'ON_LEAVE' }), receipt({ kind: 'update' })];
    expect(of(none)).toEqual([]);
    expect(of([receipt()], new Map(), 121)).toEqual([]);
    expect(of([receipt({ why: 'NO_RULE' })])).toEqual([]);
  });

  test('has the nearest rank as its percentiles, and keeps restricted apart from removed', () => {
    const more = { first: true, lateLogin: false };
    const removals = Array.from({ length: 20 }, (_, n) => ({
      ...more,
      pid: `p${n}`,
      seq: 1,
      what: 'removed' as const,
      ms: n + 1,
      reason: '',
    }));
    const restricted = { pid: 'r', seq: 1, what: 'restricted' as const, ms: 7, reason: 'why' };
    expect(timesOf([{ ...restricted, ...more }, ...removals])).toMatchObject([
      { what: 'removed', count: 20, p50: 10, p95: 19, max: { pid: 'p19', ms: 20 } },
      { what: 'restricted', count: 1, p50: 7, p95: 7, max: restricted },
    ]);
  });
});

test.each([
  ['2026-Q4', '2026-11-23', '2026-12-05', '2026-10-01', '2026-12-05'],
  ['2026-Q4', '2027-01-03', '2027-01-04', '2026-10-01', '2027-01-03'],
  ['2026-Q4', '2026-12-20', '2027-02-01', '2026-10-01', '2026-12-31'],
  ['2027-Q1', '2026-12-31', '2027-02-01', '2026-12-31', '2027-02-01'],
  ['2028-Q1', '2028-03-01', '2028-06-01', '2028-01-01', '2028-03-31'],
])('the period of %s over the night of %s, looked at when %s is over', (review, frozen, last, from, to) => {
  expect(spanOf(review, frozen, last)).toEqual({ from, to });
});

test('days in a row are said as one', () => {
  expect(daysText(['2026-10-30', '2026-10-31', '2026-11-01', '2026-11-05'])).toBe(
    '2026-10-30 to 2026-11-01, 2026-11-05',
  );
});
