import { describe, expect, test } from '@jest/globals';
import type { Target } from '../../../infra/ops/frame/target.ts';
import { command as doctor } from '../../../infra/ops/doctor.ts';
import { command as status } from '../../../infra/ops/status.ts';
import { MAIL_HASH_KEY } from '../../../lib/config/schema.ts';
import { runNight } from '../../../lib/export/night.ts';
import { changeGate, pauseUntil } from '../../../lib/lifecycle/gate.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/time.ts';
import { memorySpools } from '../../support/memory/spool.ts';
import { given, targetOf } from '../../support/target.ts';
import { armedWorld, eventWith, MARA, type TestWorld, type WorldOptions } from '../../support/world.ts';

type Row = { what: string; state: string; says: string; mend?: string };

async function healthy(options: WorldOptions = {}): Promise<{ world: TestWorld; target: Target }> {
  const world = await armedWorld({ users: 3, companyTokens: 1, ...options });
  for (const secret of ['hr-webhook', 'contractors-webhook']) world.secretValues.set(secret, { current: 'x' });
  const target = targetOf(world);
  const { clock, ids, store, telemetry, config } = world;
  const { archive, configHash } = target;
  const ours = {
    bitsight: target.bitsight(),
    calls: () => 0,
    mailKey: () => target.secrets.current(MAIL_HASH_KEY),
    openSpool: memorySpools().openSpool,
    product: { name: 'test', version: '1' },
  };
  const invocation = { remainingMs: () => HOUR, wallNow: () => clock.now() };
  await runNight({ ...ours, clock, ids, store, telemetry, config, archive, configHash }, invocation, clock.now());
  return { world, target };
}
async function rowsOf(target: Target): Promise<Record<string, Row>> {
  const { data } = await doctor.run(target, given([]));
  return Object.fromEntries((data as Row[]).map((row) => [row.what, row])); // -- what doctor gives
}

describe('doctor', () => {
  test('finds nothing wrong where all is well, and says what nobody can tell from here', async () => {
    const { target } = await healthy();
    const report = await doctor.run(target, given([]));
    expect(report.attention).toBe(false);
    expect((report.data as Row[]).filter(({ state }) => state !== 'well').map(({ what }) => what)).toEqual([
      'parking group',
    ]); // -- what doctor gives
  });

  const WRONG: [what: string, make: (at: { world: TestWorld; target: Target }) => unknown, says: string][] = [
    ['API token', ({ world }) => world.core.rotate(), 'BITSIGHT_AUTHENTICATION'],
    ['secrets of sources', ({ world }) => world.secretValues.delete('hr-webhook'), 'no secret yet: hr'],
    [
      'age of keys',
      ({ target, world }) => (target.secretStore.changedAt = async () => world.clock.now() - 366 * DAY),
      'older than 365 days: bitsight-api-token',
    ],
    [
      'groups',
      ({ world }) => world.config.policy.rules[0] && (world.config.policy.rules[0].grant.group = 'Gone'),
      'Gone',
    ],
    ['gate', ({ world }) => changeGate(world.store, (gate) => ({ ...gate, stopped: true })), 'stopped: everything'],
    ['lanes', ({ world }) => world.accept(eventWith({ kind: 'joiner', attributes: MARA })), '1 people are due'],
    [
      'dead letters',
      ({ world }) => world.queues.dead.push({ lane: 'urgent', body: '', reason: 'CRASHED' }),
      '1 messages',
    ],
    ['last night', ({ world }) => world.clock.advance(27 * HOUR), 'none since'],
    [
      'alarms',
      ({ target }) =>
        (target.deployment = { alarms: async () => ['Leavers wait.'], configHash: async () => target.configHash }),
      'Leavers wait.',
    ],
    [
      'configuration',
      ({ target }) => (target.deployment = { alarms: async () => [], configHash: async () => 'other' }),
      'another one',
    ],
  ];

  test.each(WRONG)(
    '%s: what is wrong is named, with what to do about it, and the rest is checked all the same',
    async (what, make, says) => {
      const at = await healthy();
      await make(at);
      if (what === 'lanes') await busy(at.world);
      const rows = await rowsOf(at.target);
      expect(rows[what]).toMatchObject({
        state: 'wrong',
        says: expect.stringContaining(says),
        mend: expect.stringMatching(/./),
      });
      expect(Object.keys(rows)).toHaveLength(13);
    },
  );

  test('a token of a person is wrong: it ends with their access', async () => {
    const { target } = await healthy({ companyTokens: 0 });
    expect((await rowsOf(target))['API token']).toMatchObject({ state: 'wrong', mend: 'use a company API token' });
  });

  test('a parking group that is given to everybody is wrong', async () => {
    const { target, world } = await healthy();
    const { default_group: all } = await target.bitsight().groups.list();
    world.config.offboarding = {
      ...world.config.offboarding,
      parkingGroup: all ?? '',
    } as typeof world.config.offboarding; // -- as it was
    expect((await rowsOf(target))['parking group']).toMatchObject({ state: 'wrong' });
  });

  test('what waits for Bitsight, or is only planned, is not wrong', async () => {
    const { target, world } = await healthy();
    await world.arm(false);
    expect((await rowsOf(target))['gate']).toMatchObject({
      state: 'unknown',
      says: 'only planned: joiners, movers, leavers',
    });
    await pauseUntil(world.store, world.clock.now() + MINUTE);
    expect((await rowsOf(target))['gate']).toMatchObject({ state: 'unknown' });
  });
});

/** Recorded, then left: nobody looks at it. */
async function busy(world: TestWorld): Promise<void> {
  await world.arm(true);
  world.core.faults.set([{ kind: 'server-error' }]);
  await world.drain();
  world.clock.advance(HOUR);
}

test('status tells the same in ten lines or so without asking Bitsight, and is loud where something is wrong', async () => {
  const { target, world } = await healthy();
  const calls = world.core.record.calls.length;
  const report = await status.run(target, given([]));
  expect(report.text.split('\n').length).toBeLessThanOrEqual(11);
  expect(report.attention).toBe(false);
  expect(world.core.record.calls).toHaveLength(calls);
  await changeGate(world.store, (gate) => ({ ...gate, stopped: true }));
  expect(await status.run(target, given([]))).toMatchObject({ attention: true, data: { wrong: ['gate'] } });
});

test('doctor asks once for what several looks need, and status goes through the ledger once', async () => {
  const { target, world } = await healthy();
  world.config.offboarding = {
    ...world.config.offboarding,
    parkingGroup: 'Security',
  } as typeof world.config.offboarding; // -- as it was
  const asked: string[] = [];
  const { changedAt } = target.secretStore;
  target.secretStore = { ...target.secretStore, changedAt: (name) => (asked.push(name), changedAt(name)) };
  target.store = { ...target.store, scan: () => (asked.push('scan'), world.store.scan()) };
  const before = world.core.record.calls.length;
  await doctor.run(target, given([]));
  const calls = world.core.record.calls.slice(before).map(({ path }) => path);
  expect(calls.filter((path) => path.includes('access-groups'))).toHaveLength(1);
  expect(asked).toEqual([...new Set(asked)]);
  expect(asked).not.toContain('scan');
  await status.run(target, given([]));
  expect(asked.filter((one) => one === 'scan')).toHaveLength(1);
});
