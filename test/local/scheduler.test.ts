import { describe, expect, test } from '@jest/globals';
import { createSchedule, nextInstant, type ScheduledEvent } from '../../infra/local/scheduler.ts';

const at = (iso: string): number => Date.parse(iso);
const night = { at: '04:30', timeZone: 'Europe/Berlin' };

describe('the next night', () => {
  test.each([
    ['later the same day', '2026-11-22T01:00:00Z', '2026-11-22T03:30:00.000Z'],
    ['at the very instant: the next day', '2026-11-22T03:30:00Z', '2026-11-23T03:30:00.000Z'],
    ['after it: the next day', '2026-11-22T03:30:01Z', '2026-11-23T03:30:00.000Z'],
    ['the zone is a day ahead', '2026-11-22T23:30:00Z', '2026-11-23T03:30:00.000Z'],
    ['summer time begins that night', '2026-03-28T12:00:00Z', '2026-03-29T02:30:00.000Z'],
  ])('%s', (_, now, expected) => {
    expect(new Date(nextInstant(at(now), night)).toISOString()).toBe(expected);
  });
});

function scheduleFrom(start: string) {
  let now = at(start);
  const runs: { what: string; event: ScheduledEvent; end: () => void }[] = [];
  const run = (what: string) => (event: ScheduledEvent) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    runs.push({ what, event, end: resolve });
    return promise;
  };
  const tick = createSchedule({ clock: { now: () => now }, night, sweep: run('sweep'), export: run('night') });
  return {
    runs,
    tickAt(iso: string) {
      now = at(iso);
      tick();
    },
    async endAll() {
      for (const { end } of runs) end();
      await new Promise((settled) => setImmediate(settled));
    },
    whats: () => runs.map(({ what }) => what),
  };
}

describe('the schedule', () => {
  test('runs the sweeper at each tick, and not twice at once', async () => {
    const schedule = scheduleFrom('2026-11-22T12:00:00Z');
    schedule.tickAt('2026-11-22T12:01:00Z');
    schedule.tickAt('2026-11-22T12:02:00Z');
    expect(schedule.whats()).toEqual(['sweep']);
    await schedule.endAll();
    schedule.tickAt('2026-11-22T12:03:00Z');
    expect(schedule.whats()).toEqual(['sweep', 'sweep']);
  });

  test('runs the night once, for the instant at which it was due, however late the tick comes', async () => {
    const schedule = scheduleFrom('2026-11-22T03:00:00Z');
    schedule.tickAt('2026-11-22T03:29:59Z');
    expect(schedule.whats()).not.toContain('night');
    schedule.tickAt('2026-11-22T09:00:00Z');
    schedule.tickAt('2026-11-22T09:01:00Z');
    const nights = schedule.runs.filter(({ what }) => what === 'night');
    expect(nights.map(({ event }) => event.time)).toEqual(['2026-11-22T03:30:00.000Z']);
  });

  test('a run that fails does not keep the next one from running', async () => {
    let runs = 0;
    const tick = createSchedule({
      clock: { now: () => at('2026-11-22T12:00:00Z') },
      night,
      sweep: () => Promise.reject(new Error(`run ${(runs += 1)}`)),
      export: () => Promise.resolve(),
    });
    tick();
    await new Promise((settled) => setImmediate(settled));
    tick();
    expect(runs).toBe(2);
  });
});
