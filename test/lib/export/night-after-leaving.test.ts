import { expect, test } from '@jest/globals';
import { createBitsightClient } from '../../../lib/bitsight/index.ts';
import { runNight } from '../../../lib/export/night.ts';
import { DAY } from '../../../lib/time.ts';
import { createMemoryArchive, type MemoryObjects } from '../../support/memory/archive.ts';
import { memorySpools } from '../../support/memory/spool.ts';
import { published } from '../../support/nights.ts';
import { armedWorld, eventWith, fetchOf, MARA, type TestWorld } from '../../support/world.ts';

/** One night over the ledger and the Bitsight of a world. */
async function nightOf(world: TestWorld, objects: MemoryObjects, date: string) {
  const { clock, store, config, core, telemetry, ids } = world;
  const product = { name: 'test', version: '0' };
  const client = { baseUrl: 'https://api.bitsighttech.com', clock, random: () => 0.5, readOnly: true, product };
  const bitsight = createBitsightClient({
    ...client,
    apiToken: async () => 'simulator-token',
    fetch: fetchOf(core, {}),
  });
  const kept = {
    store,
    config,
    telemetry,
    clock,
    ids,
    configHash: 'c',
    mailKey: async () => 'k',
    product,
    calls: () => 0,
  };
  const deps = { ...kept, bitsight, archive: createMemoryArchive({ objects }), openSpool: memorySpools().openSpool };
  const invocation = { remainingMs: () => 900_000, wallNow: () => clock.now() };
  await runNight(deps, invocation, clock.now());
  const { manifest, html } = (await published(objects, date)) ?? {};
  return { people: manifest?.counts.people, html: html ?? '' };
}

test('who was removed and came back by single sign-on is found by the night, and removed again by the worker it wakes', async () => {
  const world = await armedWorld();
  const objects: MemoryObjects = new Map();
  await world.tell(eventWith({ kind: 'joiner', attributes: MARA }));
  world.clock.advance(DAY);
  await world.tell(eventWith({ kind: 'leaver', said: world.clock.now(), from: world.clock.now() }));
  expect(world.account(MARA.email)).toBeUndefined();
  world.clock.advance(DAY);
  world.core.create({
    email: MARA.email,
    formal_name: 'Mara',
    status: 'Activated',
    last_login_time: world.clock.now(),
  });
  const first = await nightOf(world, objects, '2026-11-25');
  for (const title of [
    '1 person who has left still has an account',
    '1 account that was removed is there again',
    '1 person signed in after leaving',
  ])
    expect(first.html.includes(title)).toBe(true);
  await world.sweep();
  await world.drain();
  expect(world.account(MARA.email)).toBeUndefined();
  world.clock.advance(DAY);
  const second = await nightOf(world, objects, '2026-11-26');
  expect(second.people).toBe((first.people ?? 0) - 1);
  expect(second.html.includes('Nobody who has left still has access.')).toBe(true);
  expect(second.html.includes('access was taken from 1 leaver: half of them within 1 s')).toBe(true);
});
