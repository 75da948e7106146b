import { describe, expect, test } from '@jest/globals';
import { GROUPS } from '../../../infra/local/bitsight-simulator/population.ts';
import { ANNA, bench, TOKEN } from './ask.ts';

const UNKNOWN = '11111111-1111-4111-8111-111111111111';
const europe = GROUPS.find(({ name }) => name === 'Europe')?.guid;

describe('an account', () => {
  test('is created with what the page shows as defaults', async () => {
    const { ask } = bench();
    const { status, body } = await ask('POST', '/ratings/v2/users', {
      email: ANNA.email,
      formal_name: ANNA.formal_name,
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      guid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      email: 'Anna.Berg@example.com',
      formal_name: 'Anna Berg',
      friendly_name: 'Anna',
      group: { guid: GROUPS[0].guid, name: 'All Companies' },
      status: 'Created',
      last_login_time: null,
      joined_time: '2026-11-23T09:00:00Z',
      roles: [{ name: 'User', slug: 'customer_user' }],
      is_available_for_contact: false,
      is_company_api_token: false,
      features: [{ slug: 'wfh-ro', value: false, can_update: true }],
    });
  });

  test('is changed by PATCH in the named fields only', async () => {
    const { ask, user, core } = bench();
    const { guid } = await user('POST', '/v2/users', ANNA);
    const before = core.user(guid);
    const changes = {
      group: europe,
      roles: [{ slug: 'customer_group_admin' }],
      features: [{ slug: 'fq-access', value: true }],
    };
    const { status, body } = await ask('PATCH', `/v2/users/${guid}`, { ...changes, email: 'anna.holm@example.com' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      group: { name: 'Europe' },
      roles: [{ name: 'Group Admin' }],
      formal_name: 'Anna Berg',
    });
    expect(core.user(guid)).toEqual({
      ...before,
      email: 'anna.holm@example.com',
      group: europe,
      roles: ['customer_group_admin'],
      features: [...(before?.features ?? []), { slug: 'fq-access', value: true, can_update: true }],
    });
    expect(core.usersWith('anna.berg@example.com')).toEqual([]);
  });

  test('is gone after DELETE, for GET one, the list and its address', async () => {
    const { ask, user, page } = bench();
    const { guid } = await user('POST', '/v2/users', ANNA);
    expect(await ask('DELETE', `/v2/users/${guid}`)).toMatchObject({ status: 204, text: '' });
    expect(await ask('GET', `/v2/users/${guid}`)).toMatchObject({ status: 404, body: { detail: 'Not found.' } });
    expect(await ask('DELETE', `/v2/users/${guid}`)).toMatchObject({ status: 404 });
    expect((await page('?email=Anna.Berg@example.com')).count).toBe(0);
    expect((await ask('POST', '/v2/users', ANNA)).status).toBe(201);
  });
});

test.each(['/ratings/v2/users', '/v2/users', '/customer-api/v2/users', '/ratings/v2/users/', '/v1/users/quota'])(
  'the prefix of %s is one that connectors use',
  async (path) => expect((await bench().ask('GET', path)).status).toBe(200),
);

test.each<[string, string, unknown, number, unknown]>([
  ['POST', '/v2/users', { ...ANNA, email: undefined }, 400, { email: ['This field is required.'] }],
  [
    'POST',
    '/v2/users',
    { ...ANNA, roles: [{ slug: 'toString' }] },
    400,
    { roles: ['"toString" is not a valid choice.'] },
  ],
  ['POST', '/v2/users', { ...ANNA, group: UNKNOWN }, 400, { group: ['Object with this guid does not exist.'] }],
  [
    'POST',
    '/v2/users',
    { ...ANNA, email: 'API-TOKEN-1@EXAMPLE.COM' },
    400,
    { email: ['A user with this email already exists.'] },
  ],
  ['POST', '/v2/users', { ...ANNA, email: 'nobody' }, 400, { email: ['Enter a valid email address.'] }],
  ['POST', '/v2/users', '{"email', 400, 'JSON parse error.'],
  ['POST', '/v2/users', [ANNA], 400, 'JSON parse error.'],
  [
    'POST',
    '/v2/users',
    { user: ANNA },
    400,
    { email: ['This field is required.'], formal_name: ['This field is required.'] },
  ],
  ['PATCH', `/v2/users/${UNKNOWN}`, { formal_name: 'X' }, 404, 'Not found.'],
  ['PUT', '/v2/users', ANNA, 405, 'Method "PUT" not allowed.'],
  ['GET', '/v2/companies', undefined, 404, 'Not found.'],
])('%s %s with %j is refused and changes nothing', async (method, path, body, status, detail) => {
  const { ask, core } = bench();
  expect(await ask(method, path, body)).toMatchObject({ status, body: { detail } });
  expect(core.record.effects).toEqual([]);
});

test('PATCH to an address somebody else has is refused, to another case of the own one is not', async () => {
  const { ask, user } = bench();
  const { guid } = await user('POST', '/v2/users', ANNA);
  expect((await ask('PATCH', `/v2/users/${guid}`, { email: 'Api-Token-2@example.com' })).status).toBe(400);
  expect((await ask('PATCH', `/v2/users/${guid}`, { email: 'ANNA.BERG@example.com' })).status).toBe(200);
});

test('only the token opens the API, whatever the password; a wrong one and none are told apart', async () => {
  const { ask, core } = bench();
  expect((await ask('GET', '/v2/users', undefined, TOKEN)).status).toBe(200);
  expect(await ask('POST', '/v2/users', ANNA, 'other')).toMatchObject({
    status: 401,
    body: { detail: 'Invalid token.' },
  });
  const bare = await core.handle({
    method: 'GET',
    url: new URL('http://x/v2/users'),
    authorization: undefined,
    body: '',
  });
  expect(bare).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Basic realm="api"' } });
  expect(core.record.effects).toEqual([]);
});

test('a rotated token answers 401, a kept one still opens', async () => {
  const { ask, core } = bench();
  const second = core.rotate({ keep: true });
  expect((await ask('GET', '/v2/users')).status).toBe(200);
  const third = core.rotate();
  expect([await ask('GET', '/v2/users'), await ask('GET', '/v2/users', undefined, second)]).toMatchObject([
    { status: 401 },
    { status: 401 },
  ]);
  expect(await ask('GET', '/v2/users/current', undefined, third)).toMatchObject({
    status: 200,
    body: { email: 'api-token-1@example.com' },
  });
});

test('quota and groups count what is there', async () => {
  const { ask, core } = bench({ users: 300 });
  const people = core.users().filter((one) => !one.is_company_api_token);
  const active = people.filter((one) => one.status !== 'Deactivated').length;
  expect((await ask('GET', '/ratings/v1/users/quota')).body).toEqual({
    active_user_count: active,
    inactive_user_count: 300 - active,
    total_user_count: 300,
    remaining_active_quota: 99_999 - active,
    total_active_quota: 99_999,
  });
  const { body } = await ask('GET', '/ratings/v1/access-groups');
  expect(body).toMatchObject({
    default_group: GROUPS[0].guid,
    groups: GROUPS.map(({ guid, name }) => ({ guid, name })),
  });
  expect(body).toMatchObject({
    groups: expect.arrayContaining([expect.objectContaining({ name: 'No Companies', company_count: 0 })]),
  });
});

test('no more people a month than the creation limit, and again next month', async () => {
  const { ask, advance } = bench({ switches: { monthlyCreations: 2 } });
  const create = async (n: number) => (await ask('POST', '/v2/users', { ...ANNA, email: `n${n}@example.com` })).status;
  expect([await create(1), await create(2), await create(3)]).toEqual([201, 201, 400]);
  advance(8 * 86_400_000);
  expect(await create(3)).toBe(201);
});
