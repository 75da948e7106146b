import { describe, expect, test } from '@jest/globals';
import { judge, RULES, SEVERITIES } from '../../../lib/export/findings.ts';
import { isStranger, seesPortfolio, type Yardstick } from '../../../lib/export/standing.ts';
import { readRoster } from '../../../lib/export/roster.ts';
import type { Row } from '../../../lib/export/row.ts';
import { NOW, rowWith } from '../../support/rows.ts';

const by: Yardstick = { now: NOW, dormantDays: 90, signIn: 'password' };
const roster = readRoster('email,status\nmara@example.com,Active\ntom@example.com,Terminated\n');
const codes = (row: Partial<Row>, change: Partial<Yardstick> = {}): string[] =>
  judge(rowWith(row), { ...by, ...change }).map(({ rule }) => rule.code);

test('nothing is said of an account in use, on the roster, with a second factor', () => {
  expect(codes({}, { roster })).toEqual([]);
});

describe('what is asked about', () => {
  const cases: [string, Partial<Row>, Partial<Yardstick>, string[]][] = [
    ['who left by the roster', { email: 'Tom@Example.com' }, { roster }, ['left-company']],
    ['who is not on the roster', { email: 'eve@example.com' }, { roster }, ['not-on-roster']],
    ['who has no address', { email: null }, { roster }, ['not-on-roster']],
    ['nobody where there is no roster', { email: 'eve@example.com' }, {}, []],
    ['an Admin', { role_slugs: ['customer_admin'] }, {}, ['admin']],
    ['an Admin who is deactivated', { role_slugs: ['customer_admin'], status: 'Deactivated' }, {}, ['deactivated']],
    ['a leaver who is deactivated', { email: 'tom@example.com', status: 'Deactivated' }, { roster }, ['deactivated']],
    [
      'an API token, on no roster and without second factor',
      { kind: 'api-token', email: null, mfa_status: null },
      { roster },
      ['api-token'],
    ],
    ['91 days without log-in', { last_login_time: '2026-02-02T00:00:00Z' }, {}, ['dormant']],
    ['exactly 90 days', { last_login_time: '2026-02-03T04:30:00Z' }, {}, []],
    ['other days by configuration', { last_login_time: '2026-02-02T00:00:00Z' }, { dormantDays: 120 }, []],
    ['never logged in since 2024', { last_login_time: null }, {}, ['dormant']],
    ['never logged in, joined yesterday', { last_login_time: null, joined_time: '2026-05-03T00:00:00Z' }, {}, []],
    ['a time nobody can read', { last_login_time: 'soon' }, {}, []],
    ['an old invitation', { status: 'Created', last_login_time: null, mfa_status: null }, {}, ['never-activated']],
    ['a fresh invitation', { status: 'Created', last_login_time: null, joined_time: '2026-05-01 10:00:00' }, {}, []],
    ['no second factor', { mfa_status: 'not_enabled' }, {}, ['second-factor']],
    ['a second factor not said', { mfa_status: null }, {}, []],
    ['no second factor behind SAML', { mfa_status: 'not_enabled' }, { signIn: 'saml' }, []],
  ];
  test.each(cases)('%s', (_, row, change, expected) => {
    expect(codes(row, change)).toEqual(expected);
  });
});

test('evidence says what a person needs to decide', () => {
  const [left] = judge(rowWith({ email: 'tom@example.com' }), { ...by, roster });
  expect(left?.evidence).toBe('roster line 3: Terminated; last log-in 2026-05-01 (2 days ago)');
  const yesterday = rowWith({ email: 'tom@example.com', last_login_time: '2026-05-03T01:00:00Z' });
  expect(judge(yesterday, { ...by, roster })[0]?.evidence).toMatch(/2026-05-03 \(1 day ago\)$/);
  const [never] = judge(rowWith({ last_login_time: null }), by);
  expect(never?.evidence).toBe('never logged in');
});

test('rules stand worst first, because that is the order on the page', () => {
  const ranks = RULES.map(({ severity }) => SEVERITIES.indexOf(severity));
  expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
});

test.each([
  ['by the groups, where they could be read', { group_guid: 'all' }, new Set(['all']), true],
  ['by the groups, whatever the name', { group_guid: 'x', group_name: 'All Companies' }, new Set(['all']), false],
  ['by the name otherwise', { group_guid: 'x', group_name: 'All Companies' }, undefined, true],
  ['and no other name', { group_guid: 'x', group_name: 'Europe' }, undefined, false],
  ['and no token', { kind: 'api-token' as const, group_guid: 'all' }, new Set(['all']), false],
])('who sees the whole portfolio is known %s', (_, row, portfolioGroups, expected) => {
  expect(seesPortfolio(rowWith(row), { ...by, portfolioGroups })).toBe(expected);
});

test('strangers are those that can get in and are not, or no longer, on the roster', () => {
  expect(isStranger(rowWith(), { ...by, roster })).toBe(false);
  expect(isStranger(rowWith({ email: 'tom@example.com' }), { ...by, roster })).toBe(true);
  expect(isStranger(rowWith({ email: 'eve@example.com' }), { ...by, roster })).toBe(true);
  expect(isStranger(rowWith({ email: 'eve@example.com', status: 'Deactivated' }), { ...by, roster })).toBe(false);
  expect(isStranger(rowWith({ email: 'eve@example.com' }), by)).toBe(false);
});
