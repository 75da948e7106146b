import { describe, expect, test } from '@jest/globals';
import { waitUntilIdle } from '../../infra/local/idle.ts';
import type { Item, Key } from '../../lib/lifecycle/ledger.ts';
import { createMemoryStore } from '../support/memory/store.ts';

const person = {
  pk: 'P#1',
  sk: 'P',
  schema: 1,
  pid: '1',
  facts: {},
  factsV: 1,
  open: [],
  emails: [],
  seq: 0,
  outbox: [],
  lane: 'normal',
};
const open = (from: number) => ({ event: 'e', received: 'r', source: 'hr', kind: 'joiner', said: 1, from, at: 1 });
const outcome = { id: 'o', result: 'done', code: 'RULE', source: 'hr', event: 'e', received: 'r', at: 1 };
const op = { seq: 1, kind: 'create', token: 't', factsV: 1, request: {}, why: 'w', startedAt: 1, until: 2, attempt: 1 };

async function look(options: { item?: Item; waiting?: number; busy?: boolean }): Promise<string> {
  const store = createMemoryStore();
  if (options.item !== undefined) await store.put(options.item, 'absent');
  const deps = {
    store,
    aws: { waiting: () => options.waiting ?? 0 },
    clock: { now: () => 100 },
    busy: () => options.busy ?? false,
  };
  return waitUntilIdle(deps, { timeoutMs: -1 }).then(
    () => 'idle',
    (error: Error) => error.message.replace(/^Not idle after -?[\d.]+ seconds: (.*)\.$/, '$1'),
  );
}

describe('idle', () => {
  test.each([
    ['nothing was ever sent', {}, 'idle'],
    ['a request has no answer yet', { busy: true }, 'a request at the front door'],
    ['a lane has messages', { waiting: 3 }, '3 messages in the urgent lane'],
    ['an event has no outcome', { item: { ...person, open: [open(100)] } }, 'person 1'],
    ['an outcome is not published', { item: { ...person, outbox: [outcome] } }, 'person 1'],
    ['somebody is at work on a person', { item: { ...person, op } }, 'person 1'],
    ['the time of an event has not come', { item: { ...person, open: [open(101)] } }, 'idle'],
    ['all is done', { item: person }, 'idle'],
    ['there is an item of another kind', { item: { pk: 'G', sk: 'G', schema: 1 } }, 'idle'],
  ])('%s', async (_, state, expected) => {
    expect(await look(state)).toBe(expected);
  });

  test('whoever was at work is asked alone until they are done: a large ledger is not read again and again', async () => {
    const store = createMemoryStore();
    const v = await store.put({ ...person, open: [open(100)] }, 'absent');
    const asked: string[] = [];
    const deps = {
      store: {
        async get(key: Key) {
          asked.push('one');
          if (asked.length === 4) await store.put(person, v ?? 'absent');
          return store.get(key);
        },
        scan() {
          asked.push('all');
          return store.scan();
        },
      },
      aws: { waiting: () => 0 },
      clock: { now: () => 100 },
      busy: () => false,
    };
    await waitUntilIdle(deps);
    expect(asked).toEqual(['all', 'one', 'one', 'one', 'all']);
  });
});
