import { afterEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { createFunctionHost, type FunctionHost } from '../../infra/local/function-host.ts';

const hosts: FunctionHost[] = [];
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.stop()));
});

const SeenSchema = z.looseObject({
  invocations: z.number(),
  requestId: z.string(),
  remainingMs: z.number(),
  environment: z.record(z.string(), z.string()),
});

function hostWith(options: { timeoutMs?: number; concurrency?: number } = {}) {
  const { promise: firstLine, resolve } = Promise.withResolvers<string>();
  const host = createFunctionHost(
    {
      name: 'counting',
      entry: new URL('functions/counting.ts', import.meta.url),
      timeoutMs: 20_000,
      concurrency: 1,
      environment: { GIVEN: 'yes' },
      ...options,
    },
    (name, line) => resolve(`${name} ${line}`),
  );
  hosts.push(host);
  const ask = async (what: string, ms?: number) => SeenSchema.parse(await host.invoke({ do: what, ms }));
  return { host, ask, firstLine };
}

describe('a function on this machine', () => {
  test('sees its event, a Lambda context and its own environment only', async () => {
    const { ask } = hostWith();
    const seen = await ask('answer');
    expect(seen.environment).toEqual({ GIVEN: 'yes' });
    expect(seen.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(seen.remainingMs).toBeGreaterThan(0);
    expect(seen.remainingMs).toBeLessThanOrEqual(20_000);
    expect(seen).not.toHaveProperty('nothing');
  });

  test('stays warm: the second invocation finds what the first left in memory', async () => {
    const { ask } = hostWith();
    expect((await ask('answer')).invocations).toBe(1);
    expect((await ask('answer')).invocations).toBe(2);
  });

  test('an error of the handler fails the invocation and leaves the thread warm', async () => {
    const { ask } = hostWith();
    await expect(ask('throw')).rejects.toMatchObject({ how: 'threw', message: 'counting threw TypeError: as asked' });
    expect((await ask('answer')).invocations).toBe(2);
  });

  test('is really killed at its timeout, even when it never yields, and starts anew', async () => {
    const { ask } = hostWith({ timeoutMs: 1000 });
    await expect(ask('hang')).rejects.toMatchObject({
      how: 'timed out',
      message: 'counting timed out after 1 seconds',
    });
    expect((await ask('answer')).invocations).toBe(1);
  });

  test('what was killed does nothing more', async () => {
    const { host, ask } = hostWith({ timeoutMs: 1000 });
    const directory = mkdtempSync(join(tmpdir(), 'killed-'));
    const path = join(directory, 'dots');
    await expect(host.invoke({ do: 'write', path })).rejects.toMatchObject({ how: 'timed out' });
    const { size } = statSync(path);
    await ask('answer'); // it would have gone on meanwhile
    expect(statSync(path).size).toBe(size);
    rmSync(directory, { recursive: true });
  });

  test('a thread that dies fails its invocation only', async () => {
    const { ask } = hostWith();
    await expect(ask('exit')).rejects.toMatchObject({ how: 'died' });
    expect((await ask('answer')).invocations).toBe(1);
  });

  test('takes one invocation a thread and no more threads than allowed, since Lambda does so', async () => {
    const { host, ask } = hostWith({ concurrency: 2 });
    const all = Promise.all(['wait', 'wait', 'wait', 'wait', 'wait'].map((what) => ask(what, 20)));
    expect(host.pending).toBe(5);
    const counts = (await all).map((seen) => seen.invocations);
    expect(host.pending).toBe(0);
    // two threads shared five invocations: each invocation saw a number of its own thread only
    expect(counts.filter((count) => count === 1)).toHaveLength(2);
    expect(counts).toHaveLength(5);
  });

  test('stopping kills what runs and starts nothing that waits', async () => {
    const { host, ask } = hostWith();
    const running = ask('hang');
    const waiting = ask('answer');
    await host.stop();
    await expect(running).rejects.toMatchObject({ how: 'died' });
    await expect(waiting).rejects.toMatchObject({ message: 'counting was stopped' });
  });

  test('hands on what the function writes, line by line', async () => {
    const { ask, firstLine } = hostWith();
    await ask('answer');
    expect(await firstLine).toBe('counting {"message":"asked","do":"answer"}');
  });
});
