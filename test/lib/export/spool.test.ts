import { tmpdir } from 'node:os';
import { mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { fileSpools } from '../../../lib/export/file-spool.ts';
import { Lines, readSpool, type OpenSpool } from '../../../lib/export/spool.ts';
import { memorySpools } from '../../support/memory/spool.ts';
import { textOf } from '../../support/rows.ts';

const kinds: [string, OpenSpool][] = [
  ['files', fileSpools(tmpdir())],
  ['memory', memorySpools().openSpool],
];

const lineOf = (key: number): string => `${key} ${'ä'.repeat(key % 90)}\n`;
const text = (wanted: number[]): string => wanted.map(lineOf).join('');
const even = (key: number): boolean => key % 2 === 0;

describe.each(kinds)('a spool in %s', (_, openSpool) => {
  test('gives back what was appended, from anywhere, also after it was cleared', async () => {
    await using spool = await openSpool();
    await spool.append(Buffer.from('forget me'));
    await spool.clear();
    await spool.append(Buffer.from('hello '));
    await spool.append(Buffer.from('world'));
    expect(Buffer.from(await spool.read(4, 5)).toString()).toBe('o wor');
    expect(await textOf(readSpool(spool, 11))).toBe('hello world');
  });

  test('lines come in the order asked for, as often as asked for, however many there are', async () => {
    await using spool = await openSpool();
    const lines = new Lines(spool);
    const keys = Array.from({ length: 5000 }, (_, n) => (n * 7919) % 5000);
    for (const key of keys) await lines.append(lineOf(key));
    expect(await textOf(lines.chunks())).toBe(text(keys));
    const sorted = [...keys.keys()].sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));
    for (const _again of [1, 2]) expect(await textOf(lines.chunks(sorted))).toBe(text(keys.toSorted((a, b) => a - b)));
    const backwards = sorted.toReversed().filter((n) => even(keys[n] ?? 0));
    expect(await textOf(lines.chunks(backwards))).toBe(text(keys.filter(even).sort((a, b) => b - a)));
    expect(lines.size).toBe(5000);
  });
});

test('a spool in files has no name, because a killed run must leave nobody in a temporary directory', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'spools-'));
  await using spool = await fileSpools(directory)();
  await spool.append(Buffer.from('mara@example.com'));
  expect(await readdir(directory)).toEqual([]);
  await expect(spool.read(0, 100)).rejects.toThrow(RangeError);
});
