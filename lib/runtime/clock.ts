import { AppError } from '../errors.ts';
import type { Clock } from '../lifecycle/ports.ts';

/**
 * Domain time. At speed 1 it is the wall clock; at speed n it left the wall at `base` (epoch milliseconds) and runs n
 * times as fast, so that all processes with the same two settings agree without talking.
 *
 * @throws AppError ENVIRONMENT_INVALID when it should run faster and has no base.
 */
export function clockAt(speed: number, base?: number, wall: () => number = Date.now): Clock {
  if (speed !== 1 && base === undefined) {
    throw new AppError('ENVIRONMENT_INVALID', 'CLOCK_SPEED above 1 needs CLOCK_BASE.');
  }
  const start = base ?? 0;
  return {
    now: () => (speed === 1 ? wall() : Math.floor(start + (wall() - start) * speed)),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms / speed)),
  };
}
