import { randomUUID } from 'node:crypto';
import type { Clock } from '../../lib/lifecycle/ports.ts';
import { DAY, dateIn, MINUTE, parseInstant, toIso } from '../../lib/time.ts';
import { REGION } from './aws.ts';

export interface Scheduler {
  stop(): void;
}

export type ScheduledRun = (event: ScheduledEvent) => Promise<unknown>;
/** What EventBridge Scheduler sends: `time` is the instant for which the run was due, here in domain time. */
export interface ScheduledEvent {
  version: '0';
  id: string;
  'detail-type': 'Scheduled Event';
  source: 'aws.scheduler';
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: '{}';
}

export interface ScheduleOptions {
  /** Domain time. */
  clock: Pick<Clock, 'now'>;
  night: { at: string; timeZone: string };
  sweep: ScheduledRun;
  export: ScheduledRun;
}

/** At the highest speed the sweeper still leaves the machine some air. */
const LEAST_WALL_MS = 200;

/**
 * Runs the sweeper each minute of domain time and the night at its hour. A run that is still at work when the next one
 * is due is not doubled; a night that fell into a time when nothing ran is not made up for.
 */
export function startScheduler(options: ScheduleOptions & { speed: number }): Scheduler {
  const tick = createSchedule(options);
  const timer = setInterval(tick, Math.max(LEAST_WALL_MS, MINUTE / options.speed));
  return { stop: () => clearInterval(timer) };
}

/** One tick of the schedule: the sweeper, and the night when its hour has come since the last tick. */
export function createSchedule({ clock, night, ...runs }: ScheduleOptions): () => void {
  const sweep = oneAtATime(runs.sweep);
  const exportNight = oneAtATime(runs.export);
  let nextNight = nextInstant(clock.now(), night);
  return () => {
    const now = clock.now();
    sweep(now);
    if (now < nextNight) return;
    exportNight(nextNight);
    nextNight = nextInstant(now, night);
  };
}

/** The first instant after `now` at which it is `at` (HH:MM) in the zone. */
export function nextInstant(now: number, { at, timeZone }: { at: string; timeZone: string }): number {
  for (let day = now - DAY; ; day += DAY) {
    const instant = parseInstant(`${dateIn(day, timeZone)}T${at}`, timeZone);
    if (instant !== undefined && instant > now) return instant;
  }
}

/** A failed run has been logged by the function host; the next one comes by itself. */
function oneAtATime(run: ScheduledRun): (time: number) => void {
  let running = false;
  return (time) => {
    if (running) return;
    running = true;
    run(scheduledEvent(time))
      .catch(() => undefined)
      .finally(() => (running = false));
  };
}

export function scheduledEvent(time: number): ScheduledEvent {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: '000000000000',
    time: toIso(time),
    region: REGION,
    resources: [],
    detail: '{}',
  };
}
