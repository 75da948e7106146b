import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { GUID, withBitsight } from '../../support/bitsight.ts';

const example = (name: string): string =>
  readFileSync(new URL(`../../fixtures/bitsight/${name}`, import.meta.url), 'utf8');
const printed = (status: number, name: string) => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: example(name),
});

test('the page of GET /users: its example is read whole, fields of later years included', async () => {
  const page = await withBitsight([printed(200, 'list-users.answer.json')], ({ client }) => client.users.page());
  expect(page).toEqual(JSON.parse(example('list-users.answer.json')));
  expect(page.results[0]).toMatchObject({ mfa_status: 'not_enabled', landing_page: 'DEFAULT' });
});

test('the page of GET /users contradicts itself (one user of 123): as a listing it is refused, not believed', async () => {
  await withBitsight(
    [
      ({ path }) => {
        const body = example('list-users.answer.json').replaceAll('https://api.bitsighttech.com', '');
        const empty = JSON.stringify({ links: { next: null, previous: null }, count: 123, results: [] });
        return { status: 200, body: path.includes('offset=0') ? body : empty };
      },
    ],
    async ({ client }) => {
      await expect(Array.fromAsync(client.users.list())).rejects.toMatchObject({ code: 'BITSIGHT_LIST_INCOMPLETE' });
      await expect(client.users.listComplete()).rejects.toMatchObject({
        message: 'GET /v2/users: 1 of 123 users read.',
      });
    },
  );
});

test('the page of GET /users/{guid}: the key " slug" is read as slug', async () => {
  await withBitsight([printed(200, 'get-user.answer.json')], async ({ client, calls }) => {
    const guid = '11111111-aaaa-1111-aaaa-111111111111';
    expect(await client.users.get(guid)).toMatchObject({
      guid,
      roles: [{ name: 'Group Admin', slug: 'customer_group_admin' }],
      features: [{ slug: 'wfh-ro', value: true, can_update: false }],
      last_login_time: '2020-05-18T17:57:54.400803Z',
      joined_time: '2020-02-02T20:20:20Z',
    });
    expect(calls).toMatchObject([{ method: 'GET', path: `/ratings/v2/users/${guid}` }]);
  });
});

test('the page of POST /users: its answer is read, and is sent for what its example should have sent', async () => {
  await withBitsight([printed(201, 'create-user.answer.json')], async ({ client, calls }) => {
    const body = { ...JSON.parse(example('create-user.request.json')), roles: [{ slug: 'customer_user' }] };
    const user = await client.users.create(body);
    expect(user).toEqual(JSON.parse(example('create-user.answer.json')));
    expect(user.last_login_time).toBeNull();
    expect(calls).toMatchObject([{ method: 'POST', path: '/ratings/v2/users' }]);
    expect(JSON.parse(String(calls[0]?.body))).toEqual(body);
    expect(calls[0]?.headers['content-type']).toBe('application/json');
  });
});

test('the page of POST /users leaves out the role that it requires: such a request is not sent', async () => {
  await withBitsight([printed(201, 'create-user.answer.json')], async ({ client, calls }) => {
    await expect(client.users.create(JSON.parse(example('create-user.request.json')))).rejects.toMatchObject({
      code: 'BITSIGHT_REQUEST_INVALID',
      message: expect.stringContaining('roles'),
    });
    expect(calls).toEqual([]);
  });
});

test('the page of PATCH: its example is sent as it stands, the group as a bare guid', async () => {
  await withBitsight([{ status: 200, body: '' }], async ({ client, calls }) => {
    await client.users.update(GUID, JSON.parse(example('edit-user.request.json')));
    expect(calls).toMatchObject([{ method: 'PATCH', path: `/ratings/v2/users/${GUID}` }]);
    expect(JSON.parse(String(calls[0]?.body))).toEqual(JSON.parse(example('edit-user.request.json')));
  });
});
