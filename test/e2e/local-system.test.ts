import { afterEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { StartOptions, System } from '../../infra/local/system.ts';
import { DAY, dateIn } from '../../lib/time.ts';
import { startSystem } from '../support/canaries.ts';
import { emailOf, hired, localConfig, terminated } from './local-config.ts';

const systems: System[] = [];
const directories: string[] = [];
async function systemWith(options: Partial<StartOptions> = {}): Promise<System> {
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'local-system-'));
  directories.push(data);
  const system = await startSystem({ config: localConfig(), data, users: 5, ...options });
  systems.push(system);
  return system;
}
afterEach(async () => {
  await Promise.all(systems.splice(0).map((system) => system.stop()));
  for (const path of directories.splice(0)) rmSync(path, { recursive: true, force: true });
});

const results = (system: System) => system.outcomes().map(({ result, what }) => what ?? result);
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((next) => setTimeout(next, 20));
}

describe('the whole system on this machine', () => {
  test('a hire gets an account, once however often it is delivered, and a leaver loses it', async () => {
    const system = await systemWith();
    const now = system.clock.now();
    const first = await system.send('hr', hired(1, now), { id: 'one' });
    expect(first.status).toBe(200);
    await system.idle();
    expect(system.simulator.core.usersWith(emailOf(1))).toHaveLength(1);
    await system.send('hr', hired(1, now), { id: 'one' });
    await system.idle();
    expect(results(system)).toEqual(['created', 'no-op']);
    await system.send('hr', terminated(1, now + 1));
    await system.idle();
    expect(results(system)).toEqual(['created', 'no-op', 'removed']);
    expect(system.simulator.core.usersWith(emailOf(1))).toEqual([]);
    expect(system.simulator.core.record.createdPerEmail().get(emailOf(1))).toBe(1);
  });

  test('what is not signed by the source is refused and does nothing', async () => {
    const system = await systemWith();
    const answer = await fetch(`${system.url}/webhooks/hr`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(hired(1, system.clock.now())),
    });
    expect(answer.status).toBe(401);
    await system.idle();
    expect(system.simulator.core.record.calls).toEqual([]);
  });

  test('--plan records what would be done and changes nothing', async () => {
    const system = await systemWith({ plan: true });
    await system.send('hr', hired(1, system.clock.now()));
    await system.idle();
    expect(system.outcomes()).toMatchObject([{ result: 'held' }]);
    expect(system.simulator.core.record.effects).toEqual([]);
  });

  test('an effective date comes as fast as --speed says', async () => {
    const system = await systemWith({ speed: 86_400 });
    const tomorrow = dateIn(system.clock.now() + DAY, 'UTC');
    await system.send('hr', hired(1, system.clock.now(), { startDate: tomorrow }));
    await until(() => system.outcomes().length > 0);
    expect(results(system)).toEqual(['created']);
    expect(dateIn(system.outcomes()[0]?.at ?? 0, 'UTC') >= tomorrow).toBe(true);
  });

  test('the night publishes the accounts, with changes, review and manifest', async () => {
    const system = await systemWith();
    await system.send('hr', hired(1, system.clock.now()));
    await system.idle();
    await system.night();
    const keys = await system.archive.list('');
    for (const name of ['users.csv', 'users.jsonl', 'changes.json', 'review.html', 'manifest.json'])
      expect(keys.filter((key) => key.endsWith(`/${name}`))).toHaveLength(1);
    const csv = keys.find((key) => key.endsWith('/users.csv')) ?? '';
    expect(await text(Readable.from((await system.archive.get(csv)) ?? []))).toContain(emailOf(1));
  });

  test('everything is found again at the next start: people, accounts, outcomes and secrets', async () => {
    const before = await systemWith();
    await before.send('hr', hired(1, before.clock.now()));
    await before.idle();
    const secrets = readFileSync(join(before.data, 'secrets.json'), 'utf8');
    await before.stop();
    const after = await systemWith({ data: before.data });
    expect(results(after)).toEqual(['created']);
    expect(readFileSync(join(after.data, 'secrets.json'), 'utf8')).toBe(secrets);
    await after.send('hr', terminated(1, after.clock.now()));
    await after.idle();
    expect(results(after)).toEqual(['created', 'removed']);
  });

  test('a start that fails leaves nothing behind: the same directory can be started at once', async () => {
    const data = mkdtempSync(join(tmpdir(), 'local-system-'));
    const other = await systemWith();
    const port = Number(new URL(other.url).port);
    await expect(systemWith({ data, port })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    await expect(systemWith({ data, simulatorPort: port })).rejects.toMatchObject({
      message: `Port ${port} is in use; --simulator-port 0 takes a free one.`,
    });
    expect((await systemWith({ data })).url).toMatch(/^http:/);
  });
});
