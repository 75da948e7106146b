import { expect, test } from '@jest/globals';
import { directReader } from '../../../lib/export/pause.ts';
import { readGate } from '../../../lib/lifecycle/gate.ts';
import { MINUTE } from '../../../lib/time.ts';
import { createMemoryStore } from '../../support/memory/store.ts';
import { START, virtualClock } from '../../support/world.ts';

/** Two runs over one ledger, each of which may wait for so long. */
function two(patience = 60 * MINUTE) {
  const [store, clock] = [createMemoryStore(), virtualClock()];
  const run = (random: number) => directReader({ store, clock, random: () => random }, { remainingMs: () => patience });
  return { store, clock, night: run(0.1), command: run(0.2) };
}

test('one run at once calls Bitsight beside the workers; the next has the permit when the first gives it back', async () => {
  const { store, clock, night, command } = two();
  await night.waitOut();
  await night.giveBack();
  await command.waitOut();
  expect(clock.now()).toBe(START);
  expect(await readGate(store)).toMatchObject({ armed: { leavers: false }, reader: { until: START + 2 * MINUTE } });
});

test('a run that was killed keeps nobody waiting for longer than its lease', async () => {
  const { clock, night, command } = two();
  await night.waitOut();
  await command.waitOut();
  expect(clock.now()).toBe(START + 2 * MINUTE);
});

test('a run that goes on keeps the permit, and writes it anew only now and then', async () => {
  const { store, clock, night, command } = two();
  for (let call = 0; call < 30; call++) {
    await night.waitOut();
    clock.advance(10_000);
  }
  expect(clock.now()).toBe(START + 5 * MINUTE);
  expect((await readGate(store)).v).toBe(5);
  await command.waitOut();
  expect(clock.now()).toBeGreaterThan(START + 5 * MINUTE);
});

test('of two that ask in the same moment one waits', async () => {
  const { clock, night, command } = two();
  await Promise.all([night.waitOut(), command.waitOut()]);
  expect(clock.now()).toBe(START + 2 * MINUTE);
});

test('a run without the time to wait is told that another one reads, and takes nothing from it', async () => {
  const { store, night, command } = two(2 * MINUTE);
  await night.waitOut();
  const before = await readGate(store);
  await expect(command.waitOut()).rejects.toMatchObject({ code: 'READER_BUSY' });
  await command.giveBack();
  expect(await readGate(store)).toEqual(before);
});
