import { existsSync, readFileSync } from 'node:fs';

/**
 * The most that this process held, megabytes. On Linux the system's own figure (`maxRSS`) begins with what the process
 * held that started this one, here the simulator with all its accounts; that of the memory map does not.
 */
export function peak(): number {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
  return Number(kilobytes ?? process.resourceUsage().maxRSS) / 1000;
}
