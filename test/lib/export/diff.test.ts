import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { changeOf, ChangeSchema, pairs, type Change } from '../../../lib/export/diff.ts';
import type { Row } from '../../../lib/export/row.ts';
import { anyNight, applied, rowWith, stream } from '../../support/rows.ts';

async function changesOf(before: Row[], after: Row[]): Promise<Change[]> {
  const found: Change[] = [];
  for await (const pair of pairs(stream(before), stream(after))) {
    const change = changeOf(pair);
    if (change) found.push(change);
  }
  return found;
}

test('I8: the changes of a day, written and read, applied to the day before give that day', async () => {
  await fc.assert(
    fc.asyncProperty(anyNight, anyNight, async (before, after) => {
      const written = JSON.stringify(await changesOf(before, after));
      const changes = ChangeSchema.array().parse(JSON.parse(written));
      expect(applied(before, changes)).toEqual(after);
    }),
    { seed: 8, numRuns: 300 },
  );
});

test('a night compared with itself shows no change, with nothing everybody joined', async () => {
  await fc.assert(
    fc.asyncProperty(anyNight, async (rows) => {
      expect(await changesOf(rows, structuredClone(rows))).toEqual([]);
      expect((await changesOf([], rows)).map(({ kind }) => kind)).toEqual(rows.map(() => 'joined'));
    }),
    { seed: 9, numRuns: 50 },
  );
});

describe('what changed', () => {
  const cases: [Partial<Row>, Partial<Row>, string[]][] = [
    [{ role_slugs: ['customer_user'] }, { role_slugs: ['customer_admin'] }, ['role raised']],
    [{ role_slugs: ['customer_admin'] }, { role_slugs: ['customer_group_admin'] }, ['role lowered']],
    [{ role_slugs: ['customer_user'] }, { role_slugs: ['customer_user', 'vrm_admin'] }, ['role changed']],
    [{ role_slugs: ['vrm_view_only'] }, { role_slugs: ['customer_user'] }, ['role changed']],
    [{ role_slugs: [] }, { role_slugs: ['customer_user'] }, ['role raised']],
    [{ group_guid: 'x', group_name: 'X' }, { group_guid: 'y', group_name: 'Y' }, ['group']],
    [{ email: 'a@example.com' }, { email: 'b@example.com' }, ['e-mail']],
    [{ status: 'Created' }, { status: 'Activated' }, ['status']],
    [{ mfa_status: 'not_enabled' }, { mfa_status: 'enabled' }, ['second factor']],
    [{ features: [] }, { features: ['wfh-ro=true'] }, ['features']],
    [{ last_login_time: null }, { last_login_time: '2026-05-01T00:00:00Z' }, ['log-in']],
    [{ formal_name: 'A', friendly_name: 'A' }, { formal_name: 'B', friendly_name: 'B' }, ['name']],
  ];
  test.each(cases)('%j → %j is %j', (before, after, what) => {
    expect(changeOf([rowWith(before), rowWith(after)])).toMatchObject({ kind: 'changed', what, before, after });
  });
});
