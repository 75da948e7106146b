import { describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRefusals } from '../../../infra/ops/frame/refusals.ts';
import { command as tail } from '../../../infra/ops/tail.ts';
import { DAY, HOUR } from '../../../lib/time.ts';
import { given, targetOf } from '../../support/target.ts';
import { armedWorld, eventWith, MARA, START } from '../../support/world.ts';

const hire = (overrides = {}) => eventWith({ kind: 'joiner', attributes: MARA, ...overrides });

describe('tail', () => {
  test('has a line for each delivery: what it meant, what came of it', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    await world.tell(eventWith({ kind: 'leaver', said: START - 1, from: START + DAY }));
    await world.tell(hire({ employeeId: 'E2', attributes: { ...MARA, firstName: 'Mira' } }));
    await world.tell(
      hire({
        employeeId: 'E3',
        attributes: { ...MARA, email: 'eva@example.com', firstName: 'Eva', department: 'Law' },
      }),
    );
    const { data } = await tail.run(targetOf(world), given([]));
    expect(data).toMatchObject([
      { answer: 200, source: 'hr', who: 'Mara Lindt', meaning: 'employment active', result: 'created, receipt 1' },
      { who: 'Mara Lindt', meaning: 'employment ended', result: 'waits until 2026-11-24T09:00:00Z' },
      { who: 'Mira Lindt', meaning: 'employment active', result: 'held EMAIL_REUSED' },
      { who: 'Eva Lindt', meaning: 'employment active', result: 'nothing to do, receipt 1' },
    ]);
  });

  test('goes back as far as asked', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    world.clock.advance(2 * HOUR);
    const target = targetOf(world);
    expect((await tail.run(target, given([]))).data).toEqual([]);
    expect((await tail.run(target, given([], { since: '3h' }))).data).toHaveLength(1);
    await expect(tail.run(target, given([], { since: 'yesterday' }))).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
    });
  });

  test('says where to look for what the door refused, unless it can show it', async () => {
    const world = await armedWorld();
    const target = targetOf(world);
    expect((await tail.run(target, given([]))).text).toContain('log of the function webhook');
    const refusals = () => [
      { at: world.clock.now(), status: 401, source: 'hr', code: 'WEBHOOK_UNVERIFIED (signature)' },
    ];
    const { text } = await tail.run({ ...target, refusals }, given([]));
    expect(text).toMatch(/401 +hr .*refused WEBHOOK_UNVERIFIED \(signature\)/);
    expect(text).not.toContain('log of the function');
  });
});

test('refusals are found in the log of the functions: whose they were, where the door could tell', () => {
  const directory = mkdtempSync(join(tmpdir(), 'refusals-'));
  const path = join(directory, 'functions.log');
  const failed = { service: 'webhook', timestamp: '2026-11-23T09:00:00.000Z', level: 'WARN' };
  const lines = [
    { service: 'webhook', source: 'hr', reason: 'signature-wrong', DeliveryRefused: 1 },
    { ...failed, status: 401, code: 'WEBHOOK_UNVERIFIED' },
    { ...failed, status: 400, code: 'REQUEST_UNREADABLE' },
    { ...failed, status: 400, code: 'REQUEST_UNREADABLE', detail: 'hr: fields.role: not in the table.' },
    { ...failed, service: 'onboarding', status: 500, code: 'STORE_UNAVAILABLE' },
    { ...failed, level: 'INFO', message: 'An event was accepted.' },
  ];
  writeFileSync(path, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
  expect(readRefusals(path)).toEqual([
    { at: START, status: 401, source: 'hr', code: 'WEBHOOK_UNVERIFIED (signature-wrong)' },
    { at: START, status: 400, source: '', code: 'REQUEST_UNREADABLE' },
    { at: START, status: 400, source: '', code: 'REQUEST_UNREADABLE (hr: fields.role: not in the table)' },
  ]);
  expect(readRefusals(join(directory, 'none'))).toEqual([]);
  rmSync(directory, { recursive: true });
});
