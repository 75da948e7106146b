import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { loadConfigFile } from '../../../infra/config-file.ts';
import { startSimulator, type Simulator } from '../../../infra/local/bitsight-simulator/server.ts';
import type { FaultInput } from '../../../infra/local/bitsight-simulator/faults.ts';
import type { SwitchesInput } from '../../../infra/local/bitsight-simulator/switches.ts';
import { probeByReading } from '../../../infra/ops/probe/reading.ts';
import { patternOf, shapeOf } from '../../../infra/ops/probe/shape.ts';
import { probeByWriting } from '../../../infra/ops/probe/writing.ts';
import { witness } from '../../../infra/ops/probe/witness.ts';
import { createBitsightClient } from '../../../lib/bitsight/index.ts';
import type { Finding } from '../../../lib/config/index.ts';
import { json, pageOf, TOKEN as SCRIPTED, userWith } from '../../support/bitsight.ts';
import { forward, startScriptedServer, type Answer } from '../../support/scripted-server.ts';

const TOKEN = 'canary-0123456789-token-of-a-test';
const EMAIL = 'probe@example.com';
let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ users: 130, companyTokens: 2, token: TOKEN });
});
afterAll(() => simulator.stop());
const DEFAULTS = simulatorDefaults();
beforeEach(() => {
  simulator.core.reset({ users: 130, companyTokens: 2, tokens: [TOKEN] });
  simulator.core.faults.set([]);
  simulator.core.setSwitches(DEFAULTS);
});
function simulatorDefaults(): SwitchesInput {
  return {
    emailFilter: 'exact',
    searchMatch: 'substring',
    tokensHidden: true,
    tokenFilter: 'only',
    contactsHidden: false,
    timeFormat: 'iso',
    limitDefault: 100,
    limitMaximum: null,
    defaultOrder: 'guid',
    errorShape: 'detail',
    currentUserEndpoint: true,
    duplicateEmail: 'refuse',
    patchStatus: 'ignored',
    patchAnswer: 'user',
  };
}

function probed(url: string, readOnly: boolean, token = TOKEN) {
  const seeing = witness(globalThis.fetch);
  const bitsight = createBitsightClient({
    baseUrl: url,
    apiToken: async () => token,
    fetch: seeing.fetch,
    clock: { now: () => 0, sleep: async () => undefined },
    random: () => 0,
    readOnly,
    product: { name: 'test', version: '0' },
  });
  return { bitsight, witness: seeing };
}
const reading = (url = simulator.url) => probeByReading(probed(url, true), new URL(url).origin);
const writing = (stopped = () => false) =>
  probeByWriting({ ...probed(simulator.url, false), email: EMAIL, settle: async () => undefined, stopped });

const verdicts = (findings: readonly Finding[]) => Object.fromEntries(findings.map(({ id, verdict }) => [id, verdict]));
const differing = (findings: readonly Finding[]) =>
  Object.fromEntries(
    findings
      .filter(({ verdict }) => verdict !== 'as assumed')
      .map(({ id, verdict, seen }) => [id, `${verdict}: ${seen}`]),
  );

describe('by reading', () => {
  test('a Bitsight as its pages describe it is as assumed in all, asked by GET alone and one call at a time', async () => {
    const findings = await reading();
    expect(differing(findings)).toEqual({});
    expect(findings.length).toBeGreaterThan(20);
    const { calls, maximumConcurrent } = simulator.core.record;
    expect(new Set(calls.map(({ method }) => method))).toEqual(new Set(['GET']));
    expect(maximumConcurrent).toBe(1);
  });

  const positions: [string, SwitchesInput, Record<string, string>][] = [
    [
      'a second position',
      {
        emailFilter: 'case-insensitive',
        searchMatch: 'prefix',
        tokensHidden: false,
        tokenFilter: 'include',
        timeFormat: 'space',
        limitMaximum: 100,
        defaultOrder: 'unstable',
        errorShape: 'ApiError',
        currentUserEndpoint: false,
      },
      {
        'email-filter-case': 'otherwise: finds it',
        'email-q-match': 'otherwise: how it begins',
        'tokens-hidden': 'otherwise: shown',
        'token-filter': 'otherwise: others too',
        'time-format': 'otherwise: 9999-99-99 99:99:99',
        'limit-above-100': 'otherwise: cut to 100 rows',
        'default-order': 'otherwise: another order',
        'error-form': 'otherwise: {title: text, status: number, detail: text}',
        'current-user': 'otherwise: not there: 404',
      },
    ],
    [
      'a third one',
      { emailFilter: 'substring', contactsHidden: true, limitDefault: null },
      {
        'email-filter-match': 'otherwise: any part of it',
        'email-filter-case': 'otherwise: finds it',
        'contacts-hidden': 'otherwise: not shown',
        'default-limit': 'otherwise: all rows',
      },
    ],
  ];
  test.each(positions)('%s of its switches is told apart', async (_, switches, expected) => {
    simulator.core.setSwitches(switches);
    expect(differing(await reading())).toEqual(expected);
  });

  test('of a tenant with one account nothing is claimed that it cannot show', async () => {
    simulator.core.reset({ users: 1, companyTokens: 0, tokens: [TOKEN] });
    const found = verdicts(await reading());
    for (const id of ['links-next', 'default-order', 'limit-above-100', 'tokens-hidden', 'default-limit'])
      expect([id, found[id]]).toEqual([id, 'not to be seen here']);
  });
});

/** The simulator, but for what `change` makes of the answers of one path. */
async function bent(matches: (path: string) => boolean, change: (body: string) => string, status?: number) {
  const answer: Answer = async (call) => {
    const reply = await forward(simulator.url, call);
    if (!matches(call.path)) return reply;
    const { 'content-length': _, ...headers } = reply.headers ?? {};
    return { status: status ?? reply.status, headers, body: change(String(reply.body)) };
  };
  const server = await startScriptedServer(answer);
  try {
    return await reading(server.url);
  } finally {
    await server.stop();
  }
}

describe('what nobody foresaw is unknown, with its form and nothing of what stands in it', () => {
  const odd: [string, string, (path: string) => boolean, (body: string) => string, number | undefined, string][] = [
    [
      'a quota of other names',
      'quota',
      (p) => p.includes('quota'),
      () => '{"plan":"gold for Ines","seats":{"used":3}}',
      200,
      '{plan: text, seats: {used: number}}',
    ],
    [
      'a link in an object',
      'links-next',
      (p) => p.includes('limit=1&') || p.endsWith('limit=1'),
      (b) => b.replace(/"next":"[^"]*"/, '"next":{"href":"https://secret.example.com/x"}'),
      200,
      '200 {links: {next: {href: text}, previous: null}',
    ],
    [
      'a link without offset',
      'links-next',
      (p) => p.includes('limit=1&') || p.endsWith('limit=1'),
      (b) => b.replace(/"next":"[^"]*"/, '"next":"/v2/users?cursor=abc"'),
      200,
      'it carries cursor',
    ],
    [
      'times as words',
      'time-format',
      () => true,
      (b) => b.replaceAll(/"joined_time":"[^"]*"/g, '"joined_time":"12 Mai 2024"'),
      undefined,
      '99 aaa 9999',
    ],
    ['404 as a page', 'unknown-guid', (p) => p.includes('00000000'), () => '<html>Ines</html>', 404, '404 no JSON'],
    [
      'groups that may not be listed',
      'group-list',
      (p) => p.includes('access-groups'),
      () => '{"detail":"Ines may not"}',
      403,
      '403 {detail: text}',
    ],
    [
      'a list of another form',
      'user-list',
      (p) => p.includes('users?'),
      () => '{"users":[{"mail":"ines@example.com"}]}',
      200,
      '200 {users: [{mail: text}]}',
    ],
  ];
  test.each(odd)('%s', async (_, id, matches, change, status, seen) => {
    const findings = await bent(matches, change, status);
    const finding = findings.find((one) => one.id === id);
    expect(finding).toMatchObject({ verdict: 'unknown', seen: expect.stringContaining(seen) });
    expect(JSON.stringify(findings)).not.toMatch(/Ines|secret|gold|ines@/);
  });

  test('a filter that filters nothing', async () => {
    const server = await startScriptedServer((call) =>
      forward(simulator.url, { ...call, path: call.path.replace(/email=[^&]*&?/, '') }),
    );
    const found = await reading(server.url).finally(() => void server.stop());
    expect(found.find(({ id }) => id === 'email-filter-match')).toMatchObject({
      verdict: 'unknown',
      seen: 'it filters nothing',
    });
  });

  test('fields, roles and states that no page names are named, where they look like names', async () => {
    const user = userWith({
      status: 'Frozen',
      nickname: 'I',
      'ines@example.com': 1,
      features: [{ slug: 'a', value: true, since: 1 }],
      roles: [{ slug: 'night_watch' }],
      joined_time: '2024-01-01T00:00:00Z',
    });
    const server = await startScriptedServer((call) => (call.path.includes('users?') ? pageOf([user]) : json(404, {})));
    const found = await probeByReading(probed(server.url, true, SCRIPTED), server.url).finally(
      () => void server.stop(),
    );
    const seen = Object.fromEntries(found.map((one) => [one.id, [one.verdict, one.seen]]));
    expect(seen).toMatchObject({
      'user-fields': ['otherwise', '(a name not shown), features.since, nickname'],
      statuses: ['otherwise', 'also Frozen'],
      roles: ['otherwise', 'also night_watch'],
    });
  });

  test('forms', () => {
    expect(patternOf('2024-04-01T12:34:56.5Z')).toBe('9999-99-99T99:99:99.9Z');
    expect(patternOf('Tue, ines@x')).toBe('aaa, aaaa?a');
    expect(shapeOf([1, 'a', null, { b: [] }])).toBe('[number or text or null]');
  });
});

const there = () => simulator.core.users().filter(({ email }) => email.startsWith('probe'));

describe('by writing', () => {
  test('one account is made, tried and removed; status is not taken, and so deactivating is not proven', async () => {
    const before = simulator.core.users().length;
    const { findings, left } = await writing();
    expect(left).toBe(0);
    expect(simulator.core.users()).toHaveLength(before);
    expect(differing(findings)).toEqual({
      'patch-is_company_api_token': 'not to be seen here: not tried: it would make a token of an account',
      'patch-status-deactivated': 'otherwise: from Created: taken, but nothing changed',
      'patch-status-activated': 'not to be seen here: the account was never Deactivated',
    });
    expect([...simulator.core.record.createdPerEmail().values()]).toEqual([1]);
  });

  test('where status sticks, from Created and from Activated, both ways are proven', async () => {
    simulator.core.setSwitches({ patchStatus: 'honoured', patchAnswer: 'empty', duplicateEmail: 'allow' });
    const { findings, left } = await writing();
    expect(left).toBe(0);
    expect(there()).toEqual([]);
    expect(differing(findings)).toEqual({
      'patch-is_company_api_token': expect.anything(),
      'patch-answer': 'otherwise: nothing',
      'duplicate-post': 'otherwise: a second account was made',
    });
    expect(findings.find(({ id }) => id === 'patch-status-deactivated')?.seen).toBe(
      'from Created: read back; from Activated: read back',
    );
  });

  test('a refusal is told with its form', async () => {
    simulator.core.setSwitches({ patchStatus: 'refused' });
    expect(differing((await writing()).findings)).toMatchObject({
      'patch-status-deactivated': 'otherwise: from Created: refused: 400 {detail: {status: [text]}}',
    });
  });

  const troubles: [string, FaultInput[]][] = [
    ['whose answer to POST is lost', [{ kind: 'reset', when: 'after', method: 'POST', calls: [1] }]],
    [
      'whose DELETE fails at first',
      [{ kind: 'server-error', status: 503, when: 'before', method: 'DELETE', times: 2 }],
    ],
  ];
  test.each(troubles)('an account %s is removed all the same', async (_, faults) => {
    simulator.core.faults.set(faults);
    expect((await writing()).left).toBe(0);
    expect(there()).toEqual([]);
  });

  test('an account that cannot be removed is told of', async () => {
    simulator.core.faults.set([{ kind: 'server-error', status: 503, when: 'before', method: 'DELETE' }]);
    expect((await writing()).left).toBe(1);
    expect(there()).toHaveLength(1);
  });

  test('a token that ends midway leaves an account behind, and the error says so', async () => {
    simulator.core.faults.set([
      { kind: 'unauthorized', method: 'PATCH' },
      { kind: 'unauthorized', method: 'DELETE' },
    ]);
    await expect(writing()).rejects.toMatchObject({ code: 'PROBE_LEFT' });
  });

  test('who stops it has everything removed', async () => {
    let asked = 0;
    const { findings, left } = await writing(() => (asked += 1) > 4);
    expect(left).toBe(0);
    expect(there()).toEqual([]);
    expect(findings.find(({ id }) => id === 'delete')).toMatchObject({ seen: 'stopped before' });
  });

  test.each([EMAIL, 'Probe+probe@example.com'])('%s, which somebody has, is not touched', async (email) => {
    simulator.core.create({ email, formal_name: 'Bo Example' });
    await expect(writing()).rejects.toThrow('an account has this address');
    expect(simulator.core.record.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
  });
});

describe('npm run ops -- probe', () => {
  async function run(args: string[], token = TOKEN, again?: string) {
    const folder = again ?? (await mkdtemp(join(tmpdir(), 'probe-')));
    const config = { company: 'A', tenant: 'acme', bitsight: { baseUrl: simulator.url, settleMs: 0 } };
    await writeFile(join(folder, 'acme.json'), JSON.stringify(config));
    const all = [resolve('infra/ops/main.ts'), 'probe', '--config', 'acme.json', ...args];
    const child = spawn(process.execPath, all, { cwd: folder, env: { ...process.env, BITSIGHT_API_TOKEN: token } });
    let output = '';
    child.stdout.on('data', (data) => (output += String(data)));
    child.stderr.on('data', (data) => (output += String(data)));
    child.stdin.end();
    const code = await new Promise<number | null>((done) => child.on('close', done));
    return { folder, code, output };
  }

  test('writes what it found beside the configuration, which then rests on it; a later reading keeps what writing proved', async () => {
    simulator.core.setSwitches({ patchStatus: 'honoured' });
    const { folder, code, output } = await run(['--write', '--email', EMAIL, '--yes', EMAIL]);
    expect([code, output]).toEqual([0, expect.stringContaining('assumptions: ')]);
    const text = await readFile(join(folder, 'capabilities.json'), 'utf8');
    expect(text + output.replaceAll(EMAIL, '')).not.toMatch(/canary|"[^"]*@[^"]*"/);
    const { config } = await loadConfigFile(join(folder, 'acme.json'));
    expect(config.capabilities).toMatchObject({ 'patch-status-deactivated': 'as assumed', 'user-list': 'as assumed' });
    simulator.core.setSwitches({ timeFormat: 'space' });
    await run([], TOKEN, folder);
    expect((await loadConfigFile(join(folder, 'acme.json'))).config.capabilities).toMatchObject({
      'patch-status-deactivated': 'as assumed',
      'time-format': 'otherwise',
    });
  });

  test('writes over nothing that was found of another tenant, and asks Bitsight nothing', async () => {
    const { folder } = await run([]);
    const path = join(folder, 'capabilities.json');
    const theirs = (await readFile(path, 'utf8')).replace('"acme"', '"other"');
    await writeFile(path, theirs);
    const calls = simulator.core.record.calls.length;
    const ran = await run([], TOKEN, folder);
    expect([ran.code, ran.output]).toEqual([2, expect.stringContaining('in a folder of its own')]);
    expect(simulator.core.record.calls).toHaveLength(calls);
    expect(await readFile(path, 'utf8')).toBe(theirs);
  });

  const failures: [string, string[], string, number, string][] = [
    ['a wrong token', [], 'wrong', 1, 'Bitsight does not accept this API token'],
    ['an address but no --write', ['--email', EMAIL], TOKEN, 2, '--email goes with --write'],
    ['--write without an address', ['--write'], TOKEN, 2, '--write needs --email'],
    ['another word than the address', ['--write', '--email', EMAIL, '--yes', 'yes'], TOKEN, 1, 'NOT_CONFIRMED'],
  ];
  test.each(failures)('with %s writes nothing', async (_, args, token, code, message) => {
    const ran = await run(args, token);
    expect([ran.code, ran.output]).toEqual([code, expect.stringContaining(message)]);
    expect(await readdir(ran.folder)).toEqual(['acme.json']);
    expect(simulator.core.record.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
  });
});
