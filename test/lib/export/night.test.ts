import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startSimulator, type Simulator } from '../../../infra/local/bitsight-simulator/server.ts';
import { runNight, type NightResult } from '../../../lib/export/night.ts';
import { keys } from '../../../lib/lifecycle/ledger.ts';
import { knownPeople } from '../../../lib/lifecycle/population.ts';
import { createMemoryStore } from '../../support/memory/store.ts';
import { bedroom, CONFIG, nightAt, published, SCHEDULED } from '../../support/nights.ts';
import { applied } from '../../support/rows.ts';

let simulator: Simulator;
let room: ReturnType<typeof bedroom>;
beforeAll(async () => {
  simulator = await startSimulator({ users: 12, companyTokens: 2, token: 'token-of-a-test' });
});
afterAll(() => simulator.stop());
beforeEach(() => {
  simulator.core.reset({ users: 12, companyTokens: 2, seed: 3 });
  simulator.core.faults.set([]);
  simulator.core.setSwitches({ limitMaximum: null });
  room = bedroom(simulator);
});

describe('a night', () => {
  test('is published with all accounts, and says so', async () => {
    const result = await runNight(room.run(), room.invocation, SCHEDULED);
    expect(result).toMatchObject({ outcome: 'published', date: '2026-05-04', runId: 'run-1', people: 12, tokens: 2 });
    const night = await published(room.objects, '2026-05-04');
    expect(night?.rows.map(({ guid }) => guid)).toEqual(simulator.core.users().map(({ guid }) => guid));
    expect(night?.manifest).toMatchObject({
      counts: { people: 12, tokens: 2 },
      previous: null,
      changes: { baseline: true, implausible: false, joined: 14, left: 0, changed: 0 },
      configHash: 'hash-of-config',
      readings: 1,
    });
    expect(night?.manifest.calls).toBeGreaterThanOrEqual(3);
    expect(night?.manifest.files.map(({ name }) => name).sort()).toEqual([
      'changes.json',
      'review.html',
      'users.csv',
      'users.jsonl',
    ]);
    expect(night?.html).toContain('Complete: 14 of 14 accounts read');
    expect(room.telemetry.counts).toContainEqual({ metric: 'NightPublished', value: 1, dimensions: {} });
  });

  test('tells the ledger how many people there are: shares of the fuse are shares of these', async () => {
    await runNight(room.run(), room.invocation, nightAt(0));
    expect(await knownPeople(room.run().store)).toBe(12);
    simulator.core.create({ email: 'new@example.com', formal_name: 'New Person', friendly_name: 'New' });
    await runNight(room.run(), room.invocation, nightAt(1));
    expect(await knownPeople(room.run().store)).toBe(13);
  });

  test('fault 62: a night is compared with the last complete one, whose date and hash it states, also when days are missing', async () => {
    await runNight(room.run(), room.invocation, nightAt(0));
    const first = await published(room.objects, '2026-05-04');
    const [gone, raised] = simulator.core.users().filter((user) => !user.is_company_api_token);
    simulator.core.edit(gone?.guid ?? '', null);
    simulator.core.edit(raised?.guid ?? '', { roles: ['customer_admin'] });
    simulator.core.create({ email: 'new@example.com', formal_name: 'New Person', friendly_name: 'New' });
    await runNight(room.run(), room.invocation, nightAt(3));
    const second = await published(room.objects, '2026-05-07');
    const before = { date: '2026-05-04', runId: 'run-1', startedAt: first?.manifest.startedAt };
    expect(second?.manifest.previous).toEqual({ ...before, manifestSha256: first?.sha256 });
    expect(second?.manifest.changes).toMatchObject({ baseline: false, joined: 1, left: 1, changed: 1 });
    expect(second?.changesFile).toMatchObject({
      baseline: false,
      implausible: false,
      previous: { date: '2026-05-04' },
    });
    expect(applied(first?.rows ?? [], second?.changes ?? [])).toEqual(second?.rows);
  });

  test('fault 62: a night whose predecessor was tampered with is compared with the one before that, and says so', async () => {
    for (const day of [0, 1]) await runNight(room.run(), room.invocation, nightAt(day));
    const key = 'nights/dt=2026-05-05/run-2/users.jsonl';
    room.objects.set(key, { body: Buffer.from('{}\n'), contentType: 'x' });
    await runNight(room.run(), room.invocation, nightAt(2));
    expect((await published(room.objects, '2026-05-06'))?.manifest.previous).toMatchObject({ date: '2026-05-04' });
    expect(room.telemetry.counts).toContainEqual({ metric: 'NightDamaged', value: 1, dimensions: {} });
  });

  test('that is made up for later is compared with an earlier one only, never with a later', async () => {
    for (const day of [1, 0]) await runNight(room.run(), room.invocation, nightAt(day));
    expect((await published(room.objects, '2026-05-04'))?.manifest.previous).toBeNull();
  });

  test('fault 62: a night of another schema is no yardstick: the next one is a baseline', async () => {
    await runNight(room.run(), room.invocation, nightAt(0));
    const key = 'nights/dt=2026-05-04/manifest.json';
    const text = Buffer.from(room.objects.get(key)?.body ?? '')
      .toString()
      .replace('"schemaVersion": 1', '"schemaVersion": 0');
    room.objects.set(key, { body: Buffer.from(text), contentType: 'application/json' });
    await runNight(room.run(), room.invocation, nightAt(1));
    expect((await published(room.objects, '2026-05-05'))?.manifest).toMatchObject({
      previous: null,
      changes: { baseline: true },
    });
  });

  test('fault 62: a night in which more are gone than is plausible is kept, marked and an alarm', async () => {
    await runNight(room.run(), room.invocation, nightAt(0));
    for (const { guid } of simulator.core.users().slice(0, 5)) simulator.core.edit(guid, null);
    await runNight(room.run(), room.invocation, nightAt(1));
    const night = await published(room.objects, '2026-05-05');
    expect(night?.manifest.changes).toMatchObject({ implausible: true, left: 5 });
    expect(night?.changesFile).toMatchObject({ implausible: true });
    expect(night?.html).toContain('5 of 14 accounts are gone since 2026-05-04');
    expect(room.telemetry.counts).toContainEqual({ metric: 'NightImplausible', value: 1, dimensions: {} });
  });

  test('in which just as many are gone as may be believed is a fact', async () => {
    await runNight(room.run(), room.invocation, nightAt(0));
    for (const { guid } of simulator.core.users().slice(0, 7)) simulator.core.edit(guid, null);
    const config = { ...CONFIG, night: { ...CONFIG.night, implausibleShare: 0.5 } };
    await runNight(room.run({}, config), room.invocation, nightAt(1));
    expect((await published(room.objects, '2026-05-05'))?.manifest.changes).toMatchObject({
      implausible: false,
      left: 7,
    });
  });

  test('is dated by its schedule in the zone of the configuration, however late it runs', async () => {
    const lateInBerlin = Date.UTC(2026, 4, 3, 22, 30);
    expect(await runNight(room.run(), room.invocation, lateInBerlin)).toMatchObject({ date: '2026-05-04' });
  });

  test('fault 60: a night cannot be published short: a population that never rests is an error, and no night', async () => {
    simulator.core.faults.set([{ kind: 'churn', remove: 1 }]);
    simulator.core.setSwitches({ limitMaximum: 4 });
    const running = runNight(room.run(), room.invocation, SCHEDULED);
    await expect(running).rejects.toMatchObject({ code: 'BITSIGHT_LIST_INCOMPLETE' });
    expect([...room.objects.keys()]).toEqual([]);
  });

  test('without the groups goes by their name, and says so', async () => {
    simulator.core.faults.set([{ kind: 'forbidden', path: 'access-groups' }]);
    await runNight(room.run(), room.invocation, SCHEDULED);
    expect((await published(room.objects, '2026-05-04'))?.html).toContain('as the groups could not be read');
  });
});

describe('two runs', () => {
  test('after one another: the second says that the night is published, and changes nothing', async () => {
    await runNight(room.run(), room.invocation, SCHEDULED);
    const before = new Map(room.objects);
    const again = await runNight(room.run(), room.invocation, SCHEDULED);
    expect(again).toMatchObject({ outcome: 'already', runId: 'run-1', people: 12 });
    expect(new Map(room.objects)).toEqual(before);
  });

  test('fault 61: of two runs at once one publishes, the other says which', async () => {
    const results = await Promise.all([1, 2].map(() => runNight(room.run(), room.invocation, SCHEDULED)));
    const outcomes = results.map(({ outcome }) => outcome).sort();
    expect(outcomes).toEqual(['busy', 'published']);
    expect(new Set(results.map(({ runId }) => runId)).size).toBe(1);
  });

  test('when the first is in the middle: the second leaves it alone', async () => {
    let second: NightResult | undefined;
    const first = room.run({
      before: async (port, operation) => {
        if (port === 'archive' && operation === 'put')
          second ??= await runNight(room.run(), room.invocation, SCHEDULED);
      },
    });
    expect(await runNight(first, room.invocation, SCHEDULED)).toMatchObject({ outcome: 'published', runId: 'run-1' });
    expect(second).toEqual({ outcome: 'busy', date: '2026-05-04', runId: 'run-1' });
  });

  test('when another took the night over, by a clock that is ahead: the first publishes nothing', async () => {
    const ahead = { ...room.invocation, wallNow: () => SCHEDULED + 3_600_000 };
    let taken = false;
    const first = room.run({
      before: async (port, operation) => {
        if (port !== 'archive' || operation !== 'put' || taken) return;
        taken = true;
        await runNight(room.run(), ahead, SCHEDULED);
      },
    });
    await expect(runNight(first, room.invocation, SCHEDULED)).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
    expect((await published(room.objects, '2026-05-04'))?.manifest.runId).toBe('run-2');
  });

  test('when the first failed alive: the second need not wait for its lease', async () => {
    simulator.core.faults.set([{ kind: 'forbidden', path: 'v2/users' }]);
    await expect(runNight(room.run(), room.invocation, SCHEDULED)).rejects.toMatchObject({
      code: 'BITSIGHT_PERMISSION_DENIED',
    });
    simulator.core.faults.set([]);
    expect(await runNight(room.run(), room.invocation, SCHEDULED)).toMatchObject({
      outcome: 'published',
      runId: 'run-2',
    });
  });

  test('fault 61: a run that lost its lease on the way publishes nothing', async () => {
    const slow = room.run({
      before: (port, operation) => {
        if (port === 'archive' && operation === 'put') room.advance(3_600_000);
      },
    });
    await expect(runNight(slow, room.invocation, SCHEDULED)).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
    expect(await published(room.objects, '2026-05-04')).toBeUndefined();
  });
});

/** Runs until call number `n` of any port and dies there: that call never settles. Whether the run got so far. */
async function killedAt(n: number, side: 'before' | 'after', at: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let calls = 0;
  const hook = (): Promise<void> | undefined => {
    calls += 1;
    if (calls !== n) return undefined;
    resolve(true);
    return new Promise(() => {});
  };
  const run = runNight(room.run(side === 'before' ? { before: hook } : { after: hook }), room.invocation, at);
  return Promise.race([promise, run.then(() => false)]);
}

describe('killed', () => {
  test.each(['before', 'after'] as const)(
    'fault 61: killed %s each call of each port, and run again: at every moment the night is absent or complete, in the end complete',
    async (side) => {
      await runNight(room.run(), room.invocation, nightAt(0));
      const first = await published(room.objects, '2026-05-04');
      let n = 1;
      for (; ; n += 1) {
        const date = new Date(nightAt(n)).toISOString().slice(0, 10);
        const before = await published(room.objects, new Date(nightAt(n - 1)).toISOString().slice(0, 10));
        const died = await killedAt(n, side, nightAt(n));
        const found = await published(room.objects, date); // throws when there is half a night
        if (!died) break;
        room.advance(1_000_000);
        const result = await runNight(room.run(), room.invocation, nightAt(n));
        expect(result.outcome).toBe(found === undefined ? 'published' : 'already');
        const night = await published(room.objects, date);
        expect(night?.rows).toEqual(first?.rows);
        expect(night?.manifest.previous?.manifestSha256).toBe(before?.sha256);
        if (found) expect(night?.sha256).toBe(found.sha256);
        const said = await createMemoryStore({ table: room.table }).get(keys.night(date));
        expect(said).toMatchObject({ stage: 'published', manifest: night?.sha256 });
      }
      expect(n).toBeGreaterThan(side === 'before' ? 14 : 10);
    },
  );
});
