import { describe, expect, test } from '@jest/globals';
import { BitsightError, type CreateUser } from '../../../lib/bitsight/index.ts';
import { AppError } from '../../../lib/errors.ts';
import { GUID, html, json, userWith, withBitsight } from '../../support/bitsight.ts';

const NEW: CreateUser = { formal_name: 'Ines Example', email: 'ines@example.com', roles: [{ slug: 'customer_user' }] };

describe('an answer is read although', () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['it has fields of tomorrow', { shoe_size: 38 }, { shoe_size: 38 }],
    ['it has a status nobody knows', { status: 'Hibernating' }, { status: 'Hibernating' }],
    ['it has a role nobody knows', { roles: [{ slug: 'r2d2' }] }, { roles: [{ slug: 'r2d2' }] }],
    [
      'there are several roles',
      { roles: [{ slug: 'customer_user' }, { slug: 'vrm_admin' }] },
      { roles: [{ slug: 'customer_user' }, { slug: 'vrm_admin' }] },
    ],
    ['a feature has a text', { features: [{ slug: 'f', value: 'on' }] }, { features: [{ slug: 'f', value: 'on' }] }],
    ['a feature has no value', { features: [{ slug: 'f' }] }, { features: [{ slug: 'f', value: false }] }],
    ['there is no group', { group: null }, { group: null }],
    ['a time has another form', { joined_time: '2024-04-01 12:34:56' }, { joined_time: '2024-04-01 12:34:56' }],
    ['lists are null', { roles: null, features: null }, { roles: [], features: [] }],
    ['there is no e-mail', { email: null }, { email: '' }],
    ['flags are null', { is_company_api_token: null }, { is_company_api_token: null }],
  ])('%s', async (_why, given, expected) => {
    const user = await withBitsight([json(200, userWith(given))], ({ client }) => client.users.get(GUID));
    expect(user).toMatchObject(expected);
  });

  test('it has nothing but a guid', async () => {
    const user = await withBitsight([json(200, { guid: GUID })], ({ client }) => client.users.get(GUID));
    expect(user).toEqual({ guid: GUID, email: '', roles: [], features: [] });
  });
});

test('an answer of another shape is refused, with the path of the first wrong place and nothing of its content', async () => {
  const answer = json(200, { count: 1, links: {}, results: [userWith({ roles: [{ slug: 'a' }, { slug: 17 }] })] });
  await withBitsight([answer], async ({ client }) => {
    await expect(client.users.page()).rejects.toMatchObject({
      code: 'BITSIGHT_UNEXPECTED_ANSWER',
      message: expect.stringContaining('results.0.roles.1.slug'),
    });
  });
});

describe('PATCH, whose answer is not documented,', () => {
  test.each([
    ['gives the user where there is one', json(200, userWith()), expect.objectContaining({ guid: GUID })],
    ['gives nothing for an empty body', { status: 200, body: '' }, undefined],
    ['gives nothing for 204', { status: 204, body: '' }, undefined],
    ['gives nothing for JSON that is no user', json(200, { ok: true }), undefined],
  ])('%s', async (_why, answer, expected) => {
    const user = await withBitsight([answer], ({ client }) => client.users.update(GUID, { friendly_name: 'Ines' }));
    expect(user).toEqual(expected);
  });
});

test('DELETE succeeds with 204 and no body', async () => {
  await withBitsight([{ status: 204, body: '' }], async ({ client }) => {
    expect(await client.users.remove(GUID)).toBeUndefined();
  });
});

describe('who the token belongs to', () => {
  test.each([404, 405])('is unknown where the path is not there: %i', async (status) => {
    expect(await withBitsight([json(status, { detail: 'x' })], ({ client }) => client.users.current())).toBeUndefined();
  });
  test('is an error where the token is refused: nothing is known then', async () => {
    await withBitsight([json(403, { detail: 'x' })], async ({ client }) => {
      await expect(client.users.current()).rejects.toMatchObject({ code: 'BITSIGHT_PERMISSION_DENIED' });
    });
  });
});

test.each<[number, string, 'no' | 'unknown']>([
  [400, 'BITSIGHT_REFUSED', 'unknown'],
  [403, 'BITSIGHT_PERMISSION_DENIED', 'no'],
  [404, 'BITSIGHT_NOT_FOUND', 'no'],
  [409, 'BITSIGHT_REFUSED', 'unknown'],
  [500, 'BITSIGHT_SERVER', 'unknown'],
])(
  '%i is an AppError with code, method, path and status, and says whether it happened',
  async (status, code, happened) => {
    await withBitsight([json(status, { detail: 'whatever' })], async ({ client }) => {
      const error = await client.users.update(GUID, { friendly_name: 'Ines' }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(AppError);
      expect(error).toBeInstanceOf(BitsightError);
      expect(error).toMatchObject({ code, method: 'PATCH', path: '/v2/users/{guid}', status, traits: { happened } });
    });
  },
);

test('a page with status 404 is no proof that a user is gone', async () => {
  await withBitsight([html(404)], async ({ client }) => {
    await expect(client.users.get(GUID)).rejects.toMatchObject({ code: 'BITSIGHT_BLOCKED', status: 404 });
  });
});

test('a created user that the answer does not show is an unknown outcome, not a success', async () => {
  await withBitsight([{ status: 201, body: '' }], async ({ client, calls }) => {
    await expect(client.users.create(NEW)).rejects.toMatchObject({
      code: 'BITSIGHT_UNEXPECTED_ANSWER',
      traits: { happened: 'unknown' },
    });
    expect(calls).toHaveLength(1);
  });
});
