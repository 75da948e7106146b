import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import * as z from 'zod';
import { PageSchema } from './ask.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function run(...args: string[]) {
  const child = spawn(process.execPath, ['infra/local/bitsight-simulator/main.ts', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

/** Where it listens and its token, from what it prints. */
async function start(...args: string[]) {
  const child = run('--port', '0', ...args);
  let url = '';
  for await (const line of createInterface(child.stdout)) {
    url = / at (http:\S+)/.exec(line)?.[1] ?? url;
    const token = /curl -u (\w+):/.exec(line)?.[1];
    if (token !== undefined)
      return { child, url, headers: { authorization: `Basic ${Buffer.from(`${token}:`).toString('base64')}` } };
  }
  throw new Error('it did not start');
}

async function end(child: ChildProcess): Promise<unknown> {
  const [code, signal]: unknown[] = await once(child, 'exit');
  return code ?? signal;
}

test('it survives kill -9: each write that was answered is there again, with its call', async () => {
  const data = mkdtempSync(join(tmpdir(), 'simulator-'));
  const first = await start('--data', data, '--users', '20');
  for (let i = 0; i < 10; i += 1) {
    const body = JSON.stringify({ email: `p${i}@example.com`, formal_name: `Person ${i}` });
    expect((await fetch(`${first.url}/v2/users`, { method: 'POST', headers: first.headers, body })).status).toBe(201);
  }
  first.child.kill('SIGKILL');
  expect(await end(first.child)).toBe('SIGKILL');
  const { url, child, headers } = await start('--data', data);
  expect(PageSchema.parse(await (await fetch(`${url}/v2/users`, { headers })).json()).count).toBe(30);
  const CallsSchema = z.object({
    calls: z.array(z.object({ method: z.string(), end: z.object({ status: z.int() }) })),
  });
  const { calls } = CallsSchema.parse(await (await fetch(`${url}/__simulator/calls`)).json());
  expect(calls.map((call) => `${call.method} ${call.end.status}`)).toEqual([
    ...Array.from({ length: 10 }, () => 'POST 201'),
    'GET 200',
  ]);
  child.kill('SIGINT');
  expect(await end(child)).toBe(0);
  rmSync(data, { recursive: true });
});

const lines = async (...args: string[]) => text(run(...args).stderr);

test('a busy port and a wrong option are one line each', async () => {
  const busy = createServer().listen(0, '127.0.0.1');
  await once(busy, 'listening');
  const address = busy.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  expect(await lines('--port', String(port))).toMatch(new RegExp(`^ARGUMENT_INVALID: Port ${port} is in use[^\n]*\n$`));
  expect(await lines('--users', 'many')).toBe('ARGUMENT_INVALID: --users: not a number. See --help.\n');
  expect(await lines('--prot', '1')).toMatch(/^Unknown option '--prot'[^\n]*\n$/);
  busy.close();
});

test('help names every option', async () => {
  const help = await text(run('--help').stdout);
  for (const name of ['port', 'users', 'seed', 'data', 'speed', 'company-tokens', 'help'])
    expect(help).toContain(`--${name}`);
});
