import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DAY } from '../../../../lib/time.ts';
import { NOON } from '../../../support/deliveries.ts';
import { asking } from '../../../support/hr/ask.ts';
import { startPersonio } from '../../../support/hr/personio.ts';
import { fixture } from '../../../support/vectors.ts';

const read = (path: string) => JSON.parse(fixture(path).toString());
const person = read('personio/person.json');
const employment = read('personio/employment.json');
const client = { id: 'papi-1', secret: 'a:secret' };
const CREDENTIAL = `${client.id}:${client.secret}`;

const kept = { ...employment, termination: null };
const SWITCH = { ...employment, termination: { termination_date: '2026-11-30' } };
const MIDNIGHT = NOON - 12 * 3_600_000;
const standings: Record<string, { employments: object[]; expected: [string, number][] }> = {
  active: {
    employments: [kept],
    expected: [
      ['active', NOON],
      ['stays', NOON],
    ],
  },
  printed: { employments: [employment], expected: [['active', NOON]] },
  leaving: {
    employments: [SWITCH],
    expected: [
      ['active', NOON],
      ['ended', MIDNIGHT + 9 * DAY],
    ],
  },
  'leaving-too': {
    employments: [{ ...kept, employment_end_date: '2026-11-22' }],
    expected: [
      ['active', NOON],
      ['ended', MIDNIGHT + DAY],
    ],
  },
  gone: { employments: [{ ...SWITCH, status: 'INACTIVE' }], expected: [['ended', NOON]] },
  leave: {
    employments: [{ ...kept, status: 'LEAVE' }],
    expected: [
      ['suspended', NOON],
      ['stays', NOON],
    ],
  },
  hired: {
    employments: [{ ...kept, status: 'ONBOARDING', employment_start_date: '2026-12-01' }],
    expected: [
      ['active', MIDNIGHT + 9 * DAY],
      ['stays', NOON],
    ],
  },
  'from-one-company-to-the-next': {
    employments: [{ ...kept, status: 'ONBOARDING', employment_start_date: '2026-12-01' }, SWITCH],
    expected: [['active', NOON]],
  },
  'in-the-next-company': {
    employments: [kept, { ...SWITCH, status: 'INACTIVE' }],
    expected: [
      ['active', NOON],
      ['stays', NOON],
    ],
  },
  'came-back': {
    employments: [
      { ...kept, status: 'ONBOARDING', employment_start_date: '2026-12-01' },
      { ...SWITCH, status: 'INACTIVE' },
    ],
    expected: [
      ['active', MIDNIGHT + 9 * DAY],
      ['stays', NOON],
    ],
  },
  'one-hides-its-state': { employments: [{ ...SWITCH, status: 'INACTIVE' }, { id: 'e' }], expected: [] },
  hidden: { employments: [{ id: 'e', person: { id: 'hidden' } }], expected: [] },
  unspecified: { employments: [{ ...kept, status: 'UNSPECIFIED' }], expected: [] },
  none: { employments: [], expected: [] },
};

let personio: Awaited<ReturnType<typeof startPersonio>>;
beforeAll(async () => {
  const ids = Object.keys(standings);
  personio = await startPersonio({
    client,
    persons: {
      3003: person,
      ...Object.fromEntries(ids.map((id) => [id, { ...person, id }])),
      ids: { id: 'ids', employments: [{ id: 'e' }] },
      other: person,
    },
    employments: Object.fromEntries(
      ids.map((id) => [id, (standings[id]?.employments ?? []) as Record<string, unknown>[]]),
    ), // -- objects made above
    departments: { 401: 'Engineering' },
  });
});
afterAll(() => personio.stop());
const source = (more = {}) => ({
  kind: 'personio' as const,
  fetch: { secret: 'personio-client', baseUrl: personio.url },
  ...more,
});
const ask = (id: string, more = {}) => asking(source(more), CREDENTIAL)(id);

test('the person and the employment that Personio prints, with what they name by id', async () => {
  expect(await ask('active')).toMatchObject({
    attributes: {
      email: 'jen.doe@personio.de',
      firstName: 'John',
      lastName: 'Smith',
      jobTitle: 'Software Engineer',
      employmentType: 'INTERNAL',
      department: 'Engineering',
      managerEmail: 'jen.doe@personio.de',
    },
  });
  expect(personio.refused).toEqual([]);
});

test('the configuration names attributes that the company added, by id, global id or label', async () => {
  const fields = { location: 'color', costCentre: 'dynamic_306' };
  expect(await ask('active', { fields })).toMatchObject({
    attributes: { location: 'Red', costCentre: 'DExx-xxff-ss-os02' },
  });
});

test.each(Object.entries(standings))('the employment of %s', async (id, { expected }) => {
  expect(await ask(id)).toMatchObject({ employment: expected.map(([value, from]) => ({ value, from })) });
});

const tokens = () => personio.calls.filter(({ path }) => path === '/v2/auth/token').length;

test('the token is asked for once, and anew when its day is over or a request failed', async () => {
  const find = asking(source(), CREDENTIAL);
  const before = tokens();
  await find('active');
  await find('gone', NOON + DAY / 2);
  expect(tokens()).toBe(before + 1);
  await find('active', NOON + DAY);
  expect(tokens()).toBe(before + 2);
  await expect(find('other', NOON + DAY)).rejects.toMatchObject({ code: 'DIRECTORY_UNREADABLE' }); // no failed request
  await find('active', NOON + DAY);
  expect(tokens()).toBe(before + 2);
});

describe('what is not as it should be', () => {
  test('what the client may not see is unknown', async () => {
    expect(await ask('ids')).toEqual({ attributes: {}, employment: [] });
    expect(await ask('hidden')).toMatchObject({
      attributes: expect.not.objectContaining({ jobTitle: expect.anything() }),
    });
  });

  test.each(['404', '../3003', '3003/employments'])('%s is nobody’s id', async (id) => {
    expect(await ask(id)).toBe('not-found');
  });

  test('somebody else’s record is not taken for theirs', async () => {
    await expect(ask('other')).rejects.toMatchObject({ code: 'DIRECTORY_UNREADABLE' });
  });

  test('a client that Personio does not know is refused', async () => {
    await expect(asking(source(), 'papi-1:other')('active')).rejects.toMatchObject({ code: 'DIRECTORY_REFUSED' });
  });

  test('a list where one value is needed is named', async () => {
    const failure = ask('active', { fields: { location: '_meta' } });
    await expect(failure).resolves.toMatchObject({
      attributes: expect.not.objectContaining({ location: expect.anything() }),
    });
  });
});
