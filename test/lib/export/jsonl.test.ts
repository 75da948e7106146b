import { expect, test } from '@jest/globals';
import { inGuidOrder, jsonLine, readRows } from '../../../lib/export/jsonl.ts';
import { chunked, rowWith, stream } from '../../support/rows.ts';

test('rows come back as they were, wherever the bytes are cut', async () => {
  const rows = [rowWith({ formal_name: 'Zoë 😀\nÄ' }), rowWith({ guid: 'b', email: null })];
  const text = rows.map(jsonLine).join('');
  for (const size of [1, 2, 5, 1000]) expect(await Array.fromAsync(readRows(chunked(text, size)))).toEqual(rows);
});

test.each([
  ['no JSON', 'no json'],
  ['another shape', '{"guid":"x"}'],
  ['a line cut off', jsonLine(rowWith()).slice(0, 40)],
])('%s is an error that names the line and quotes nothing of it', async (_, bad) => {
  const reading = Array.fromAsync(readRows(chunked(`${jsonLine(rowWith())}${bad}`)));
  await expect(reading).rejects.toMatchObject({ code: 'SNAPSHOT_UNREADABLE' });
  await expect(reading).rejects.toThrow(/line 2/);
  await expect(reading).rejects.not.toThrow(/mara|"guid"/);
});

test('rows out of order, or twice, are refused, because the comparison would be wrong without a sign', async () => {
  const [a, b] = [rowWith({ guid: 'a' }), rowWith({ guid: 'b' })];
  expect(await Array.fromAsync(inGuidOrder(stream([a, b])))).toEqual([a, b]);
  await expect(Array.fromAsync(inGuidOrder(stream([b, a])))).rejects.toMatchObject({ code: 'SNAPSHOT_UNREADABLE' });
  await expect(Array.fromAsync(inGuidOrder(stream([a, a])))).rejects.toMatchObject({ code: 'SNAPSHOT_UNREADABLE' });
});
