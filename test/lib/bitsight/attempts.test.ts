import { describe, expect, test } from '@jest/globals';
import type { CreateUser, Users } from '../../../lib/bitsight/index.ts';
import { GUID, html, json, NEW_TOKEN, TOKEN, userWith, withBitsight } from '../../support/bitsight.ts';
import { startScriptedServer, type Call } from '../../support/scripted-server.ts';

const NEW: CreateUser = { formal_name: 'Ines Example', email: 'ines@example.com', roles: [{ slug: 'customer_user' }] };
const WRITES: [string, (users: Users) => Promise<unknown>][] = [
  ['POST', (users) => users.create(NEW)],
  ['PATCH', (users) => users.update(GUID, { friendly_name: 'Ines' })],
  ['DELETE', (users) => users.remove(GUID)],
];
const OK = json(200, userWith());
/** A whole HTTP answer with half a JSON text. */
const CUT_JSON = { status: 200, headers: { 'content-type': 'application/json' }, body: '{"guid":"3333' };
/** Announces more than it sends, and closes. */
const CUT_BODY = { ...CUT_JSON, headers: { ...CUT_JSON.headers, 'content-length': '5000', connection: 'close' } };
const UNKNOWN = [
  ['a reset', 'lost', 'BITSIGHT_NO_ANSWER'],
  ['a body that breaks off', CUT_BODY, 'BITSIGHT_NO_ANSWER'],
  ['a JSON text that breaks off', CUT_JSON, 'BITSIGHT_UNEXPECTED_ANSWER'],
  ['a page instead of JSON', html(200), 'BITSIGHT_BLOCKED'],
  ['a page of a proxy', html(502), 'BITSIGHT_BLOCKED'],
  ['a server error', json(500, { detail: 'x' }), 'BITSIGHT_SERVER'],
  ["Cloudflare's 524", html(524), 'BITSIGHT_SERVER'],
  ['an answer "queued"', json(202, {}), 'BITSIGHT_SERVER'],
] as const;

describe.each(UNKNOWN)('after %s', (_what, answer, code) => {
  test('a read is repeated', async () => {
    await withBitsight([answer, OK], async ({ client, calls, records }) => {
      expect(await client.users.get(GUID)).toMatchObject({ guid: GUID });
      expect(calls).toHaveLength(2);
      expect(records).toMatchObject([
        { code, attempt: 1 },
        { status: 200, attempt: 2 },
      ]);
    });
  });
  test.each(WRITES)('%s is never repeated: it may have been carried out', async (method, act) => {
    await withBitsight([answer, OK], async ({ client, calls }) => {
      await expect(act(client.users)).rejects.toMatchObject({
        code,
        traits: { happened: 'unknown' },
      });
      expect(calls.map((call) => call.method)).toEqual([method]);
    });
  });
});

test('a read is given up after as many attempts as are allowed, with the last failure', async () => {
  await withBitsight(
    [json(500, {}), json(503, {})],
    async ({ client, calls, slept }) => {
      await expect(client.users.get(GUID)).rejects.toMatchObject({ code: 'BITSIGHT_SERVER', status: 503 });
      expect(calls).toHaveLength(4);
      expect(slept).toEqual([250, 500, 1000]);
    },
    { retry: { attempts: 4, maxWaitMs: 10_000 } },
  );
});

test('a worker does not wait: a broken connection is tried again at once', async () => {
  await withBitsight(['lost', OK], async ({ client, slept }) => {
    await client.users.get(GUID);
    expect(slept).toEqual([]);
  });
});

describe('no answer within the time of one attempt', () => {
  test.each([
    ['the timeout', { timeoutMs: 150 }, undefined],
    ['what is left for the call', { timeoutMs: 60_000 }, { remainingMs: () => 150 }],
  ])(
    'fault 10: ends the call as an unknown outcome, however long the answer would take; the limit is %s',
    async (_limit, options, call) => {
      await withBitsight(
        ['silence'],
        async ({ client, calls }) => {
          await expect(client.users.create(NEW, call)).rejects.toMatchObject({
            code: 'BITSIGHT_NO_ANSWER',
            message: 'POST /v2/users: no whole answer came (timeout).',
          });
          expect(calls).toHaveLength(1);
        },
        options,
      );
    },
  );
});

describe('a rate limit', () => {
  const limited = json(429, { detail: 'slow down' }, { 'retry-after': '90' });

  test.each(WRITES)(
    'is left to the caller of %s, with the time to wait, where the client may not wait',
    async (_m, act) => {
      await withBitsight([limited, OK], async ({ client, calls, slept }) => {
        await expect(act(client.users)).rejects.toMatchObject({ code: 'BITSIGHT_RATE_LIMITED', retryAfterMs: 90_000 });
        expect([calls.length, slept]).toEqual([1, []]);
      });
    },
  );

  test.each(WRITES)(
    'is waited out before %s is sent again where it may: it was not carried out',
    async (_method, act) => {
      await withBitsight(
        [limited, OK],
        async ({ client, calls, slept }) => {
          await act(client.users);
          expect([calls.length, slept]).toEqual([2, [90_000]]);
        },
        { retry: { maxWaitMs: 120_000 } },
      );
    },
  );

  test('without a time is a minute', async () => {
    await withBitsight([json(429, {})], async ({ client }) => {
      await expect(client.users.get(GUID)).rejects.toMatchObject({ retryAfterMs: 60_000 });
    });
  });

  test('is not waited out when the call has no time for it', async () => {
    await withBitsight(
      [limited, OK],
      async ({ client, slept }) => {
        const call = { remainingMs: () => 60_000 };
        await expect(client.users.get(GUID, call)).rejects.toMatchObject({ code: 'BITSIGHT_RATE_LIMITED' });
        expect(slept).toEqual([]);
      },
      { retry: { maxWaitMs: 120_000 } },
    );
  });
});

const sent = (calls: Call[]) => calls.map((call) => call.headers.authorization);

describe('a refused token', () => {
  const refused = json(401, { detail: 'Invalid token.' });

  test.each([['GET', (users: Users) => users.get(GUID)] as const, ...WRITES])(
    'is read anew and %s is sent again: it was not carried out',
    async (_method, act) => {
      await withBitsight(
        [refused, OK],
        async ({ client, calls, tokens }) => {
          await act(client.users);
          expect(sent(calls)).toEqual([`Basic ${btoa(`${TOKEN}:`)}`, `Basic ${btoa(`${NEW_TOKEN}:`)}`]);
          expect(tokens).toEqual([false, true]);
        },
        { retry: { attempts: 1 } },
      );
    },
  );

  test('is read anew once a call: after that a person has to store a valid one', async () => {
    await withBitsight([refused], async ({ client, calls, tokens }) => {
      await expect(client.users.get(GUID)).rejects.toMatchObject({ code: 'BITSIGHT_AUTHENTICATION', status: 401 });
      expect([calls.length, tokens]).toEqual([2, [false, true]]);
      await expect(client.users.get(GUID)).rejects.toMatchObject({ code: 'BITSIGHT_AUTHENTICATION' });
      expect(tokens).toEqual([false, true, false, true]);
    });
  });

  test('does not use up the attempts of a read', async () => {
    await withBitsight(
      [refused, 'lost', OK],
      async ({ client, records }) => {
        await client.users.get(GUID);
        expect(records.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
      },
      { retry: { attempts: 2 } },
    );
  });

  test('that cannot be read at all is told as it is', async () => {
    await withBitsight(
      [OK],
      async ({ client, calls }) => {
        await expect(client.users.get(GUID)).rejects.toThrow('no secret');
        expect(calls).toEqual([]);
      },
      { apiToken: () => Promise.reject(new Error('no secret')) },
    );
  });
});

test.each(WRITES)('%s is sent again when no connection was made: not one byte was sent', async (_method, act) => {
  const closed = await startScriptedServer(() => 'lost');
  await closed.stop();
  await withBitsight(
    [],
    async ({ client, records }) => {
      await expect(act(client.users)).rejects.toMatchObject({
        code: 'BITSIGHT_UNREACHABLE',
        traits: { happened: 'no' },
      });
      expect(records).toHaveLength(3);
    },
    { baseUrl: closed.url },
  );
});

describe('the token goes to one host', () => {
  test.each([301, 302, 303, 307, 308])('a redirect (%i) is an error and not followed', async (status) => {
    const other = await startScriptedServer(() => OK);
    const redirect = { status, headers: { location: `${other.url}/ratings/v2/users/${GUID}` }, body: '' };
    await withBitsight([redirect], async ({ client }) => {
      await expect(client.users.get(GUID)).rejects.toMatchObject({ code: 'BITSIGHT_BLOCKED', status });
      await expect(client.users.create(NEW)).rejects.toMatchObject({ code: 'BITSIGHT_BLOCKED', status });
      expect(other.calls).toEqual([]);
    });
    await other.stop();
  });

  test.each(['absolute', 'without a scheme'])(
    'a link to another origin (%s) is an error and not followed',
    async (form) => {
      const other = await startScriptedServer(() => OK);
      const link = `${form === 'absolute' ? other.url : other.url.replace('http:', '')}/ratings/v2/users?limit=1&offset=1`;
      await withBitsight(
        [json(200, { count: 2, links: { next: link }, results: [userWith()] })],
        async ({ client, calls }) => {
          await expect(client.users.listComplete()).rejects.toMatchObject({ code: 'BITSIGHT_FOREIGN_ORIGIN' });
          expect([calls.length, other.calls]).toEqual([1, []]);
        },
      );
      await other.stop();
    },
  );
});
