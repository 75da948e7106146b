import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startSimulator, type Simulator } from '../../../infra/local/bitsight-simulator/server.ts';
import { sha256 } from '../../../lib/export/digest.ts';
import { ManifestSchema } from '../../../lib/export/manifest.ts';

const TOKEN = 'canary-0123456789-token-of-a-test';
const REVIEW = resolve('infra/ops/review.ts');
const FILES = ['changes.json', 'manifest.json', 'review.html', 'users.csv', 'users.jsonl'];

let simulator: Simulator;
let folder: string;
beforeAll(async () => {
  simulator = await startSimulator({ users: 81, companyTokens: 2, token: TOKEN });
});
afterAll(() => simulator.stop());
beforeEach(async () => {
  simulator.core.reset({ users: 81, companyTokens: 2, seed: 5 });
  simulator.core.faults.set([]);
  folder = await mkdtemp(join(tmpdir(), 'review-'));
});

interface How {
  input?: string;
  /** Of the environment; null: none. */
  token?: string | null;
  env?: Record<string, string>;
}
interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The command as a person starts it, in an empty folder. Without a token in `env` it gets `input` through a pipe. */
function review(args: string[], { input = '', token = TOKEN, env: more }: How = {}, program = REVIEW): Promise<Ran> {
  const { BITSIGHT_API_TOKEN: _, LIFECYCLE_CONFIG: __, ...inherited } = process.env;
  const env = { ...inherited, ...more, ...(token !== null && { BITSIGHT_API_TOKEN: token }) };
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, env });
  const ran: Ran = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (data) => (ran.stdout += String(data)));
  child.stderr.on('data', (data) => (ran.stderr += String(data)));
  child.stdin.end(input);
  return new Promise((done) => child.on('close', (code) => done({ ...ran, code })));
}
const against = (...more: string[]): string[] => ['--base-url', simulator.url, ...more];
const out = (name: string): Promise<string> => readFile(join(folder, 'out', name), 'utf8');

describe('npm run review', () => {
  test('reads 83 accounts with GET alone and writes the whole set, telling where it lies', async () => {
    const ran = await review(against());
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain('Accounts read: 83 of 83');
    expect(ran.stdout).toMatch(
      /^✓ Complete: 83 of 83 accounts read, nobody missing\.\n\d+ things need a decision.*\n81 people · 2 company API tokens/,
    );
    for (const name of FILES) expect(ran.stdout).toContain(`out/${name}`);
    expect((await readdir(join(folder, 'out'))).sort()).toEqual(FILES);
    expect(new Set(simulator.core.record.calls.map(({ method }) => method))).toEqual(new Set(['GET']));
    const manifest = ManifestSchema.parse(JSON.parse(await out('manifest.json')));
    for (const { key, sha256: hash } of manifest.files) expect(sha256(await out(key))).toBe(hash);
    expect((await out('users.csv')).split('\r\n')).toHaveLength(85);
    expect(ran.stdout).toMatch(/ see the whole portfolio · no roster given\n/);
    const html = await out('review.html');
    expect(html).toContain('No HR roster was given');
    expect(html).toContain(`<dd>${new URL(simulator.url).host}</dd>`);
  });

  test('never shows or keeps the token, and lets nobody else read the files', async () => {
    const ran = await review(against());
    const texts = await Promise.all(FILES.map(out));
    for (const secret of [TOKEN, Buffer.from(`${TOKEN}:`).toString('base64').slice(0, 30)]) {
      expect([ran.stdout, ran.stderr, ...texts].join('\n')).not.toContain(secret);
    }
    for (const name of FILES) expect((await stat(join(folder, 'out', name))).mode & 0o077).toBe(0);
  });

  test('compares with what lies in the folder from last time, and with a roster', async () => {
    await review(against());
    const [gone, left, stranger] = simulator.core
      .users()
      .filter((user) => user.status === 'Activated' && !user.is_company_api_token);
    simulator.core.edit(gone?.guid ?? '', null);
    const people = simulator.core.users().filter(({ guid }) => guid !== stranger?.guid);
    const lines = people.map(
      ({ email, guid }) => `${email.toUpperCase()};${guid === left?.guid ? 'Terminated' : 'Active'}`,
    );
    await writeFile(join(folder, 'people.csv'), ['E-Mail;Status', ...lines].join('\r\n'));
    const ran = await review(against('--roster', 'people.csv'));
    expect(ran.stdout).toContain('2 leavers or not on the roster, with access');
    const html = await out('review.html');
    expect(html).toContain('1 person who has left according to the roster');
    expect(html).toContain('1 account belongs to nobody on the roster');
    expect(html).toMatch(/Compared with \d{4}-\d{2}-\d{2} \d{2}:\d{2} UTC: 0 joined, 1 left, 0 changed/);
    expect(html).toContain('Roster: people.csv, 81 people with an address');
  });

  test('does not compare with files that are not whole, and says so', async () => {
    await review(against());
    await writeFile(join(folder, 'out', 'users.jsonl'), '');
    const ran = await review(against());
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain('not whole');
    expect(await out('review.html')).toContain('This is the first snapshot');
  });

  test('takes the token from a pipe, and company and base URL from a configuration', async () => {
    const config = { company: 'Example Corp', bitsight: { baseUrl: simulator.url } };
    await writeFile(join(folder, 'tenant.json'), JSON.stringify(config));
    const ran = await review(['--config', 'tenant.json', '--out', 'elsewhere'], {
      token: null,
      input: `${TOKEN}\nmore`,
    });
    expect(ran).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, 'elsewhere', 'review.html'), 'utf8')).toContain('access review: Example Corp, ');
  });

  test('takes the configuration that LIFECYCLE_CONFIG names, below --config, and never the one that lies about', async () => {
    for (const company of ['Named', 'Given']) {
      await writeFile(
        join(folder, `${company}.json`),
        JSON.stringify({ company, bitsight: { baseUrl: simulator.url } }),
      );
    }
    await writeFile(
      join(folder, 'lifecycle.config.json'),
      JSON.stringify({ company: 'Lying', bitsight: { baseUrl: simulator.url } }),
    );
    const titles: (string | undefined)[] = [];
    for (const [args, named] of [
      [[], 'Named.json'],
      [['--config', 'Given.json'], 'Named.json'],
      [[], ''],
    ] as const) {
      await review(against(...args), { env: { LIFECYCLE_CONFIG: named } });
      titles.push(/<h1>Bitsight access review: (\w+(?=, ))?/.exec(await out('review.html'))?.[1]);
    }
    expect(titles).toEqual(['Named', 'Given', undefined]);
  });

  test('waits when Bitsight asks to, and says that it does', async () => {
    simulator.core.faults.set([{ kind: 'rate-limit', retryAfter: 1, times: 1 }]);
    const ran = await review(against());
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain('Bitsight asks to wait before the next call; waiting 1 s.');
  });
});

test('npm run export takes the same snapshot, three pages at once, packed if so wanted, and tells its figures', async () => {
  simulator.core.setSwitches({ limitMaximum: 9 });
  const ran = await review(against('--requests', '3', '--gzip', '--no-bom'), {}, resolve('infra/ops/export.ts'));
  simulator.core.setSwitches({ limitMaximum: null });
  expect(ran.stdout).toMatch(
    /^✓ Complete: 83 of 83 .*\n81 people · 2 company API tokens · nothing to compare with\n1 reading, \d+ calls\n/,
  );
  const csv = gunzipSync(await readFile(join(folder, 'export', 'users.csv.gz'))).toString('utf8');
  expect(csv).toMatch(/^guid,/);
  expect(csv.split('\r\n')).toHaveLength(85);
  expect((await readdir(join(folder, 'export'))).sort()).toEqual([
    'changes.json.gz',
    'manifest.json',
    'review.html',
    'users.csv.gz',
    'users.jsonl.gz',
  ]);
});

describe('npm run review fails in one line', () => {
  const failures: [string, string[], How, number, string][] = [
    ['a wrong token', [], { token: 'wrong-token' }, 1, 'Bitsight does not accept this API token'],
    ['no token at all', [], { token: null }, 2, 'No API token was given'],
    ['an unknown option', ['--rooster', 'x'], {}, 2, '--rooster'],
    ['a token as an option, which would stay in the history', ['--token', 'x'], {}, 2, '--token'],
    [
      'an option not behind --',
      ['people.csv'],
      {},
      2,
      'Options go behind --, as in npm run review -- --roster people.csv.',
    ],
    ['an option without its value', ['--roster'], {}, 2, 'argument missing. See --help.'],
    ['a roster that is not there', ['--roster', 'nobody.csv'], {}, 2, 'nobody.csv: there is no such file.'],
    ['a roster that is a folder', ['--roster', '.'], {}, 2, '--roster .: the file cannot be read (EISDIR).'],
    ['a program as folder', ['--out', process.execPath], {}, 2, `--out: ${process.execPath} is a file; name a folder.`],
    ['a file above the folder', ['--out', join(process.execPath, 'x')], {}, 2, 'is a file; name a folder.'],
    ['a configuration that is not there', ['--config', 'none.json'], {}, 2, 'none.json'],
    ['more pages at once than Bitsight advises', ['--requests', '4'], {}, 2, '--requests: a number from 1 to 3.'],
    ['an address in clear', ['--base-url', 'http://bitsight.example.com'], {}, 2, 'https://'],
  ];
  test.each(failures)('with %s', async (_, args, how, code, message) => {
    const ran = await review(against(...args), how);
    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr).toContain(message);
    expect(ran.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(existsSync(join(folder, 'out', 'review.html'))).toBe(false);
    expect(existsSync(join(folder, 'out', '.unfinished'))).toBe(false);
  });

  test.each([[['secret']], [['--token', 'secret']], [['--token=secret']]])(
    'with %j, showing where options go and not what may be a token',
    async (args) => {
      const ran = await review(against(...args));
      expect(ran).toMatchObject({ code: 2, stdout: '' });
      expect(ran.stderr).toContain('Options go behind --, as in npm run review -- ');
      expect(ran.stderr).not.toContain('secret');
    },
  );

  test.each([
    ['in another encoding', Buffer.from('e-mail;name\nole@example.com;Bj\xf8rn', 'latin1'), 'Not a text in UTF-8.'],
    ['with a wrong line', Buffer.from('email\nole\n'), 'Line 2, column 1 (email): no e-mail address.'],
  ])('with a roster %s, naming the file', async (_, bytes, message) => {
    await writeFile(join(folder, 'people.csv'), bytes);
    const ran = await review(against('--roster', 'people.csv'));
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining(`people.csv: ${message} Export it as CSV`) });
  });

  test('with nobody at the address', async () => {
    const gone = await startSimulator({ users: 1 });
    await gone.stop();
    expect(await review(['--base-url', gone.url])).toMatchObject({
      code: 1,
      stderr:
        `BITSIGHT_UNREACHABLE: ${new URL(gone.url).host}, GET /v2/users: no connection was made (ECONNREFUSED). ` +
        'Check DNS, TLS, proxy and the base URL.\n',
    });
  });

  test('and leaves the files of last time as they were, all of them', async () => {
    await review(against());
    const before = await Promise.all(FILES.map(out));
    simulator.core.faults.set([{ kind: 'forbidden', path: 'v2/users', calls: [4] }]);
    const ran = await review(against());
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.stderr).toContain('BITSIGHT_PERMISSION_DENIED: this token may not list users');
    expect(ran.stderr).not.toMatch(/create|delete/);
    expect(await Promise.all(FILES.map(out))).toEqual(before);
  });
});

test('--help says what is read, from where the token comes and what is written', async () => {
  const ran = await review(['--help'], { token: null });
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  for (const part of ['--roster', '--out', '--base-url', '--config', 'LIFECYCLE_CONFIG', 'BITSIGHT_API_TOKEN', 'GET']) {
    expect(ran.stdout).toContain(part);
  }
});
