import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arm } from '../../infra/local/arm.ts';
import { claimDataDirectory, type DataDirectory } from '../../infra/local/data-directory.ts';
import { atSpeed, openDomainClock } from '../../infra/local/domain-clock.ts';
import { openFunctionLog } from '../../infra/local/function-log.ts';
import { openOutcomeFile } from '../../infra/local/outcome-file.ts';
import { createStops } from '../../infra/local/stops.ts';
import { OUTCOME_DETAIL_TYPE } from '../../lib/aws/outcomes.ts';
import { changeGate, readGate } from '../../lib/lifecycle/gate.ts';
import type { Outcome } from '../../lib/lifecycle/outcome.ts';
import { clockAt } from '../../lib/runtime/clock.ts';
import { createMemoryStore } from '../support/memory/store.ts';

let data: DataDirectory;
beforeEach(() => {
  data = claimDataDirectory(mkdtempSync(join(tmpdir(), 'pieces-')));
});
afterEach(() => {
  data.release();
  rmSync(data.path, { recursive: true });
});

describe('domain time of a data directory', () => {
  test('is the same after a restart', () => {
    const first = openDomainClock(data, 60, 1_000_000);
    const second = openDomainClock(data, 60, 2_000_000);
    expect(second).toMatchObject({ speed: 60, base: first.base });
  });

  test('never goes back and never leaps when the speed changes', () => {
    const speeds = fc.array(fc.tuple(fc.integer({ min: 2, max: 5000 }), fc.integer({ min: 0, max: 1e6 })), {
      maxLength: 10,
    });
    fc.assert(
      fc.property(speeds, (changes) => {
        let wall = 1.8e12;
        let settings = { speed: 1, base: wall };
        for (const [speed, passed] of changes) {
          wall += passed;
          const before = clockAt(settings.speed, settings.base, () => wall).now();
          settings = atSpeed(settings, speed, wall);
          const after = clockAt(settings.speed, settings.base, () => wall).now();
          expect(after - before).toBeGreaterThanOrEqual(0);
          expect(after - before).toBeLessThan(speed);
        }
      }),
      { seed: 7 },
    );
  });

  test('refuses to go back to the wall when it is ahead of it', () => {
    expect(() => atSpeed({ speed: 60, base: 1000 }, 1, 2000)).toThrow('its time would go back');
    expect(atSpeed({ speed: 1, base: 1000 }, 1, 2000)).toEqual({ speed: 1, base: 1000 });
  });
});

describe('the gate at the start', () => {
  const ALL = { joiners: true, movers: true, leavers: true };
  const NONE = { joiners: false, movers: false, leavers: false };

  test('is armed for everything where nobody set it', async () => {
    const store = createMemoryStore();
    await arm(store, true);
    expect(await readGate(store)).toMatchObject({ stopped: false, armed: ALL });
  });

  test('stays as a person set it', async () => {
    const store = createMemoryStore();
    await changeGate(store, (gate) => ({ ...gate, stopped: true, armed: { ...NONE, joiners: true } }));
    await arm(store, true);
    expect(await readGate(store)).toMatchObject({ stopped: true, armed: { ...NONE, joiners: true } });
  });

  test('--plan disarms what an earlier start armed', async () => {
    const store = createMemoryStore();
    await arm(store, true);
    await arm(store, false);
    expect(await readGate(store)).toMatchObject({ armed: NONE });
  });
});

const outcome = (id: string): Outcome => ({
  id,
  result: 'done',
  code: 'RULE',
  source: 'hr',
  event: `hr:${id}:0`,
  received: id,
  at: 5,
});
const entry = (id: string, DetailType = OUTCOME_DETAIL_TYPE) => ({
  Source: 'x',
  DetailType,
  Detail: JSON.stringify(outcome(id)),
});

describe('the file of outcomes', () => {
  test('keeps what the bus carries and reads each outcome once, since it is published at least once', () => {
    const path = data.at('outcomes.jsonl');
    expect(openOutcomeFile(path).read()).toEqual([]);
    openOutcomeFile(path).take([entry('a'), entry('b')]);
    openOutcomeFile(path).take([entry('a'), entry('other', 'of another kind'), entry('c')]);
    expect(openOutcomeFile(path).read()).toEqual([outcome('a'), outcome('b'), outcome('c')]);
  });
});

test('what functions log is one JSON object a line, whatever they write', async () => {
  const path = data.at('functions.log');
  const seen: string[] = [];
  const log = openFunctionLog(path, (line) => seen.push(line));
  log.line('webhook', '{"level":"INFO"}');
  log.line('webhook', 'plain text');
  log.line('webhook', '7');
  await log.close();
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { level: 'INFO' },
    { function: 'webhook', message: 'plain text' },
    { function: 'webhook', message: '7' },
  ]);
  expect(seen).toEqual(lines);
});

describe('stopping', () => {
  test('ends what was begun last first, each once, and goes on after a failure', async () => {
    const ended: string[] = [];
    const stops = createStops();
    stops.add(() => ended.push('first'));
    stops.add(() => Promise.reject(new Error('stuck')));
    stops.add(() => ended.push('last'));
    await expect(stops.run()).rejects.toThrow('stuck');
    expect(ended).toEqual(['last', 'first']);
  });

  test('asked twice it is done once, and both wait for it', async () => {
    const ended: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const stops = createStops();
    stops.add(async () => {
      await promise;
      ended.push('slow');
    });
    const both = Promise.all([stops.run(), stops.run().then(() => ended.push('second'))]);
    await new Promise((next) => setImmediate(next));
    resolve();
    await both;
    expect(ended).toEqual(['slow', 'second']);
  });
});
