import { expect, test } from '@jest/globals';
import { createMemoryLanes, emptyQueues } from './lanes.ts';
import { createMemoryStore, type MemoryTable } from './store.ts';

const ITEM = { pk: 'P#1', sk: 'P', schema: 1 };
const fault = () => {
  throw new Error('fault');
};

test('a fault before a call leaves no effect, a fault after it is an answer lost', async () => {
  const table: MemoryTable = new Map();
  await expect(createMemoryStore({ table, before: fault }).put(ITEM, 'absent')).rejects.toThrow('fault');
  expect(await createMemoryStore({ table }).get(ITEM)).toBeUndefined();
  await expect(createMemoryStore({ table, after: fault }).put(ITEM, 'absent')).rejects.toThrow('fault');
  expect(await createMemoryStore({ table }).get(ITEM)).toMatchObject({ v: 1 });
});

test('a crash is a call that never settles: no finally of the dead worker runs, another works on over the same table', async () => {
  const table: MemoryTable = new Map();
  let cleanedUp = false;
  const dead = createMemoryStore({ table, before: () => new Promise<void>(() => undefined) });
  void dead.put(ITEM, 'absent').finally(() => (cleanedUp = true));
  expect(await createMemoryStore({ table }).put(ITEM, 'absent')).toBe(1);
  expect(cleanedUp).toBe(false);
});

test('the hooks see which call of which port it is', async () => {
  const seen: string[] = [];
  const before = (port: string, operation: string) => void seen.push(`${port}.${operation}`);
  const store = createMemoryStore({ before });
  await store.put(ITEM, 'absent');
  await Array.fromAsync(store.scan());
  await createMemoryLanes({ queues: emptyQueues(), before }).send('urgent', []);
  expect(seen).toEqual(['store.put', 'store.scan', 'lanes.send']);
});
