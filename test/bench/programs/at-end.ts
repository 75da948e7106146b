import { writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { peak } from './peak.ts';

/** Loaded before a command: writes what its process took when it ends. */
process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const run = { ms: performance.now(), cpu: (userCPUTime + systemCPUTime) / 1000, peak: peak() };
  writeFileSync(process.env['BENCH_RUN'] ?? '', JSON.stringify(run));
});
