import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startSimulator, type Simulator } from '../../../infra/local/bitsight-simulator/server.ts';
import { connectForNight } from '../../../lib/export/connect.ts';
import { pauseUntil, readGate } from '../../../lib/lifecycle/gate.ts';
import { ConfigSchema } from '../../../lib/config/schema.ts';
import { keptTelemetry } from '../../support/lambda.ts';
import { createMemorySecrets } from '../../support/memory/secrets.ts';
import { createMemoryStore } from '../../support/memory/store.ts';
import { SCHEDULED } from '../../support/nights.ts';

const TOKEN = 'canary-token-of-a-test';
let simulator: Simulator;
let now: number;
let slept: number[];
const clock = { now: () => now, sleep: async (ms: number) => void (slept.push(ms), (now += ms)) };
beforeEach(async () => {
  now = SCHEDULED;
  slept = [];
  simulator = await startSimulator({ users: 3, companyTokens: 1, token: TOKEN, clock });
});
afterEach(() => simulator.stop());

function connected(remainingMs = 900_000) {
  const store = createMemoryStore();
  const telemetry = keptTelemetry();
  const config = ConfigSchema.parse({ company: 'Example Corp', bitsight: { baseUrl: simulator.url } });
  const values = new Map([[config.bitsight.tokenSecret, { current: TOKEN }]]);
  const secrets = createMemorySecrets({ values, clock });
  const product = { name: 'test', version: '1' };
  const deps = { config, store, secrets, clock, telemetry, fetch: globalThis.fetch, random: () => 0.5, product };
  const end = now + remainingMs;
  const invocation = { remainingMs: () => end - now, wallNow: () => now };
  return { store, telemetry, ...connectForNight(deps)(invocation) };
}

describe('the client of a night', () => {
  test('reads only, so that nothing it does can change a tenant', async () => {
    const { bitsight } = connected();
    await expect(bitsight.users.remove(simulator.core.users()[0]?.guid ?? '')).rejects.toMatchObject({
      code: 'BITSIGHT_READ_ONLY',
    });
    expect(simulator.core.record.calls).toEqual([]);
  });

  test('tells all workers of a pause that Bitsight asks for, and waits it out', async () => {
    simulator.core.faults.set([{ kind: 'rate-limit', retryAfter: 120, holds: true, times: 1 }]);
    const { bitsight, store, calls } = connected();
    expect(await bitsight.users.page()).toMatchObject({ count: 3 });
    expect((await readGate(store)).pausedUntil).toBe(SCHEDULED + 120_000);
    expect(slept).toEqual([120_000]);
    expect(calls()).toBe(2);
  });

  test('fault 09: an absurd wait is cut to an hour, and counted', async () => {
    simulator.core.faults.set([{ kind: 'rate-limit', retryAfter: 864_000, times: 1 }]);
    const { bitsight, telemetry } = connected(3 * 3_600_000);
    await bitsight.users.page();
    expect(slept).toEqual([3_600_000]);
    expect(telemetry.counts).toContainEqual(expect.objectContaining({ metric: 'RetryAfterClamped', value: 1 }));
  });

  test('starts no call while another worker was told to wait', async () => {
    const { bitsight, store } = connected();
    await pauseUntil(store, now + 60_000);
    await bitsight.users.page();
    expect(slept).toEqual([60_000]);
    expect(simulator.core.record.calls.map(({ at }) => at)).toEqual([SCHEDULED + 60_000]);
  });

  test('gives up at once when the pause is longer than the run', async () => {
    const { bitsight, store } = connected(300_000);
    await pauseUntil(store, now + 290_000);
    await expect(bitsight.users.page()).rejects.toMatchObject({ code: 'PAUSED', retryAfterMs: 290_000 });
    expect([slept, simulator.core.record.calls]).toEqual([[], []]);
  });

  test('gives back the permit to call beside the workers, so that the next run need not wait', async () => {
    const { bitsight, store, giveBack } = connected();
    await bitsight.users.page();
    expect((await readGate(store)).reader?.until).toBeGreaterThan(now);
    await giveBack();
    expect((await readGate(store)).reader).toBeUndefined();
  });

  test('leaves the token out of everything that is logged', async () => {
    simulator.core.faults.set([{ kind: 'forbidden' }]);
    const { bitsight, telemetry } = connected();
    await expect(bitsight.users.page()).rejects.toMatchObject({ code: 'BITSIGHT_PERMISSION_DENIED' });
    expect(telemetry.logs.length).toBeGreaterThan(0);
    expect(JSON.stringify([telemetry.logs, telemetry.counts])).not.toContain(TOKEN);
  });
});
