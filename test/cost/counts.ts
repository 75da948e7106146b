import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** What one event of a kind, one sweep or one night asks for, once its functions are warm. */
const CountSchema = z.strictObject({
  /** By function. */
  invocations: z.record(z.string(), z.int()),
  /** Calls, by `<service>.<operation>`. */
  aws: z.record(z.string(), z.int()),
  /** Request units of DynamoDB. */
  units: z.strictObject({ read: z.number(), write: z.number() }),
  /** Calls to Bitsight. */
  bitsight: z.int(),
  logBytes: z.int(),
  /** Custom metrics that it counts in, with the values of their dimensions. */
  metrics: z.string(),
  /** What the ledger grew by. */
  ledgerBytes: z.int(),
  objectBytes: z.int().optional(),
  /** Processor time of all functions on the machine that measured, milliseconds; the one figure that differs from run to run. */
  cpuMs: z.int(),
});
export type Count = z.infer<typeof CountSchema>;
export const CountsSchema = z.record(z.string(), CountSchema);
export type Counts = z.infer<typeof CountsSchema>;

export const COUNTS_FILE = 'test/cost/counts.json';

/** As `npm run cost -- --measure` wrote them; test/e2e/calls.story.ts measures them again. */
export function readCounts(): Counts {
  return CountsSchema.parse(JSON.parse(readFileSync(COUNTS_FILE, 'utf8')));
}
