import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { FaultSchema, type FaultInput } from '../../../infra/local/bitsight-simulator/faults.ts';
import { startSimulator, type Simulator } from '../../../infra/local/bitsight-simulator/server.ts';
import { ANNA, bench, START } from './ask.ts';

const running: Simulator[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

/** A real server; `send` gives the status, or what fetch or the body's reader threw. */
async function serve(faults: FaultInput[], clock = { now: () => START, sleep: async () => {} }) {
  const simulator = await startSimulator({ users: 10, clock, faults });
  running.push(simulator);
  const headers = { authorization: `Basic ${Buffer.from(`${simulator.token}:`).toString('base64')}` };
  const send = async (method: string, path: string, body?: object, signal?: AbortSignal): Promise<string> => {
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }), ...(signal && { signal }) };
    try {
      const response = await fetch(`${simulator.url}${path}`, init);
      return `${response.status} ${await response.text()}`;
    } catch (error) {
      return inspect(error);
    }
  };
  return { ...simulator, send };
}

describe('a POST', () => {
  const id = /^201 /;
  test.each<[FaultInput, RegExp, number, number]>([
    [{ kind: 'reset' }, /fetch failed[^]*(ECONNRESET|closed)/, 0, 0],
    [{ kind: 'reset', when: 'after' }, /fetch failed[^]*(ECONNRESET|closed)/, 0, 1],
    [{ kind: 'reset', when: 'midway' }, /terminated[^]*(ECONNRESET|closed)/, 201, 1],
    [{ kind: 'server-error', status: 500 }, /^500 {"detail"/, 500, 0],
    [{ kind: 'server-error', status: 502, when: 'after' }, /^502 <!DOCTYPE html>/, 502, 1],
    [{ kind: 'html' }, /^403 <!DOCTYPE html>/, 403, 0],
    [{ kind: 'html', status: 200, when: 'after' }, /^200 <!DOCTYPE html>/, 200, 1],
    [{ kind: 'cut-json' }, /^201 \{"guid".*[^}]$/, 201, 1],
    [{ kind: 'unauthorized' }, /^401 /, 401, 0],
    [{ kind: 'forbidden' }, /^403 {"detail":"You do not have permission to perform this action."}/, 403, 0],
    [{ kind: 'rate-limit' }, /^429 /, 429, 0],
    [{ kind: 'slow', ms: 5 }, id, 201, 1],
    [{ kind: 'late-read', ms: 5 }, id, 201, 1],
  ])(
    'under %j: the client sees %s, the record status %i and %i committed writes',
    async (fault, seen, status, committed) => {
      const { core, send } = await serve([{ ...fault, times: 1 }]);
      expect(await send('POST', '/v2/users', ANNA)).toMatch(seen);
      const [call] = core.record.calls;
      expect(call?.end).toMatchObject({ status, faults: [fault.kind] });
      expect(call?.effects.map(({ change }) => change.after?.email)).toEqual(committed === 1 ? [ANNA.email] : []);
      expect(core.usersWith(ANNA.email)).toHaveLength(committed);
      expect([core.faults.list()[0]?.fired, core.record.fired()]).toEqual([1, { [fault.kind]: 1 }]);
      // The fault is spent: the next call is an ordinary one.
      expect(await send('POST', '/v2/users', { ...ANNA, email: 'b@example.com' })).toMatch(id);
    },
  );

  test('may still happen after the client gave up, and the record says that nobody heard the answer', async () => {
    const gate = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const sleep = async (): Promise<void> => (arrived.resolve(), gate.promise);
    const { core, send } = await serve([{ kind: 'slow', ms: 9000, method: 'POST' }], { now: () => START, sleep });
    const giveUp = new AbortController();
    const sent = send('POST', '/v2/users', ANNA, giveUp.signal);
    await arrived.promise;
    giveUp.abort();
    expect(await sent).toMatch(/aborted/);
    expect(await send('GET', `/v2/users?email=${ANNA.email}`)).toContain('"count":0');
    gate.resolve();
    expect(await send('GET', `/v2/users?email=${ANNA.email}`)).toContain('"count":1');
    expect(core.record.calls[0]).toMatchObject({ effects: [{ call: 1 }], end: { status: 201, gone: true } });
    expect(core.record.maximumConcurrent).toBe(2);
  });
});

describe('a 429', () => {
  test.each<[FaultInput & { kind: 'rate-limit' }, string | undefined]>([
    [{ kind: 'rate-limit' }, '60'],
    [{ kind: 'rate-limit', retryAfter: 7 }, '7'],
    [{ kind: 'rate-limit', retryAfter: null }, undefined],
    [{ kind: 'rate-limit', retryAfter: 90, as: 'http-date' }, 'Mon, 23 Nov 2026 09:01:30 GMT'],
  ])('of %j carries Retry-After %s in domain time', async (fault, header) => {
    const { ask, core } = bench({ faults: [fault] });
    const { headers } = await ask('GET', '/v2/users');
    expect(new Map(Object.entries(headers)).get('retry-after')).toBe(header);
    const seconds = fault.retryAfter === undefined ? 60 : fault.retryAfter;
    expect(core.record.pauses()).toEqual(seconds === null ? [] : [{ from: START, until: START + seconds * 1000 }]);
  });

  test('that holds refuses every call until then, and the record tells who came in between', async () => {
    const { ask, core, advance } = bench({ faults: [{ kind: 'rate-limit', retryAfter: 30, holds: true, times: 1 }] });
    const get = async () => (await ask('GET', '/v2/users')).status;
    expect(await get()).toBe(429);
    advance(29_500);
    expect(await get()).toBe(429);
    advance(500);
    expect(await get()).toBe(200);
    const [pause] = core.record.pauses();
    expect(core.record.callsDuring(pause?.from ?? 0, pause?.until ?? 0).map(({ n }) => n)).toEqual([2]);
  });
});

const statuses = async (faults: FaultInput[], times: number, method = 'GET') => {
  const { ask, core } = bench({ faults });
  const seen: number[] = [];
  for (let i = 0; i < times; i += 1) seen.push((await ask(method, '/v2/users')).status);
  return { seen, core };
};

describe('a fault comes', () => {
  test('at exactly the calls that the plan names', async () => {
    const { seen, core } = await statuses([{ kind: 'forbidden', calls: [2, 4] }], 5);
    expect(seen).toEqual([200, 403, 200, 403, 200]);
    expect(core.faults.list()).toMatchObject([{ seen: 5, fired: 2 }]);
  });
  test('at most so many times', async () => {
    expect((await statuses([{ kind: 'forbidden', times: 2 }], 4)).seen).toEqual([403, 403, 200, 200]);
  });
  test('with its probability, the same for the same seed', async () => {
    const { seen } = await statuses([{ kind: 'forbidden', probability: 0.3 }], 200);
    expect((await statuses([{ kind: 'forbidden', probability: 0.3 }], 200)).seen).toEqual(seen);
    const share = seen.filter((status) => status === 403).length / 200;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.4);
  });
  test('to its method and path only, and the first that fits stands for the answer', async () => {
    const plan: FaultInput[] = [
      { kind: 'forbidden', method: 'POST' },
      { kind: 'forbidden', path: 'quota' },
      { kind: 'html', path: 'users', calls: [1] },
      { kind: 'unauthorized', path: 'users' },
    ];
    const { seen, core } = await statuses(plan, 2);
    expect(seen).toEqual([403, 401]);
    expect(core.faults.list().map(({ fired }) => fired)).toEqual([0, 0, 1, 1]);
    expect(core.record.fired()).toEqual({ html: 1, unauthorized: 1 });
  });
  test('counted only when it had an effect', async () => {
    const { ask, core } = bench({
      faults: [{ kind: 'late-read', ms: 9, times: 1 }, { kind: 'short-page' }, { kind: 'cut-json', method: 'DELETE' }],
    });
    await ask('POST', '/v2/users', { email: 'refused' });
    await ask('GET', '/v2/users?email=nobody@example.com');
    await ask('DELETE', `/v2/users/${core.users()[0]?.guid}`);
    expect(core.record.fired()).toEqual({ 'late-read': 1 });
    expect(core.faults.list().map(({ fired }) => fired)).toEqual([1, 0, 0]);
  });
  test('or is refused, when its plan has a word that nobody knows', () => {
    expect(() => FaultSchema.parse({ kind: 'reset', whenn: 'after' })).toThrow('whenn');
  });
});

describe('a listing', () => {
  test('of short pages goes on right behind the rows it served: following the links finds everybody', async () => {
    const { page, core } = bench({
      users: 50,
      faults: [
        { kind: 'short-page', calls: [1, 3] },
        { kind: 'short-page', rows: 1, calls: [2] },
      ],
    });
    const rows: string[] = [];
    const lengths: number[] = [];
    for (let next: string | null = '?limit=20'; next !== null;) {
      const { results, links } = await page(next.replace(/^[^?]*/, ''));
      rows.push(...results.map(({ guid }) => guid));
      lengths.push(results.length);
      next = links.next;
    }
    expect(lengths.slice(0, 3)).toEqual([10, 1, 10]);
    expect(rows).toEqual(
      core
        .users()
        .filter((one) => !one.is_company_api_token)
        .map(({ guid }) => guid),
    );
  });
  test('with an empty page goes on behind it, so that its rows are missing', async () => {
    const { page } = bench({ users: 50, faults: [{ kind: 'empty-page' }] });
    expect(await page('?limit=20')).toMatchObject({
      count: 50,
      results: [],
      links: { next: expect.stringContaining('offset=20') },
    });
  });
  test('with a duplicate row has one row twice', async () => {
    const { page } = bench({ users: 50, faults: [{ kind: 'duplicate-row' }] });
    const { results } = await page('?limit=20');
    expect([results.length, new Set(results.map(({ guid }) => guid)).size]).toEqual([21, 20]);
  });
  test('under churn skips somebody who is there all the time', async () => {
    const { page, core } = bench({ users: 40, faults: [{ kind: 'churn', remove: 2, add: 1, calls: [1] }] });
    const first = await page('?limit=20');
    const second = await page('?limit=20&offset=20');
    const read = new Set([...first.results, ...second.results].map(({ guid }) => guid));
    const people = core.users().filter((one) => !one.is_company_api_token);
    expect([second.count, people.length]).toEqual([39, 39]);
    expect(people.some((one) => one.friendly_name !== 'New' && !read.has(one.guid))).toBe(true);
    expect(core.record.effects.map(({ actor, call }) => [actor, call])).toEqual([
      ['churn', null],
      ['churn', null],
      ['churn', null],
    ]);
  });
});

test('PATCH that ignores a field says 200 and leaves that field as it was', async () => {
  const { ask, user, core } = bench({ faults: [{ kind: 'ignore-field', field: 'roles' }] });
  const { guid } = await user('POST', '/v2/users', ANNA);
  const body = { roles: [{ slug: 'customer_admin' }], formal_name: 'Anna Holm' };
  expect(await ask('PATCH', `/v2/users/${guid}`, body)).toMatchObject({
    status: 200,
    body: { formal_name: 'Anna Holm' },
  });
  expect(core.user(guid)).toMatchObject({ roles: ['customer_user'], formal_name: 'Anna Holm' });
  await ask('PATCH', `/v2/users/${guid}`, { formal_name: 'Anna Berg' });
  expect(core.record.fired()).toEqual({ 'ignore-field': 1 });
});

test('a late read shows no write before its time, in order; a further POST knows the truth all the same', async () => {
  const { ask, user, page, advance, core } = bench({ users: 0, faults: [{ kind: 'late-read', ms: 1000, calls: [1] }] });
  const { guid } = await user('POST', '/v2/users', ANNA);
  const seen = async () => [(await page()).count, (await ask('GET', `/v2/users/${guid}`)).status];
  expect(await seen()).toEqual([0, 404]);
  expect((await ask('POST', '/v2/users', ANNA)).status).toBe(400);
  advance(400);
  core.edit(guid, { formal_name: 'Anna Holm' });
  advance(599);
  expect(await seen()).toEqual([0, 404]);
  advance(1);
  expect(await seen()).toEqual([1, 200]);
  expect(await user('GET', `/v2/users/${guid}`)).toMatchObject({ formal_name: 'Anna Holm' });
});
