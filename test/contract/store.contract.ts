import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Item } from '../../lib/lifecycle/ledger.ts';
import type { Store } from '../../lib/lifecycle/ports.ts';

export interface StoreMaker {
  /** A store over a new, empty table. */
  newStore(): Promise<Store>;
  close(): Promise<void>;
}

const item = (pk: string, sk = 'P', more: object = {}): Item => ({ pk, sk, schema: 1, ...more });
const waiting = (pk: string, lane: string, wakeAt: number): Item => item(pk, 'P', { lane, wakeAt });
const skOf = ({ sk }: { sk: string }): string => sk;
const pkOf = ({ pk }: { pk: string }): string => pk;

/** What every ledger store keeps to, wherever its items lie. */
export function storeContract(name: string, open: () => Promise<StoreMaker>): void {
  describe(`store ${name}`, () => {
    let maker: StoreMaker;
    let store: Store;
    beforeAll(async () => void (maker = await open()));
    beforeEach(async () => void (store = await maker.newStore()));
    afterAll(() => maker.close());

    test('an item that was never put is undefined, not an error', async () => {
      expect(await store.get({ pk: 'P#1', sk: 'P' })).toBeUndefined();
    });

    test('gives back what was put, to the last value, with a version and a nonce', async () => {
      const deep = { zero: 0, empty: '', none: null, no: false, list: [], map: {}, nested: [{ a: [1.5, 'x', null] }] };
      const written = item('P#1', 'P', {
        instant: 1_795_000_000_123,
        far: 8_640_000_000_000_000,
        deep,
        text: 'Ümlaut 🙂',
      });
      expect(await store.put(written, 'absent')).toBe(1);
      const { nonce, ...read } = (await store.get(written)) ?? { nonce: 0 };
      expect(read).toStrictEqual({ ...written, v: 1 });
      expect(nonce).toEqual(expect.any(String));
    });

    test('an undefined attribute is not written, at any depth, so that a reader sees it as absent', async () => {
      await store.put(item('P#1', 'P', { wakeAt: undefined, deep: { gone: undefined, kept: 1 } }), 'absent');
      const read = await store.get({ pk: 'P#1', sk: 'P' });
      expect(Object.keys(read ?? {}).sort()).toEqual(['deep', 'nonce', 'pk', 'schema', 'sk', 'v']);
      expect(read?.['deep']).toStrictEqual({ kept: 1 });
    });

    test('what a caller does to an item it gave or got does not reach the ledger', async () => {
      const emails = ['a@example.com'];
      await store.put(item('P#1', 'P', { emails }), 'absent');
      emails.push('b@example.com');
      const read = await store.get({ pk: 'P#1', sk: 'P' });
      if (Array.isArray(read?.['emails'])) read['emails'].push('c@example.com');
      expect((await store.get({ pk: 'P#1', sk: 'P' }))?.['emails']).toEqual(['a@example.com']);
    });

    test('an absent put over an existing item writes nothing', async () => {
      await store.put(item('P#1', 'P', { by: 'first' }), 'absent');
      expect(await store.put(item('P#1', 'P', { by: 'second' }), 'absent')).toBeUndefined();
      expect(await store.get({ pk: 'P#1', sk: 'P' })).toMatchObject({ v: 1, by: 'first' });
    });

    test('a put for the version that was read replaces the whole item', async () => {
      await store.put(item('P#1', 'P', { old: true }), 'absent');
      expect(await store.put(item('P#1', 'P', { fresh: true }), 1)).toBe(2);
      const read = await store.get({ pk: 'P#1', sk: 'P' });
      expect(read).toMatchObject({ v: 2, fresh: true });
      expect(read).not.toHaveProperty('old');
    });

    test.each([0, 1, 3])('a put for version %d writes nothing when version 2 stands there', async (read) => {
      await store.put(item('P#1'), 'absent');
      await store.put(item('P#1', 'P', { by: 'rival' }), 1);
      expect(await store.put(item('P#1', 'P', { by: 'me' }), read)).toBeUndefined();
      expect(await store.get({ pk: 'P#1', sk: 'P' })).toMatchObject({ v: 2, by: 'rival' });
    });

    test('a put for a version of an item that does not exist writes nothing', async () => {
      expect(await store.put(item('P#1'), 1)).toBeUndefined();
      expect(await store.get({ pk: 'P#1', sk: 'P' })).toBeUndefined();
    });

    test.each([['absent'], [1]] as const)('of many that race for %s exactly one wins, and it stands', async (read) => {
      if (read === 1) await store.put(item('P#1'), 'absent');
      const racers = Array.from({ length: 8 }, (_, by) => store.put(item('P#1', 'P', { by }), read));
      const versions = await Promise.all(racers);
      const winners = versions.flatMap((v, by) => (v === undefined ? [] : [by]));
      expect(winners).toHaveLength(1);
      expect(await store.get({ pk: 'P#1', sk: 'P' })).toMatchObject({ by: winners[0], v: read === 1 ? 2 : 1 });
    });

    test('query gives one partition in order of sk, narrowed, limited and from the end', async () => {
      for (const sk of ['R#00000010', 'P', 'R#00000002', 'L#2026-01-01#x', 'R#00000001', 'X'])
        await store.put(item('P#1', sk), 'absent');
      await store.put(item('P#10', 'P'), 'absent');
      const skOfQuery = async (options?: Parameters<Store['query']>[1]) =>
        (await store.query('P#1', options)).map(skOf);
      expect(await skOfQuery()).toEqual(['L#2026-01-01#x', 'P', 'R#00000001', 'R#00000002', 'R#00000010', 'X']);
      expect(await skOfQuery({ prefix: 'R#' })).toEqual(['R#00000001', 'R#00000002', 'R#00000010']);
      expect(await skOfQuery({ prefix: 'R#', limit: 1, descending: true })).toEqual(['R#00000010']);
      expect(await skOfQuery({ limit: 0 })).toEqual([]);
      expect(await store.query('P#2')).toEqual([]);
    });

    test('query and scan give everything, however many pages it takes', async () => {
      const filling = 'x'.repeat(150_000);
      const sks = Array.from({ length: 15 }, (_, n) => `M#${String(n).padStart(8, '0')}`);
      await Promise.all(sks.map((sk) => store.put(item('B#1', sk, { filling }), 'absent')));
      expect((await store.query('B#1')).map(skOf)).toEqual(sks);
      expect((await store.query('B#1', { limit: 12, descending: true })).map(skOf)).toEqual(
        sks.toReversed().slice(0, 12),
      );
      expect((await Array.fromAsync(store.scan())).map(skOf).sort()).toEqual(sks);
    });

    test('scan gives whole items of every partition', async () => {
      await store.put(item('P#1', 'P', { a: 1 }), 'absent');
      await store.put(item('G', 'G', { b: 2 }), 'absent');
      const found = await Array.fromAsync(store.scan());
      expect(found.sort((x, y) => (x.pk < y.pk ? -1 : 1))).toMatchObject([
        { pk: 'G', b: 2, v: 1 },
        { pk: 'P#1', a: 1, v: 1 },
      ]);
    });

    test('due gives the keys of one lane whose time has come, earliest first, at most so many', async () => {
      for (const [pk, lane, wakeAt] of [
        ['P#late', 'normal', 3000],
        ['P#first', 'normal', 1000],
        ['P#second', 'normal', 2000],
        ['P#other', 'urgent', 500],
        ['B#1', 'held', 500],
      ] as const)
        await store.put(waiting(pk, lane, wakeAt), 'absent');
      expect(await store.due('normal', 2000, 10)).toEqual([
        { pk: 'P#first', sk: 'P' },
        { pk: 'P#second', sk: 'P' },
      ]);
      expect((await store.due('normal', 9000, 2)).map(pkOf)).toEqual(['P#first', 'P#second']);
      expect((await store.due('held', 9000, 10)).map(pkOf)).toEqual(['B#1']);
      expect(await store.due('urgent', 499, 10)).toEqual([]);
      expect(await store.due('urgent', 9000, 0)).toEqual([]);
    });

    test('only what waits is due: an item leaves the index with its wakeAt, though it keeps its lane', async () => {
      await store.put(waiting('P#1', 'normal', 1000), 'absent');
      await store.put(item('P#2', 'P', { lane: 'normal' }), 'absent');
      await store.put(item('P#3', 'P', { lane: 'normal', wakeAt: undefined }), 'absent');
      expect((await store.due('normal', 9000, 10)).map(pkOf)).toEqual(['P#1']);
      await store.put(item('P#1', 'P', { lane: 'normal' }), 1);
      expect(await store.due('normal', 9000, 10)).toEqual([]);
      expect(await store.get({ pk: 'P#1', sk: 'P' })).toMatchObject({ lane: 'normal' });
    });
  });
}
