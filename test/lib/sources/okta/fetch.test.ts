import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NOON } from '../../../support/deliveries.ts';
import { asking } from '../../../support/hr/ask.ts';
import { oktaUser, startOkta } from '../../../support/hr/okta.ts';

const TOKEN = '00-a-token-of-okta';
const profile = {
  email: 'kim@example.com',
  firstName: 'Kim',
  lastName: 'Example',
  department: 'Risk',
  title: 'Analyst',
  secondEmail: null,
  division: null,
  level: 7,
};
const STATUSES = ['STAGED', 'PROVISIONED', 'ACTIVE', 'LOCKED_OUT', 'SUSPENDED', 'DEPROVISIONED', 'ODD'];
const users = {
  kim: oktaUser('00u1', profile),
  '00u1': oktaUser('00u1', profile),
  ...Object.fromEntries(STATUSES.map((status) => [status, oktaUser(status, profile, status)])),
  odd: { id: 'odd', status: 'ACTIVE', profile: { email: ['kim@example.com'] } },
};

let okta: Awaited<ReturnType<typeof startOkta>>;
let baseUrl = '';
beforeAll(async () => {
  okta = await startOkta(TOKEN, users);
  baseUrl = okta.url;
});
afterAll(() => okta.stop());
const source = (more = {}) => ({ kind: 'okta' as const, fetch: { secret: 'okta-token', baseUrl }, ...more });

test('the profile under our names; what it has no value for is none, what it leaves out is unknown', async () => {
  expect(await asking(source(), TOKEN)('00u1')).toEqual({
    attributes: {
      email: 'kim@example.com',
      firstName: 'Kim',
      lastName: 'Example',
      department: 'Risk',
      jobTitle: 'Analyst',
      division: null,
    },
    employment: [{ value: 'active', from: NOON }],
  });
  expect(okta.refused).toEqual([]);
});

test('the configuration names other attributes of the profile', async () => {
  const ask = asking(source({ fields: { department: 'level', jobTitle: 'constructor' } }), TOKEN);
  const record = await ask('00u1');
  expect(record).toMatchObject({ attributes: { department: '7' } });
  expect(record).not.toHaveProperty('attributes.jobTitle');
});

test.each([
  ['STAGED', []],
  ['PROVISIONED', ['active']],
  ['LOCKED_OUT', ['active']],
  ['SUSPENDED', ['suspended']],
  ['DEPROVISIONED', ['ended']],
  ['ODD', []],
])('%s means %j', async (status, values) => {
  const record = await asking(source(), TOKEN)(status);
  expect(record).toMatchObject({ employment: values.map((value) => ({ value, from: NOON })) });
});

describe('what is not as it should be', () => {
  test.each(['00u404', '../users/00u1', '00u1?x=1'])('%s is nobody’s id', async (id) => {
    expect(await asking(source(), TOKEN)(id)).toBe('not-found');
  });

  test('whoever is found by a login is somebody else', async () => {
    const message = expect.stringContaining('another id');
    await expect(asking(source(), TOKEN)('kim')).rejects.toMatchObject({ code: 'DIRECTORY_UNREADABLE', message });
  });

  test('a token that Okta does not take is refused', async () => {
    await expect(asking(source(), 'another')('00u1')).rejects.toMatchObject({ code: 'DIRECTORY_REFUSED' });
  });

  test('a value of another shape is named, not quoted', async () => {
    const failure = asking(source(), TOKEN)('odd');
    await expect(failure).rejects.toMatchObject({
      code: 'DIRECTORY_UNREADABLE',
      message: expect.stringMatching(/^email: /),
    });
    await expect(failure).rejects.not.toThrow(/kim@/);
  });
});

test('without a fetcher nobody is asked', async () => {
  expect(await asking({ kind: 'okta' }, TOKEN)('00u1')).toBe('no-fetcher');
});
