import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runStorm, type StormReport } from '../support/storm/storm.ts';

let data = '';
let report: StormReport;
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'storm-'));
  report = await runStorm({ events: 200, seed: 20_261_122, speed: 120, data });
}, 240_000);
afterAll(() => rmSync(data, { recursive: true, force: true }));

// npm run storm does the same with 2,000 webhooks
test('200 webhooks of 60 people under every fault at once: what must hold held', () => {
  const nothing = Object.keys(report.verdict).map((says) => [says, []]);
  expect(report.verdict).toEqual(Object.fromEntries(nothing));
  expect(nothing).toHaveLength(9);
});

test('it was a storm: much was done, faults struck, and Bitsight was waited for', () => {
  const { webhooks, accepted, results, fired, pauses, searched } = report;
  expect(webhooks).toBe(202); // two were forged
  expect(accepted).toBeGreaterThan(200);
  expect(results['done']).toBeGreaterThan(100);
  expect(results['held']).toBeGreaterThan(5);
  const kinds = Object.values(fired).filter((n) => n > 0);
  expect(kinds.length).toBeGreaterThan(20);
  expect(pauses).toBeGreaterThan(0);
  expect(searched).toBeGreaterThan(2000);
});
