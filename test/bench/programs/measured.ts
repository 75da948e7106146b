import { performance } from 'node:perf_hooks';
import * as z from 'zod';
import { peak } from './peak.ts';

export const RunSchema = z.object({
  /** Wall and processor time of the work alone, milliseconds. */
  ms: z.number(),
  cpu: z.number(),
  /** The most that the process ever held in memory, megabytes. */
  peak: z.number(),
  rows: z.number(),
});
export type Run = z.infer<typeof RunSchema>;

/** Does the work that `rows` counts and tells the parent process what it took. */
export async function tell(work: () => Promise<number>): Promise<void> {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  const rows = await work();
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(before);
  const run: Run = { ms, cpu: (user + system) / 1000, peak: peak(), rows };
  process.send?.(run);
  process.disconnect();
}
