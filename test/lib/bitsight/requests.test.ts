import { describe, expect, test } from '@jest/globals';
import type { CreateUser, UserQuery, Users } from '../../../lib/bitsight/index.ts';
import { GUID, json, pageOf, TOKEN, userWith, withBitsight } from '../../support/bitsight.ts';

const NEW: CreateUser = { formal_name: 'Ines Example', email: 'ines@example.com', roles: [{ slug: 'customer_user' }] };
// -- the tests send on purpose what the types forbid
const unchecked = (value: unknown): never => value as never;

describe('on the wire', () => {
  test('every parameter of the list goes under its own name, lists separated by commas', async () => {
    const query: Required<UserQuery> = {
      email: 'ines+hr@example.com',
      email_q: 'ines',
      formal_name_q: 'Ines E',
      'group.guid': ['g-1', 'g-2'],
      guid: GUID,
      is_available_for_contact: false,
      is_company_api_token: true,
      'roles.slug': ['customer_user', 'customer_admin'],
      status: ['Created', 'Activated'],
      limit: 7,
      offset: 14,
      q: 'x&y=z',
      sort: ['-last_login_time', 'guid'],
    };
    await withBitsight([pageOf([])], async ({ client, calls }) => {
      await client.users.page(query);
      const { pathname, searchParams } = new URL(calls[0]?.path ?? '', 'http://x');
      expect(pathname).toBe('/ratings/v2/users');
      expect(Object.fromEntries(searchParams)).toEqual({
        ...Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)])),
        'group.guid': 'g-1,g-2',
        status: 'Created,Activated',
        sort: '-last_login_time,guid',
      });
    });
  });

  test('the token is the user name of HTTP Basic with an empty password, and the product names itself', async () => {
    await withBitsight([json(200, userWith())], async ({ client, calls }) => {
      await client.users.get(GUID);
      expect(calls[0]?.headers).toMatchObject({
        authorization: `Basic ${btoa(`${TOKEN}:`)}`,
        accept: 'application/json',
        'user-agent': 'test-product/1.2.3',
        'x-bitsight-connector-name-version': 'test-product 1.2.3',
      });
    });
  });

  test.each([
    ['', '/ratings/v2/users/current'],
    ['/', '/ratings/v2/users/current'],
    ['/ratings', '/ratings/v2/users/current'],
    ['/customer-api/', '/customer-api/v2/users/current'],
  ])('a base with the path %j is called at %s', async (path, expected) => {
    await withBitsight([json(200, userWith())], async ({ url, client: _client, calls }) => {
      await withBitsight([], ({ client }) => client.users.current(), { baseUrl: url + path });
      expect(calls.map((call) => call.path)).toEqual([expected]);
    });
  });

  test.each<[string, (users: Users) => Promise<unknown>]>([
    ['GET /ratings/v2/users/current', (users) => users.current()],
    ['GET /ratings/v1/users/quota', (users) => users.quota()],
    [`DELETE /ratings/v2/users/${GUID}`, (users) => users.remove(GUID)],
  ])('%s', async (line, act) => {
    await withBitsight([json(200, userWith())], async ({ client, calls }) => {
      await act(client.users);
      expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual([line]);
      expect(calls[0]?.body).toHaveLength(0);
    });
  });

  test.each([
    ['a bare list', [{ guid: 't-1', name: 'Export', api_token: '****0000' }]],
    ['a page', { results: [{ guid: 't-1', name: 'Export', api_token: '****0000' }] }],
  ])('company API tokens come from v1, as %s, since their form is not documented', async (_, body) => {
    await withBitsight([json(200, body)], async ({ client, calls }) => {
      expect(await client.tokens.list()).toMatchObject([{ guid: 't-1', name: 'Export' }]);
      expect(calls).toMatchObject([{ method: 'GET', path: '/ratings/v1/customers/current/api-tokens' }]);
    });
  });

  test('groups come from v1, all at once', async () => {
    const groups = { groups: [{ guid: 'g-1', name: 'All Companies', company_count: 5 }], default_group: 'g-1' };
    await withBitsight([json(200, groups)], async ({ client, calls }) => {
      expect(await client.groups.list()).toEqual(groups);
      expect(calls).toMatchObject([{ method: 'GET', path: '/ratings/v1/access-groups' }]);
    });
  });
});

describe('nothing is sent', () => {
  test.each<[string, (users: Users) => Promise<unknown>]>([
    ['value', (users) => users.create(unchecked({ ...NEW, value: true }))],
    ['roles', (users) => users.create(unchecked({ ...NEW, roles: [{ slug: 'a' }, { slug: 'b' }] }))],
    ['roles', (users) => users.create(unchecked({ ...NEW, roles: [] }))],
    ['roles.0', (users) => users.create(unchecked({ ...NEW, roles: [{ ' slug': 'a' }] }))],
    ['email', (users) => users.create({ ...NEW, email: 'no address' })],
    ['status', (users) => users.create(unchecked({ ...NEW, status: 'Deleted' }))],
    ['group', (users) => users.create(unchecked({ ...NEW, group: { guid: 'g-1' } }))],
    ['status', (users) => users.update(GUID, unchecked({ status: 'Deleted' }))],
    ['nothing to change', (users) => users.update(GUID, {})],
    ['nothing to change', (users) => users.update(GUID, { email: undefined })],
    ['user_guid', (users) => users.page(unchecked({ user_guid: GUID }))],
    ['status', (users) => users.page({ status: [] })],
    ['roles.slug', (users) => users.page({ 'roles.slug': ['a,b'] })],
    ['limit', (users) => users.page({ limit: 0 })],
    ['sort', (users) => users.page(unchecked({ sort: ['shoe_size'] }))],
    ['offset', (users) => users.listComplete(unchecked({ offset: 100 }))],
    ['sort', (users) => users.listComplete(unchecked({ sort: ['email'] }))],
  ])('when a request is wrong at %s, and the error names the place', async (name, act) => {
    await withBitsight([json(200, userWith())], async ({ client, calls }) => {
      const error = await act(client.users).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'BITSIGHT_REQUEST_INVALID', message: expect.stringContaining(name) });
      expect(calls).toEqual([]);
    });
  });

  test.each(['', '..', '../../v1/users', 'current', 'query', 'a/b-c', 'a-b?x', 'a-%2e%2e'])(
    'for %j in place of a guid: it would be another path',
    async (guid) => {
      await withBitsight([json(200, userWith())], async ({ client, calls }) => {
        for (const act of ['get', 'remove'] as const)
          await expect(client.users[act](guid)).rejects.toMatchObject({ code: 'BITSIGHT_REQUEST_INVALID' });
        expect(calls).toEqual([]);
      });
    },
  );

  test.each<[string, (users: Users) => Promise<unknown>]>([
    ['POST', (users) => users.create(NEW)],
    ['PATCH', (users) => users.update(GUID, { friendly_name: 'Ines' })],
    ['DELETE', (users) => users.remove(GUID)],
  ])('by a client that only reads: %s ends before the token is read and a socket opens', async (_method, act) => {
    await withBitsight(
      [json(200, userWith())],
      async ({ client, calls, tokens }) => {
        await expect(act(client.users)).rejects.toMatchObject({ code: 'BITSIGHT_READ_ONLY' });
        expect([calls, tokens]).toEqual([[], []]);
        await client.users.get(GUID);
        expect(calls).toHaveLength(1);
      },
      { readOnly: true },
    );
  });

  test.each([99, 0, -5])('with %i ms left: the call could only end without an answer', async (left) => {
    await withBitsight([json(200, userWith())], async ({ client, calls }) => {
      const call = { remainingMs: () => left };
      await expect(client.users.create(NEW, call)).rejects.toMatchObject({ code: 'BITSIGHT_DEADLINE' });
      expect(calls).toEqual([]);
    });
  });

  test('when reading the token took all the time', async () => {
    let left = 5000;
    await withBitsight(
      [json(200, userWith())],
      async ({ client, calls }) => {
        const call = { remainingMs: () => left };
        await expect(client.users.get(GUID, call)).rejects.toMatchObject({ code: 'BITSIGHT_DEADLINE' });
        expect(calls).toEqual([]);
      },
      {
        apiToken: async () => {
          left = 0;
          return TOKEN;
        },
      },
    );
  });
});

/** Never called: a compile error for each that the pages do not document. */
export const refusedByTheTypes = (users: Users) => [
  // @ts-expect-error -- no page names such a status
  users.update(GUID, { status: 'Deleted' }),
  // @ts-expect-error -- one role a request
  users.create({ ...NEW, roles: [{ slug: 'a' }, { slug: 'b' }] }),
  // @ts-expect-error -- a role is required
  users.create({ formal_name: 'Ines Example', email: 'ines@example.com' }),
  // @ts-expect-error -- no such parameter
  users.page({ name: 'Ines' }),
  // @ts-expect-error -- a listing sorts by guid
  users.list({ sort: ['email'] }),
];
