import * as z from 'zod';
import { AppError } from '../../lib/errors.ts';
import type { Clock } from '../../lib/lifecycle/ports.ts';
import { clockAt } from '../../lib/runtime/clock.ts';
import type { DataDirectory } from './data-directory.ts';

const FILE = 'clock.json';
const SettingsSchema = z.object({ speed: z.number().min(1), base: z.int().positive() });
export type ClockSettings = z.infer<typeof SettingsSchema>;

/**
 * Domain time of a data directory: what was stored by it must not see it go back. Kept in the directory, so that every
 * restart agrees with what came before, also at another speed.
 */
export function openDomainClock(
  data: DataDirectory,
  speed: number,
  wall = Date.now(),
): ClockSettings & { clock: Clock } {
  const before = data.read(FILE);
  const settings = before === undefined ? { speed, base: wall } : atSpeed(SettingsSchema.parse(before), speed, wall);
  data.write(FILE, JSON.stringify(settings));
  return { ...settings, clock: clockAt(settings.speed, settings.base) };
}

/** The same domain time now, another speed from now on. */
export function atSpeed(before: ClockSettings, speed: number, wall: number): ClockSettings {
  if (speed === before.speed) return before;
  const now = before.speed === 1 ? wall : before.base + (wall - before.base) * before.speed;
  if (now === wall) return { speed, base: wall };
  // domain = base + (wall - base) × speed has one base for each pair of domain and wall, but none at speed 1
  const base = speed === 1 ? 0 : Math.floor((wall * speed - now) / (speed - 1));
  if (base > 0) return { speed, base };
  throw new AppError(
    'ARGUMENT_INVALID',
    `This data was written at --speed ${before.speed}, and at ${speed} its time would go back; keep the speed or take another --data.`,
  );
}
