import { expect, test } from '@jest/globals';
import { type Count, type Counts, readCounts } from '../cost/counts.ts';
import { measure } from '../cost/measure.ts';

const without = ({ cpuMs: _cpu, logBytes: _log, ledgerBytes: _ledger, objectBytes: _object, ...exact }: Count) => exact;
const exactly = (counts: Counts) =>
  Object.fromEntries(Object.entries(counts).map(([kind, count]) => [kind, without(count)]));
const bytes = ({ logBytes, ledgerBytes, objectBytes = 0 }: Count): number => logBytes + ledgerBytes + objectBytes;

test('each kind of event asks AWS and Bitsight for what docs/cost.md says; `npm run cost -- --measure` writes it anew', async () => {
  const [measured, known] = [await measure(), readCounts()];
  expect(exactly(measured)).toEqual(exactly(known));
  // texts hold times and numbers: a figure more or less
  const off = Object.entries(known).filter(
    ([kind, count]) => Math.abs(bytes(measured[kind] ?? count) - bytes(count)) > 300 + bytes(count) / 50,
  );
  expect(off.map(([kind]) => kind)).toEqual([]);
}, 240_000);
