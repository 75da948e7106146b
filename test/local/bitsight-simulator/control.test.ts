import { afterAll, expect, test } from '@jest/globals';
import { startSimulator } from '../../../infra/local/bitsight-simulator/server.ts';

const simulator = await startSimulator({ users: 3 });
const { url, core, token } = simulator;
afterAll(async () => simulator.stop());

async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${url}/__simulator/${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

test('faults are put as an array and read back with what they did', async () => {
  const put = await ask('PUT', 'faults', [{ kind: 'forbidden', calls: [2] }]);
  expect(put).toMatchObject({ status: 200, body: [{ kind: 'forbidden', seen: 0, fired: 0 }] });
  const headers = { authorization: `Basic ${Buffer.from(`${token}:`).toString('base64')}` };
  const users = async () => (await fetch(`${url}/v2/users`, { headers })).status;
  expect([await users(), await users()]).toEqual([200, 403]);
  expect((await ask('GET', 'faults')).body).toMatchObject([{ seen: 2, fired: 1 }]);
  expect((await ask('GET', 'calls')).body).toMatchObject({
    maximumConcurrent: 1,
    fired: { forbidden: 1 },
    calls: [{}, { end: { status: 403 } }],
  });
});

test('some switches are turned, the others stay', async () => {
  expect(await ask('PUT', 'switches', { emailFilter: 'substring' })).toMatchObject({
    body: { emailFilter: 'substring', limitDefault: 100 },
  });
  await ask('PUT', 'switches', { limitDefault: 5 });
  expect((await ask('GET', 'switches')).body).toMatchObject({ emailFilter: 'substring', limitDefault: 5 });
});

test('accounts change by hand and by single sign-on; the record tells who it was', async () => {
  await ask('POST', 'users', { email: 'hand@example.com' });
  await ask('POST', 'users?by=sso', { email: 'sso@example.com' });
  const [hand] = core.usersWith('hand@example.com');
  expect((await ask('PATCH', `users/${hand?.guid}`, { status: 'Deactivated' })).body).toMatchObject({
    status: 'Deactivated',
  });
  expect((await ask('GET', `users/${hand?.guid}`)).body).toMatchObject({
    email: 'hand@example.com',
    status: 'Deactivated',
  });
  expect((await ask('DELETE', `users/${hand?.guid}`)).status).toBe(200);
  expect(await ask('GET', `users/${hand?.guid}`)).toMatchObject({ status: 404 });
  expect((await ask('GET', 'users')).body).toHaveLength(6);
  const { body } = await ask('GET', 'calls');
  expect(body).toMatchObject({ byHand: [{ actor: 'ui' }, { actor: 'sso' }, { actor: 'ui' }, { actor: 'ui' }] });
});

test('tokens rotate and all begins anew', async () => {
  expect(await ask('POST', 'rotate', { token: 'second' })).toMatchObject({ body: { token: 'second' } });
  expect(core.tokens()).toEqual(['second']);
  expect(await ask('POST', 'reset', { users: 8 })).toMatchObject({ body: { users: 10, token } });
  expect(core.record.calls).toEqual([]);
});

test.each<[string, string, unknown, number]>([
  ['PUT', 'faults', [{ kind: 'nonsense' }], 400],
  ['PUT', 'switches', { emailFilter: 'maybe' }, 400],
  ['PUT', 'switches', { emailfilter: 'exact' }, 400],
  ['POST', 'users?by=nobody', {}, 400],
  ['DELETE', 'users/11111111-1111-4111-8111-111111111111', undefined, 404],
  ['GET', 'nothing', undefined, 404],
])('%s %s with %j is refused aloud', async (method, path, body, status) => {
  expect((await ask(method, path, body)).status).toBe(status);
});
