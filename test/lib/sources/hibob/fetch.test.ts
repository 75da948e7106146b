import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DAY } from '../../../../lib/time.ts';
import { NOON } from '../../../support/deliveries.ts';
import { asking } from '../../../support/hr/ask.ts';
import { type BobEmployee, startHibob } from '../../../support/hr/hibob.ts';
import { startScriptedServer } from '../../../support/scripted-server.ts';
import { fixture } from '../../../support/vectors.ts';

const SERVICE_USER = 'SERVICE-1:a token of Bob';
const kim: BobEmployee['fields'] = {
  'root.email': 'kim@example.com',
  'root.firstName': 'Kim',
  'root.surname': 'Example',
  'work.department': { machine: '209192163', human: 'Risk' },
  'work.title': { machine: '7', human: 'Analyst' },
  'work.site': null,
  'work.reportsTo.email': 'boss@example.com',
  'work.customColumns.column_1': { machine: '9', human: 'EMEA' },
  'internal.status': 'Active',
  'internal.lifecycleStatus': 'Employed',
  'work.startDate': { machine: '2020-01-01', human: '01/01/2020' },
  'internal.terminationDate': null,
};
const at = (more: BobEmployee['fields'], without: string[] = []): BobEmployee => ({
  fields: Object.fromEntries(Object.entries({ ...kim, ...more }).filter(([name]) => !without.includes(name))),
});
const MIDNIGHT = NOON - 13 * 3_600_000; // the day of the source begins
const people: Record<string, BobEmployee> = {
  kim: at({}),
  hired: at({ 'internal.lifecycleStatus': 'hired', 'work.startDate': '2026-12-01' }),
  leaving: at({ 'internal.terminationDate': '2026-11-22' }),
  returned: at({ 'internal.terminationDate': '2024-01-31' }),
  garden: at({ 'internal.lifecycleStatus': { machine: '55', human: 'Garden leave' }, 'internal.status': 'Inactive' }),
  gone: {
    ...at({ 'internal.lifecycleStatus': 'terminated', 'internal.terminationDate': '2026-10-31' }),
    inactive: true,
  },
  parent: at({ 'internal.lifecycleStatus': { machine: '56', human: 'Parental leave' }, 'internal.status': 'Inactive' }),
  own: at({ 'internal.lifecycleStatus': { machine: '57', human: 'Trial period' } }),
  hidden: at({}, ['internal.status', 'internal.lifecycleStatus', 'work.department']),
  undated: at({ 'internal.lifecycleStatus': 'hired' }, ['work.startDate', 'internal.terminationDate']),
};

let bob: Awaited<ReturnType<typeof startHibob>>;
beforeAll(async () => {
  bob = await startHibob(SERVICE_USER, people);
});
afterAll(() => bob.stop());
const source = (more = {}) => ({
  kind: 'hibob' as const,
  timeZone: 'Europe/Berlin',
  fetch: { secret: 'hibob-service-user', baseUrl: bob.url },
  ...more,
});

test('attributes by the names that people see; what Bob has none of is none, what may not be seen is unknown', async () => {
  expect(await asking(source(), SERVICE_USER)('kim')).toMatchObject({
    attributes: {
      email: 'kim@example.com',
      firstName: 'Kim',
      lastName: 'Example',
      department: 'Risk',
      jobTitle: 'Analyst',
      location: null,
      managerEmail: 'boss@example.com',
    },
  });
  const hidden = await asking(source(), SERVICE_USER)('hidden');
  expect(hidden).toMatchObject({ attributes: expect.not.objectContaining({ department: expect.anything() }) });
  expect(bob.refused).toEqual([]);
});

test('the configuration names fields of one’s own', async () => {
  const ask = asking(source({ fields: { division: 'work.customColumns.column_1' } }), SERVICE_USER);
  expect(await ask('kim')).toMatchObject({ attributes: { division: 'EMEA', department: 'Risk' } });
});

test.each([
  [
    'kim',
    [
      ['active', NOON],
      ['stays', NOON],
    ],
  ],
  [
    'hired',
    [
      ['active', MIDNIGHT + 9 * DAY],
      ['stays', NOON],
    ],
  ],
  [
    'leaving',
    [
      ['active', NOON],
      ['ended', MIDNIGHT + DAY],
    ],
  ],
  ['returned', [['active', NOON]]],
  ['garden', [['ended', NOON]]],
  ['gone', [['ended', NOON]]],
  [
    'parent',
    [
      ['suspended', NOON],
      ['stays', NOON],
    ],
  ],
  [
    'own',
    [
      ['active', NOON],
      ['stays', NOON],
    ],
  ],
  ['hidden', []],
  ['undated', []],
])('the employment of %s', async (id, expected) => {
  const employment = expected.map(([value, from]) => ({ value, from }));
  expect(await asking(source(), SERVICE_USER)(id)).toMatchObject({ employment });
});

describe('what is not as it should be', () => {
  test('an unknown id is nobody', async () => {
    expect(await asking(source(), SERVICE_USER)('404')).toBe('not-found');
  });

  test('a service user that Bob does not know is refused', async () => {
    await expect(asking(source(), 'a:b')('kim')).rejects.toMatchObject({ code: 'DIRECTORY_REFUSED' });
  });

  test('somebody else’s record is not taken for theirs, and one of another shape is named', async () => {
    const answers = [{ employees: [{ '/root/id': { value: 'other' } }] }, { employees: [{ '/root/id': 'kim' }] }, {}];
    const odd = await startScriptedServer((_, n) => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(answers[n - 1]),
    }));
    const ask = asking(source({ fetch: { secret: 's', baseUrl: odd.url } }), SERVICE_USER);
    expect(await ask('kim')).toBe('not-found');
    for (const path of [/^root\.id: /, /^employees: /])
      await expect(ask('kim')).rejects.toMatchObject({
        code: 'DIRECTORY_UNREADABLE',
        message: expect.stringMatching(path),
      });
    await odd.stop();
  });
});

test('the answer that HiBob prints is read: the name of a list, not its id', async () => {
  const printed = JSON.parse(fixture('hibob/people-append.json').toString());
  const one = await startScriptedServer(() => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ employees: [{ ...printed, '/root/id': { value: printed.id } }] }),
  }));
  const ask = asking(source({ fetch: { secret: 's', baseUrl: one.url } }), SERVICE_USER);
  expect(await ask(printed.id)).toEqual({ attributes: { department: 'Account Receivables' }, employment: [] });
  await one.stop();
});
