import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listen } from '../../infra/local/listen.ts';
import { CONFIG } from './local-config.ts';

const programOf = (name: string) => fileURLToPath(new URL(`../../infra/local/${name}.ts`, import.meta.url));
let directory = '';
let config = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'start-'));
  config = join(directory, 'lifecycle.config.json');
  const until = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  writeFileSync(config, JSON.stringify({ ...CONFIG, sources: { hr: { ...CONFIG.sources.hr, capture: { until } } } }));
});
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL'); // whatever a failed test has left
  rmSync(directory, { recursive: true });
});

function run(name: string, args: string[]) {
  const child = spawn(process.execPath, [programOf(name), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (said.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (said.stderr += String(chunk)));
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => ({ ...said, code, signal }));
  /** Resolves with all it has said when it has said these words; rejects when it ends before. */
  const heard = (words: string) =>
    new Promise<string>((resolve, reject) => {
      child.stdout.on('data', () => said.stdout.includes(words) && resolve(said.stdout));
      child.once('close', () => reject(new Error(`It ended before it said "${words}": ${said.stderr}`)));
    });
  return { child, ended, heard };
}
const freePorts = ['--port', '0', '--simulator-port', '0'];
const startArgs = (data: string, ...more: string[]) => ['--config', config, '--data', join(directory, data), ...more];

describe('npm start', () => {
  test('says what listens, where the data is and what to try; Ctrl-C ends it with 0 and leaves nothing', async () => {
    const { child, ended, heard } = run('start', startArgs('ctrl-c', ...freePorts, '--users', '7'));
    const said = await heard('Ctrl-C stops it.');
    const data = join(directory, 'ctrl-c');
    const { url, simulator } = JSON.parse(readFileSync(join(data, 'running.json'), 'utf8'));
    for (const part of [
      `${url}/webhooks/<source>`,
      simulator,
      data,
      config.split('/').at(-1),
      'Try\n  npm run -s source -- send hr --event hired',
    ])
      expect(said).toContain(part);

    const sent = run('../source/main', ['send', 'hr', '--event', 'hired', '--data', data]);
    expect((await sent.ended).stdout).toMatch(/^200 \{"events":\["[^"]+"\]\}\n$/);
    const checked = run('../source/main', ['check', 'hr', '--captured', 'last', '--data', data]);
    expect((await checked.ended).stdout).toMatch(/answered with 200\nsignature  right\nmeans      1 event\n/);

    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 0, signal: null, stderr: '' });
    for (const port of [url, simulator]) await expect(fetch(port)).rejects.toThrow();
    const { stderr } = await run('../ops/main', ['status', '--data', data]).ended;
    expect(stderr).toMatch(/^NOT_RUNNING: What ran in .* was stopped\. Is npm start running\?/);
  });

  test('--help says every option and starts nothing', async () => {
    const { stdout, code } = await run('start', ['--help']).ended;
    expect(code).toBe(0);
    const options = ['config', 'port', 'simulator-port', 'data', 'speed', 'plan', 'users', 'seed', 'verbose', 'help'];
    for (const option of options) expect(stdout).toContain(`--${option}`);
  });

  test('a busy port is one clear line', async () => {
    const server = createServer();
    const port = new URL(await listen(server, 0, '--port')).port;
    const busy = [
      run('start', startArgs('busy-1', '--port', port, '--simulator-port', '0')),
      run('start', startArgs('busy-2', '--simulator-port', port, '--port', '0')),
    ];
    const [door, simulator] = await Promise.all(busy.map(({ ended }) => ended));
    server.close();
    expect(door).toMatchObject({
      code: 1,
      stderr: `ARGUMENT_INVALID: Port ${port} is in use; --port 0 takes a free one. See --help.\n`,
    });
    expect(simulator).toMatchObject({
      code: 1,
      stderr: `ARGUMENT_INVALID: Port ${port} is in use; --simulator-port 0 takes a free one. See --help.\n`,
    });
  });

  test.each<[string, () => string[], string]>([
    ['a missing configuration', () => ['--config', join(directory, 'none.json')], 'none.json: no such file'],
    ['a wrong configuration', () => ['--config', wrongConfig()], 'offboarding.mode'],
    ['an option that does not exist', () => ['--prot', '0'], "Unknown option '--prot'"],
    ['a port that is none', () => ['--port', 'http'], '--port is not a number'],
    ['a speed below the wall clock', () => ['--speed', '0.5'], '--speed is below 1'],
    [
      'a data directory that is a file',
      () => ['--data', config, ...freePorts, '--config', config],
      'cannot be written',
    ],
  ])('%s is one clear line', async (_, args, words) => {
    const { code, stderr, stdout } = await run('start', args()).ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(words);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

function wrongConfig(): string {
  const path = join(directory, 'wrong.config.json');
  writeFileSync(path, JSON.stringify({ ...CONFIG, offboarding: { mode: 'deactivate' } }));
  return path;
}

test('a delivery for nobody is one clear line', async () => {
  const { code, stderr } = await run('../source/main', [
    'send',
    'hr',
    '--event',
    'hired',
    '--data',
    join(directory, 'nowhere'),
  ]).ended;
  expect(code).toBe(1); // not 2: nothing is wrong with what was typed
  expect(stderr).toContain('Is npm start running?');
});
