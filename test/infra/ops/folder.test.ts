import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openFolder } from '../../../infra/ops/folder.ts';
import { textBytes } from '../../../lib/bytes.ts';

async function publish(path: string, text: string): Promise<void> {
  await using folder = await openFolder(path);
  for (const name of ['users.csv', 'users.jsonl', 'manifest.json']) await folder.put(name, textBytes(text), 'x');
  await folder.publish();
}

test('files appear together, over those of last time', async () => {
  const path = mkdtempSync(join(tmpdir(), 'folder-'));
  await publish(path, 'first');
  await publish(path, 'second');
  expect(readdirSync(path).sort()).toEqual(['manifest.json', 'users.csv', 'users.jsonl']);
  expect(readFileSync(join(path, 'users.csv'), 'utf8')).toBe('second');
});

test('a run that ends while they are moved leaves no manifest: what lies there then is not taken for one snapshot', async () => {
  const path = mkdtempSync(join(tmpdir(), 'folder-'));
  await publish(path, 'first');
  await using folder = await openFolder(path);
  for (const name of ['users.csv', 'gone', 'manifest.json']) await folder.put(name, textBytes('second'), 'x');
  mkdirSync(join(path, 'gone', 'in-the-way'), { recursive: true });
  await expect(folder.publish()).rejects.toThrow();
  expect(readdirSync(path)).not.toContain('manifest.json');
});

test('of two runs at once the second says that there is another: files of two would be taken for one snapshot', async () => {
  const path = mkdtempSync(join(tmpdir(), 'folder-'));
  {
    await using folder = await openFolder(path);
    await folder.put('users.csv', textBytes('first'), 'x');
    await expect(publish(path, 'second')).rejects.toThrow(`--out: another run is at work in ${path}`);
    await folder.publish();
  }
  expect(readFileSync(join(path, 'users.csv'), 'utf8')).toBe('first');
  await publish(path, 'third');
  expect(readdirSync(path).sort()).toEqual(['manifest.json', 'users.csv', 'users.jsonl']);
});
