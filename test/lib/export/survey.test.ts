import { expect, test } from '@jest/globals';
import type { Change } from '../../../lib/export/diff.ts';
import { RULES } from '../../../lib/export/findings.ts';
import type { Yardstick } from '../../../lib/export/standing.ts';
import { survey } from '../../../lib/export/survey.ts';
import { tokensIn } from '../../../lib/export/tenant-facts.ts';
import { NOW, rowWith, stream } from '../../support/rows.ts';

const by: Yardstick = { now: NOW, dormantDays: 90, signIn: 'password' };

test('counts both nights by the same yardstick, and hands on every change', async () => {
  const admin = { role_slugs: ['customer_admin'], role_names: ['Admin'] };
  const before = [rowWith({ guid: 'a' }), rowWith({ guid: 'b', ...admin }), rowWith({ guid: 'd' })];
  const after = [
    rowWith({ guid: 'a', last_login_time: '2026-05-03T08:00:00Z' }),
    rowWith({ guid: 'b', ...admin }),
    rowWith({ guid: 'c', kind: 'api-token', group_name: 'All Companies' }),
    rowWith({ guid: 'd', group_name: 'All Companies', group_guid: 'all' }),
  ];
  const changes: Change[] = [];
  const found = await survey(stream(before), stream(after), by, async (change) => void changes.push(change));
  expect(found.before).toEqual({ people: 3, tokens: 0, admins: 1, portfolio: 0, strangers: 0 });
  expect(found.now).toEqual({ people: 3, tokens: 1, admins: 1, portfolio: 1, strangers: 0 });
  expect(found.changes).toEqual({ joined: 1, left: 0, changed: 2, what: { 'log-in': 1, group: 1 } });
  expect(changes.map(({ guid }) => guid)).toEqual(['a', 'c', 'd']);
  expect(found.notable.map(({ row }) => row.guid)).toEqual(['c', 'd']);
  expect(found.questioned).toBe(2);
  expect(Object.fromEntries(found.tally.role)).toEqual({ User: 2, Admin: 1 });
  expect(Object.fromEntries(found.tally.login)).toMatchObject({ 'up to 7 days ago': 3, never: 0 });
});

test('keeps the worst of a finding and counts them all, however many come', async () => {
  const rows = Array.from({ length: 500 }, (_, n) =>
    rowWith({ guid: `g-${1000 + n}`, last_login_time: `${2000 + ((n * 7) % 25)}-01-01T00:00:00Z` }),
  );
  const { findings } = await survey(undefined, stream(rows), by, async () => {});
  const [dormant] = findings;
  expect(dormant).toMatchObject({ code: 'dormant', count: 500 });
  expect(dormant?.shown.map(({ row }) => row.last_login_time?.slice(0, 4))).toEqual(
    Array.from({ length: 10 }, () => '2000'),
  );
});

test('says of each rule that nobody is found, or why it was not checked: silence is evidence', async () => {
  const { findings, none, unchecked } = await survey(undefined, stream([rowWith()]), by, async () => {});
  expect([findings.length, none.length + unchecked.length]).toEqual([0, RULES.length]);
  expect(none).toContain('Every account was used in the last 90 days.');
  expect(unchecked).toContainEqual({ mark: 'came back', why: 'only the nightly export knows the ledger' });
  const saml = await survey(undefined, stream([rowWith()]), { ...by, signIn: 'saml' }, async () => {});
  expect(saml.unchecked).toContainEqual({ mark: 'no second factor', why: 'decided by the identity provider (SAML)' });
});

test('a company API token that is no account is found too, by guid or name, and counts as none', async () => {
  const list = tokensIn([
    { guid: 't-1', name: 'SIEM' },
    { guid: 'own-guid', name: 'Export' },
    { guid: 't-3', name: 'Nobody knows' },
  ]);
  const accounts = [
    rowWith({ guid: 't-1', kind: 'api-token', formal_name: 'renamed' }),
    rowWith({ guid: 't-2', kind: 'api-token', formal_name: 'Export' }),
  ];
  const { findings, now, questioned } = await survey(undefined, stream(accounts), { ...by, ...list }, async () => {});
  expect(findings).toMatchObject([{ code: 'api-token', count: 3 }]);
  const alone = findings[0]?.shown.find(({ row }) => row.guid === 't-3');
  expect(alone?.evidence).toMatch(/somebody unknown; role not said; in the list of tokens, and no account/);
  expect([now.tokens, questioned]).toEqual([2, 2]);
});
