import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { loadConfigFile } from '../../../infra/config-file.ts';
import { startSimulator, type Simulator } from '../../../infra/local/bitsight-simulator/server.ts';
import type { Terminal } from '../../../infra/ops/init/ask.ts';
import { typesFor, writeChecked } from '../../../infra/ops/init/file.ts';
import { askAll, type Given } from '../../../infra/ops/init/questions.ts';
import { surveyText, takeSurvey, type Survey } from '../../../infra/ops/init/survey.ts';
import { configText } from '../../../infra/ops/init/text.ts';
import { Cancelled } from '../../../infra/ops/token.ts';
import { json, pageOf, userWith, withBitsight } from '../../support/bitsight.ts';

const TOKEN = 'canary-0123456789-token-of-a-test';
let simulator: Simulator;
let folder: string;
beforeAll(async () => {
  simulator = await startSimulator({ users: 60, companyTokens: 2, token: TOKEN });
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'init-'));
});

interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

function init(args: string[], token = TOKEN): Promise<Ran> {
  const env = { ...process.env, BITSIGHT_API_TOKEN: token };
  const all = [resolve('infra/ops/init.ts'), '--base-url', simulator.url, ...args];
  const child = spawn(process.execPath, all, { cwd: folder, env });
  const ran: Ran = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (data) => (ran.stdout += String(data)));
  child.stderr.on('data', (data) => (ran.stderr += String(data)));
  child.stdin.end();
  return new Promise((done) => child.on('close', (code) => done({ ...ran, code })));
}
const ANSWERS = ['--company', "O'Hara & Söhne", '--source', 'bamboohr', '--sign-in', 'saml', '--mapped', 'yes'].concat(
  ['--mode', 'restrict-then-delete', '--parking-group', 'No Companies'],
  ['--protected', 'ines@example.com, bo@example.com', '--time-zone', 'Europe/Berlin'],
);

describe('npm run init', () => {
  test('writes a configuration that loads, with what was answered, by GET alone and without the token', async () => {
    const ran = await init(ANSWERS);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain('60 people, 2 company API tokens, 6 access groups.');
    expect(ran.stdout).toMatch(/No Companies +no company\n/);
    const file = join(folder, 'tenants', 'o-hara-sohne', 'lifecycle.config.ts');
    expect(ran.stdout).toContain('✓ tenants/o-hara-sohne/lifecycle.config.ts is written');
    const { config } = await loadConfigFile(file);
    expect(config).toMatchObject({
      company: "O'Hara & Söhne",
      tenant: 'o-hara-sohne',
      bitsight: { baseUrl: simulator.url },
      sources: { bamboohr: { kind: 'bamboohr', secret: 'bamboohr-webhook', timeZone: 'Europe/Berlin' } },
      offboarding: { mode: 'restrict-then-delete', parkingGroup: 'No Companies', graceDays: 30 },
      signIn: 'saml',
      owns: { role: false, group: false, features: true },
      protected: ['ines@example.com', 'bo@example.com'],
      night: { timeZone: 'Europe/Berlin' },
    });
    expect(config.examples).toHaveLength(2);
    const text = await readFile(file, 'utf8');
    expect([ran.stdout, ran.stderr, text].join('\n')).not.toContain(TOKEN);
    expect(text).toContain('//   customer_group_admin (Group Admin): 6\n');
    expect(new Set(simulator.core.record.calls.map(({ method }) => method))).toEqual(new Set(['GET']));
  });

  const failures: [string, string[], string, number, string][] = [
    ['a wrong token', ANSWERS, 'wrong', 1, 'Bitsight does not accept this API token.'],
    ['nobody to ask', ['--company', 'Acme'], TOKEN, 2, '--source is missing: which system says who joins'],
    [
      'a mode that nobody chose',
      ANSWERS.slice(0, 8),
      TOKEN,
      2,
      "--mode is missing: what becomes of a leaver's account.",
    ],
    [
      'an answer that is none',
      [...ANSWERS, '--sign-in', 'pigeon'],
      TOKEN,
      2,
      '--sign-in: choose one of password, saml',
    ],
    [
      'a group that sees companies',
      [...ANSWERS, '--parking-group', 'Europe'],
      TOKEN,
      2,
      '--parking-group: choose one of No',
    ],
    ['a zone that is none', [...ANSWERS, '--time-zone', 'Berlin'], TOKEN, 2, '--time-zone: name an IANA time zone'],
    ['a place that cannot be', [...ANSWERS, '--out', join(process.execPath, 'a.ts')], TOKEN, 2, 'cannot be written (E'],
    ['a file that cannot carry comments', [...ANSWERS, '--out', 'a.json'], TOKEN, 2, 'does not end in .ts or .mjs'],
    ['a token as an option', [...ANSWERS, '--token', 'x'], TOKEN, 2, '--token'],
  ];
  test.each(failures)('with %s ends in one line and writes nothing', async (_, args, token, code, message) => {
    const ran = await init(args, token);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(message);
    expect(ran.stderr.trim().split('\n')).toHaveLength(1);
    expect(await readdir(folder)).toEqual([]);
  });

  test('never writes over a file, and says so before it asks Bitsight anything', async () => {
    await writeFile(join(folder, 'mine.ts'), 'mine');
    const calls = simulator.core.record.calls.length;
    const ran = await init([...ANSWERS, '--out', 'mine.ts']);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('mine.ts is there already') });
    expect(simulator.core.record.calls).toHaveLength(calls);
    expect(await readFile(join(folder, 'mine.ts'), 'utf8')).toBe('mine');
  });
});

test('a file that comes into being meanwhile is not written over either', async () => {
  const out = join(folder, 'late.mjs');
  await writeFile(out, 'theirs');
  const text = 'export default { company: "A", features: { webhooks: false } };';
  await expect(writeChecked(out, text)).rejects.toThrow('late.mjs cannot be written (EEXIST)');
  expect(await readdir(folder)).toEqual(['late.mjs']);
  expect(await readFile(out, 'utf8')).toBe('theirs');
});

test('a configuration that does not pass the checks of a start is not written', async () => {
  const out = join(folder, 'wrong.mjs');
  await expect(writeChecked(out, 'export default { company: "" };')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(await readdir(folder)).toEqual([]);
});

test('in the clone the file has its types, elsewhere it stands alone', () => {
  expect(typesFor('tenants/acme/lifecycle.config.ts')).toBe('../../lib/config/schema.ts');
  expect(typesFor('acme.config.ts')).toBe('./lib/config/schema.ts');
  expect(typesFor('acme.config.mjs')).toBeUndefined();
  expect(typesFor('/etc/acme.config.ts')).toBeUndefined();
});

const SURVEY: Survey = {
  people: 1,
  tokens: 0,
  emails: new Set(['ines@example.com']),
  groups: [{ ref: 'No Companies', name: 'No Companies', companies: 0, isDefault: false }],
  roles: [],
  own: undefined,
};

/** Somebody who types these lines. */
function typing(lines: string[]): { terminal: Terminal; shown: string[] } {
  const shown: string[] = [];
  const terminal: Terminal = {
    ask: async (prompt) => {
      shown.push(prompt);
      const line = lines.shift();
      if (line === undefined) throw new Cancelled('Cancelled.');
      return line;
    },
    say: (text) => void shown.push(text),
    close: () => undefined,
  };
  return { terminal, shown };
}
const taken = (tenant: string) => (tenant === 'acme' ? 'tenants/acme is there already' : undefined);
const asked = (lines: string[], given: Given = {}, survey = SURVEY) => {
  const { terminal, shown } = typing(lines);
  return { shown, answers: askAll({ given, terminal, survey, systemZone: 'Europe/Rome', taken }) };
};

describe('the questions', () => {
  test('take numbers and words, Enter where there is a default, and are asked again until an answer fits', async () => {
    const typed = ['Acme', '', 'acme-eu', '9', '5', '1', '', 'restrict', '', 'nobody', 'bo@example.com', ''];
    const { shown, answers } = asked(typed);
    expect(await answers).toEqual({
      company: 'Acme',
      tenant: 'acme-eu',
      source: 'standard-webhooks',
      signIn: 'password',
      mapped: false,
      mode: 'restrict',
      parkingGroup: 'No Companies',
      protected: ['bo@example.com'],
      timeZone: 'Europe/Rome',
    });
    const text = shown.join('\n');
    expect(text).toContain('Tenants/acme is there already.');
    expect(text).toContain('Choose one of bamboohr, hibob, personio, okta, standard-webhooks, roster, none.');
    expect(text).toContain('This has no default: it is yours to choose.');
    expect(text).toContain('"nobody" is no e-mail address.');
    expect(text).toContain('Nobody in Bitsight has the address bo@example.com at present.');
  });

  test('ask nothing that was given, and nothing about leavers where no source says who leaves', async () => {
    const { shown, answers } = asked(['Europe/Paris'], {
      company: 'A',
      tenant: 'a',
      source: 'none',
      'sign-in': 'password',
      protected: '',
    });
    expect(await answers).not.toHaveProperty('mode');
    expect(shown.filter((line) => line.endsWith('> '))).toEqual(['[Europe/Rome] > ']);
  });

  test('do not offer to restrict where no group sees no company', async () => {
    const groups = [{ ref: 'All', name: 'All', companies: 'all' as const, isDefault: true }];
    const { shown, answers } = asked(
      ['restrict', 'delete', '', ''],
      { company: 'A', tenant: 'a', source: 'bamboohr', 'sign-in': 'password' },
      { ...SURVEY, groups },
    );
    expect(await answers).toMatchObject({ mode: 'delete' });
    expect(shown.join('\n')).toContain('Restricting needs an access group that sees no company, and there is none');
  });
});

test('names out of Bitsight cannot become code of the file, nor move the cursor', async () => {
  const evil = 'Evil\u2028process.exit(7)//\n\u001b[2J\'"\\';
  const groups = { groups: [{ guid: 'g-1', name: evil, company_count: 0 }], default_group: null };
  const people = [userWith({ roles: [{ slug: 'odd_role', name: evil }] })];
  const survey = await withBitsight([pageOf(people), pageOf([]), json(404, {}), json(200, groups)], ({ client }) =>
    takeSurvey(client),
  );
  expect(survey.groups[0]).toMatchObject({ ref: 'g-1', companies: 0 });
  expect(surveyText(survey, 'h').replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}]/u);
  const answers = await asked(['A', 'a', '1', '1', '1', '', '', ''], {}, survey).answers;
  const text = configText({
    answers,
    survey,
    baseUrl: new URL('https://api.bitsighttech.com'),
    date: '2026-01-31',
    types: undefined,
  });
  const out = join(folder, 'evil.mjs');
  await writeChecked(out, text);
  const { config } = await loadConfigFile(out);
  expect(config.offboarding).toMatchObject({ mode: 'restrict', parkingGroup: 'g-1' });
  expect(text).toContain('//   odd_role (Evil process.exit(7)// [2J');
});

test.each(['bamboohr', 'hibob', 'personio', 'okta', 'standard-webhooks', 'roster', 'none'] as const)(
  'what is written for the source %s passes every check, and names the page that tells how to connect it',
  async (source) => {
    const given = { company: 'A', tenant: 'a', source, 'sign-in': 'password', mode: 'delete', protected: '' };
    const answers = await asked([], { ...given, 'time-zone': 'UTC' }).answers;
    const baseUrl = new URL('https://api.bitsighttech.com');
    const text = configText({ answers, survey: SURVEY, baseUrl, date: '2026-01-31', types: undefined });
    const out = join(folder, `${source}.mjs`);
    await writeChecked(out, text);
    const { sources } = (await loadConfigFile(out)).config;
    expect(Object.values(sources).map(({ kind }) => kind)).toEqual(source === 'none' ? [] : [source]);
    if (source !== 'none') expect(existsSync(/docs\/sources\/[\w-]+\.md/.exec(text)?.[0] ?? '')).toBe(true);
  },
);
