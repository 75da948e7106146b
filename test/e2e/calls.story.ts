import { expect, test } from '@jest/globals';
import { measure } from '../cost/measure.ts';
import { type Counts, readCounts } from '../cost/counts.ts';

/** Texts hold times and numbers: a figure more or less. */
const about = (bytes: number) => Math.round(bytes / 1000);
const comparable = (counts: Counts) =>
  Object.fromEntries(
    Object.entries(counts).map(([kind, { cpuMs: _differs, logBytes, ledgerBytes, objectBytes = 0, ...exact }]) => [
      kind,
      { ...exact, bytes: [logBytes, ledgerBytes, objectBytes].map(about).join(' ') },
    ]),
  );

test('each kind of event asks AWS and Bitsight for what docs/cost.md says; `npm run cost -- --measure` writes it anew', async () => {
  expect(comparable(await measure())).toEqual(comparable(readCounts()));
}, 240_000);
