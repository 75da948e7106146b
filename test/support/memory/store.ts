import type { Item, Key, Stored } from '../../../lib/lifecycle/ledger.ts';
import type { Store } from '../../../lib/lifecycle/ports.ts';
import { call, type Hooks } from './hooks.ts';

/** An item as text: nothing that a caller does to what it gave or got reaches the table. */
interface Row extends Key {
  v: number;
  lane: string | undefined;
  wakeAt: number | undefined;
  text: string;
  /** As it was handed in: for who watches the writes and changes nothing. */
  written: Stored;
}
/** pk → sk → row. Hand the same one to several stores to let several workers, each with its own hooks, share a ledger. */
export type MemoryTable = Map<string, Map<string, Row>>;

export function createMemoryStore({ table = new Map(), ...hooks }: { table?: MemoryTable } & Hooks = {}): Store {
  return {
    get: (key) => call(hooks, 'store', 'get', () => read(table.get(key.pk)?.get(key.sk)), key.pk),
    put: (item, version) => call(hooks, 'store', 'put', () => put(table, item, version, hooks.wrote), item.pk),
    query: (pk, options) => call(hooks, 'store', 'query', () => query(table, pk, options)),
    due: (lane, now, limit) => call(hooks, 'store', 'due', () => due(table, lane, now, limit)),
    async *scan() {
      await call(hooks, 'store', 'scan', () => undefined);
      for (const row of [...table.values()].flatMap((rows) => [...rows.values()])) yield parse(row);
    },
  };
}

function put(table: MemoryTable, item: Item, version: number | 'absent', wrote: Hooks['wrote']): number | undefined {
  const { pk, sk, lane, wakeAt } = item;
  const rows = table.get(pk) ?? new Map<string, Row>();
  if ((rows.get(sk)?.v ?? 'absent') !== version) return undefined;
  const v = version === 'absent' ? 1 : version + 1;
  const written = { ...item, v, nonce: `${pk}/${sk}/${v}` };
  const before = rows.get(sk)?.written;
  rows.set(sk, { pk, sk, v, lane, wakeAt, text: JSON.stringify(written), written });
  table.set(pk, rows);
  wrote?.({ before, after: written, condition: version === 'absent' ? 'ABSENT' : 'CAS' });
  return v;
}

function query(table: MemoryTable, pk: string, options: Parameters<Store['query']>[1] = {}): Stored[] {
  const { prefix = '', limit = Infinity, descending = false } = options;
  const rows = [...(table.get(pk)?.values() ?? [])]
    .filter(({ sk }) => sk.startsWith(prefix))
    .sort((a, b) => (a.sk < b.sk ? -1 : 1));
  return (descending ? rows.toReversed() : rows).slice(0, limit).map(parse);
}

function due(table: MemoryTable, lane: string, now: number, limit: number): Key[] {
  const found: { key: Key; wakeAt: number }[] = [];
  for (const rows of table.values())
    for (const { pk, sk, wakeAt, lane: its } of rows.values())
      if (its === lane && wakeAt !== undefined && wakeAt <= now) found.push({ key: { pk, sk }, wakeAt });
  return found
    .sort((a, b) => a.wakeAt - b.wakeAt)
    .slice(0, limit)
    .map(({ key }) => key);
}

const read = (row: Row | undefined): Stored | undefined => (row === undefined ? undefined : parse(row));

function parse({ text }: Row): Stored {
  const item: Stored = JSON.parse(text);
  return item;
}
