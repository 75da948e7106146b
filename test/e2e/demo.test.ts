import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import * as z from 'zod';

const SaidSchema = z.object({
  steps: z.array(
    z.object({ answer: z.int(), outcome: z.object({ result: z.string(), what: z.string().optional() }).optional() }),
  ),
  checks: z.array(z.object({ says: z.string(), holds: z.boolean() })),
});

test('npm run demo tells a true story, for people and for machines', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['infra/local/demo.ts', '--json']);
  const { steps, checks } = SaidSchema.parse(JSON.parse(stdout));
  expect(steps.map(({ answer, outcome }) => `${answer} ${outcome?.what ?? outcome?.result ?? 'refused'}`)).toEqual([
    '200 created',
    '200 no-op',
    '200 no-op',
    '200 changed',
    '401 refused',
    '200 removed',
  ]);
  expect(checks.length).toBeGreaterThan(5);
  expect(checks.filter(({ holds }) => !holds)).toEqual([]);
  for (const name of ['review.html', 'users.csv', 'changes.json', 'receipts'])
    expect(existsSync(`.data/demo/${name}`)).toBe(true);
}, 60_000);
