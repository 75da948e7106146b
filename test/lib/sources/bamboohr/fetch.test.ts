import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DAY, HOUR } from '../../../../lib/time.ts';
import { NOON } from '../../../support/deliveries.ts';
import { asking } from '../../../support/hr/ask.ts';
import { startBamboohr } from '../../../support/hr/bamboohr.ts';
import { startScriptedServer } from '../../../support/scripted-server.ts';

const KEY = 'a-key-of-bamboohr';
const kim = {
  firstName: 'Kim',
  lastName: 'Example',
  displayName: 'Kim Example',
  workEmail: 'kim@example.com',
  department: 'Risk',
  division: null,
  jobTitle: 'Analyst',
  location: '',
  employmentHistoryStatus: 'Full-Time',
  status: 'Active',
  hireDate: '2020-01-01',
  terminationDate: '0000-00-00',
  customTeam: 'EMEA',
};
const { status: _status, ...unseen } = kim;
const MIDNIGHT = NOON - 13 * HOUR; // the day of the source begins
const server = startBamboohr(KEY, {
  7: kim,
  8: { ...kim, hireDate: '2026-12-01' },
  9: { ...kim, terminationDate: '2026-11-22' },
  10: { ...kim, status: 'Inactive', terminationDate: '2026-10-31' },
  11: { ...kim, employmentHistoryStatus: 'Parental Leave' },
  12: unseen,
  13: { ...kim, terminationDate: '2024-01-31' },
  0: kim,
});
let hr: Awaited<typeof server>;
beforeAll(async () => void (hr = await server));
afterAll(() => hr.stop());

const settings = { kind: 'bamboohr' as const, timeZone: 'Europe/Berlin', onLeave: ['Parental Leave'] };
const ask = (employeeId: string, fields = {}) =>
  asking({ ...settings, fields, fetch: { secret: 'key', baseUrl: hr.url } }, KEY)(employeeId);

test('a record is read as BambooHR’s specification has it: only fields that it names are asked for, empty ones are known to be empty', async () => {
  expect(await ask('7')).toMatchObject({
    attributes: {
      email: 'kim@example.com',
      firstName: 'Kim',
      lastName: 'Example',
      displayName: 'Kim Example',
      department: 'Risk',
      division: null,
      jobTitle: 'Analyst',
      location: null,
      employmentType: 'Full-Time',
    },
  });
  expect(hr.refused).toEqual([]);
  const asked = new URL(hr.calls.at(-1)?.path ?? '', hr.url).searchParams.get('fields')?.split(',') ?? [];
  expect(asked.filter((field) => !(field in kim))).toEqual([]);
});

test('a field of the customer’s own is asked for by the name that the configuration gives it', async () => {
  expect(await ask('7', { costCentre: 'customTeam' })).toMatchObject({ attributes: { costCentre: 'EMEA' } });
});

const active = (from: number) => ({ value: 'active', from });
const stays = { value: 'stays', from: NOON };
const resumed = { value: 'resumed', from: NOON };
describe('the employment of a record', () => {
  test.each([
    ['somebody employed for years works there now', '7', [active(NOON), resumed, stays]],
    ['a hire that lies ahead', '8', [active(Date.UTC(2026, 10, 30, 23)), resumed, stays]],
    ['a last day today', '9', [active(NOON), resumed, { value: 'ended', from: MIDNIGHT + DAY }]],
    ['inactive is gone, whatever its last day', '10', [{ value: 'ended', from: NOON }]],
    ['on leave by a word of the customer’s own', '11', [active(NOON), { value: 'suspended', from: NOON }, stays]],
    ['a status that the key may not see', '12', [active(Date.UTC(2019, 11, 31, 23)), resumed, stays]],
    ['active with a last day of an earlier employment', '13', [active(NOON), resumed]],
  ])('%s', async (_, id, employment) => {
    expect(await ask(id)).toMatchObject({ employment });
  });
});

test.each([
  ['nobody has this id', '404'],
  ['0, which means whoever the key belongs to', '0'],
  ['an id that would lead elsewhere', '../meta/fields'],
])('not found: %s', async (_, id) => {
  expect(await ask(id)).toBe('not-found');
});

describe('an answer that is none', () => {
  test.each([
    ['a key that is not accepted', 401, {}, '', 'DIRECTORY_REFUSED'],
    ['a record that the key may not see', 403, {}, '', 'DIRECTORY_REFUSED'],
    ['a redirect', 302, { location: 'https://example.com/' }, '', 'DIRECTORY_REFUSED'],
    ['too many requests', 429, { 'retry-after': '30' }, '', 'DIRECTORY_RATE_LIMITED'],
    ['a server that asks to wait', 503, { 'retry-after': '30' }, '', 'DIRECTORY_RATE_LIMITED'],
    ['a server error', 500, {}, '{}', 'DIRECTORY_UNAVAILABLE'],
    ['a page', 200, {}, '<html></html>', 'DIRECTORY_UNREADABLE'],
    ['half an answer', 200, {}, '{"id":"7","firstN', 'DIRECTORY_UNREADABLE'],
    ['a list', 200, {}, '[]', 'DIRECTORY_UNREADABLE'],
    ['somebody else', 200, {}, '{"id":"8"}', 'DIRECTORY_UNREADABLE'],
    ['a day that is none', 200, {}, '{"id":"7","hireDate":"01/02/2026"}', 'DIRECTORY_UNREADABLE'],
  ])('%s: nothing is said of the person', async (_, status, headers, body, code) => {
    const broken = await startScriptedServer(() => ({ status, headers, body }));
    const asked = asking({ ...settings, fetch: { secret: 'key', baseUrl: broken.url } }, KEY)('7');
    await expect(asked).rejects.toMatchObject({
      code,
      ...(code === 'DIRECTORY_RATE_LIMITED' && { retryAfterMs: 30_000 }),
      ...(status === 401 && { retryAfterMs: 300_000 }), // it is everybody's
    });
    await asked.catch((error: unknown) => expect(String(error)).not.toMatch(/a-key|Kim|01\/02/));
    expect(broken.calls).toHaveLength(1);
    await broken.stop();
  });
});
