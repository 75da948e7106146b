import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { ANNA, bench } from './ask.ts';

const directories: string[] = [];
afterEach(() => {
  for (const one of directories.splice(0)) rmSync(one, { recursive: true });
});
function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'simulator-'));
  directories.push(made);
  return made;
}

test('every call is there with its effect, before and after', async () => {
  const { ask, user, core } = bench();
  const { guid } = await user('POST', '/ratings/v2/users', ANNA);
  await ask('PATCH', `/v2/users/${guid}`, { formal_name: 'Anna Holm' });
  await ask('GET', '/v2/users?q=anna');
  await ask('DELETE', `/v2/users/${guid}`);
  const told = core.record.calls.map(({ method, path, query, concurrent, end, effects }) => ({
    call: `${method} ${path}${query} ${end?.status} ${concurrent}`,
    names: effects.map(({ change }) => [change.before?.formal_name, change.after?.formal_name]),
  }));
  expect(told).toEqual([
    { call: 'POST /ratings/v2/users 201 1', names: [[undefined, 'Anna Berg']] },
    { call: `PATCH /v2/users/${guid} 200 1`, names: [['Anna Berg', 'Anna Holm']] },
    { call: 'GET /v2/users?q=anna 200 1', names: [] },
    { call: `DELETE /v2/users/${guid} 204 1`, names: [['Anna Holm', undefined]] },
  ]);
  expect(core.record.history(guid)).toHaveLength(3);
});

test('a call tells the address it asks for, also when it is refused or has no answer', async () => {
  const { ask, user, core } = bench({ faults: [{ kind: 'reset', method: 'POST', when: 'before', calls: [2] }] });
  const { guid } = await user('POST', '/v2/users', { ...ANNA, email: ' Anna.Berg@Example.com' });
  await ask('POST', '/v2/users', ANNA);
  await ask('POST', '/v2/users', ANNA);
  await ask('PATCH', `/v2/users/${guid}`, { formal_name: 'Anna Holm' });
  expect(core.record.calls.map(({ email, end }) => [email, end?.status])).toEqual([
    ['anna.berg@example.com', 201],
    ['anna.berg@example.com', 0],
    ['anna.berg@example.com', 400],
    [undefined, 200],
  ]);
});

test('it knows how many accounts an address ever got from calls, and when two held it at once', async () => {
  const { ask, user, core } = bench({ switches: { duplicateEmail: 'allow' } });
  const first = await user('POST', '/v2/users', ANNA);
  await ask('DELETE', `/v2/users/${first.guid}`);
  const second = await user('POST', '/v2/users', { ...ANNA, email: 'ANNA.BERG@example.com' });
  expect([core.record.createdPerEmail().get('anna.berg@example.com'), core.record.coexisted()]).toEqual([2, []]);
  const byHand = core.create({ email: ' anna.berg@example.com' }, 'sso');
  const renamed = core.create({ email: 'other@example.com' });
  await ask('PATCH', `/v2/users/${renamed.guid}`, { email: 'Anna.Berg@example.com' });
  await ask('PATCH', `/v2/users/${renamed.guid}`, { formal_name: 'Nothing new about the address' });
  expect(core.record.createdPerEmail()).toEqual(new Map([['anna.berg@example.com', 2]]));
  expect(core.record.coexisted().map(({ email, guids }) => [email, guids])).toEqual([
    ['anna.berg@example.com', [second.guid, byHand.guid]],
    ['anna.berg@example.com', [second.guid, byHand.guid, renamed.guid]],
  ]);
  expect(byHand).toMatchObject({ status: 'Activated', roles: ['customer_user'] });
});

test('a reset gives a new population and an empty record; a call from before it is none of the new one', async () => {
  const gate = Promise.withResolvers<void>();
  const clock = { now: () => 0, sleep: async () => gate.promise };
  const { ask, core } = bench({ clock, faults: [{ kind: 'slow', ms: 1, times: 1 }] });
  const before = ask('GET', '/v2/users');
  core.reset({ users: 7 });
  gate.resolve();
  await before;
  await ask('GET', '/v2/users');
  expect([core.users().length, core.record.calls.map(({ n, end }) => [n, end?.status])]).toEqual([9, [[2, 200]]]);
});

test('with a data directory accounts, tokens and record are there again after a restart', async () => {
  const data = directory();
  const first = bench({ data, faults: [{ kind: 'reset', when: 'after', method: 'POST' }] });
  await first.ask('POST', '/v2/users', ANNA);
  first.core.edit(first.core.users()[3]?.guid ?? '', { status: 'Deactivated' });
  const token = first.core.rotate();
  expect(() => bench({ data })).toThrow('is in use by another process');
  first.core.close();
  const { core, ask } = bench({ data });
  expect(core.users()).toEqual(first.core.users());
  expect(core.record).toEqual(first.core.record);
  expect(core.record.calls).toMatchObject([
    { method: 'POST', effects: [{ call: 1 }], end: { status: 0, faults: ['reset'] } },
  ]);
  expect([(await ask('GET', '/v2/users')).status, (await ask('GET', '/v2/users', undefined, token)).status]).toEqual([
    401, 200,
  ]);
  expect(core.record.calls.map(({ n }) => n)).toEqual([1, 2, 3]);
  core.close();
});

test('a last line that a kill cut off never happened, and what follows is whole again', async () => {
  const data = directory();
  const file = join(data, 'journal.jsonl');
  const first = bench({ data });
  await first.user('POST', '/v2/users', ANNA);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  first.core.close();
  // begin, call, change, end: cut within the change.
  writeFileSync(file, `${lines.slice(0, 2).join('\n')}\n${lines[2]?.slice(0, 50)}`);
  const second = bench({ data });
  expect([second.core.usersWith(ANNA.email), second.core.record.calls[0]?.end]).toEqual([[], undefined]);
  await second.user('POST', '/v2/users', ANNA);
  second.core.close();
  const third = bench({ data });
  expect(third.core.usersWith(ANNA.email)).toHaveLength(1);
  third.core.close();
});

test('a data directory keeps its population: asking for another one is an error', () => {
  const data = directory();
  bench({ data, users: 9 }).core.close();
  expect(() => bench({ data, users: 8 })).toThrow('made with users 9');
  bench({ data, users: undefined }).core.close();
});

test('domain time goes on where it was after a restart, although it runs faster than the wall', () => {
  const options = { data: directory(), clock: undefined, speed: 60 };
  const first = bench({ ...options, base: Date.now() - 3_600_000 }).core;
  const left = first.clock.now();
  first.close();
  const { core } = bench(options);
  expect(core.clock.now()).toBeGreaterThanOrEqual(left);
  core.close();
});
