import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { System } from '../../infra/local/system.ts';
import { parseConfig } from '../../lib/config/index.ts';
import { PersonSchema, type Person } from '../../lib/lifecycle/ledger.ts';
import { startSystem } from '../support/canaries.ts';
import { startBamboohr } from '../support/hr/bamboohr.ts';
import { fixture, vectorOf } from '../support/vectors.ts';
import { CONFIG } from './local-config.ts';

/** What BambooHR really sent once, with the signature and the key that were published with it (test/fixtures/README.md). */
const CAPTURE = vectorOf('bamboohr');

let data = '';
let system: System;
let hr: Awaited<ReturnType<typeof startBamboohr>>;
beforeEach(async () => {
  hr = await startBamboohr('key-of-the-api', { 67890: EMPLOYEE });
  data = mkdtempSync(join(tmpdir(), 'real-capture-'));
  const secrets = { 'bamboohr-webhook': CAPTURE.secret, 'bamboohr-api': 'key-of-the-api' };
  writeFileSync(join(data, 'secrets.json'), JSON.stringify(secrets));
  // the capture is of 2022: its time is signed, but no longer a reason to refuse it
  const fetch = { secret: 'bamboohr-api', baseUrl: hr.url };
  const bamboohr = { kind: 'bamboohr', secret: 'bamboohr-webhook', toleranceSeconds: null } as const;
  const asked = { kind: 'bamboohr', secret: 'event-based-webhook', fetch } as const;
  system = await startSystem({
    config: parseConfig({ ...CONFIG, sources: { bamboohr, asked } }, 'test'),
    data,
    users: 5,
  });
});
afterEach(async () => {
  await system.stop();
  await hr.stop();
  rmSync(data, { recursive: true, force: true });
});

const EMPLOYEE = {
  firstName: 'Kim',
  lastName: 'Example',
  workEmail: 'kim@example.com',
  department: 'Risk',
  status: 'Active',
  hireDate: '2026-01-02',
  terminationDate: '0000-00-00',
};

async function post(body: Uint8Array<ArrayBuffer>): Promise<{ status: number; events: string[] }> {
  const headers = { 'content-type': 'application/json', ...CAPTURE.headers };
  const response = await fetch(`${system.url}/webhooks/bamboohr`, { method: 'POST', headers, body });
  const { events = [] }: { events?: string[] } = JSON.parse(await response.text());
  return { status: response.status, events };
}

async function people(): Promise<Person[]> {
  const items = await Array.fromAsync(system.store.scan());
  return items.filter(({ pk, sk }) => pk.startsWith('P#') && sk === 'P').map((item) => PersonSchema.parse(item));
}

test('a real delivery of BambooHR is accepted by its real signature, and held because it names neither department nor address', async () => {
  const { status, events } = await post(Buffer.from(CAPTURE.raw));
  expect({ status, count: events.length }).toEqual({ status: 200, count: 1 });
  await system.idle();
  expect(system.outcomes()).toMatchObject([
    { received: events[0], source: 'bamboohr', kind: 'mover', result: 'held', code: 'MISSING' },
  ]);
  expect(system.outcomes()[0]?.names).toEqual(['department', 'email']);
  const [person, ...others] = await people();
  expect(others).toEqual([]);
  expect(person).toMatchObject({ emails: [], open: [], outbox: [] });
  const told = Object.entries(person?.facts['bamboohr'] ?? {}).map(([name, [saying]]) => [name, saying?.value]);
  expect(Object.fromEntries(told)).toEqual({ employeeId: '5', ...namesIn(fixture(CAPTURE_FILE)) });
  expect(system.simulator.core.record.calls).toEqual([]);
});

const CAPTURE_FILE = 'bamboohr/fusebit-webhook-event.json';

function namesIn(body: Uint8Array): { firstName: string; lastName: string } {
  const { employees } = JSON.parse(Buffer.from(body).toString());
  const { 'First name': first, 'Last name': last } = employees[0].fields;
  return { firstName: first.value, lastName: last.value };
}

test('the event-based delivery that BambooHR’s page prints becomes an account, by what its API says, and none when it says that employment ended', async () => {
  await system.send('asked', fixture('bamboohr/event-based-employee.updated.json'));
  await system.idle();
  expect(hr.refused).toEqual([]);
  expect(system.outcomes()).toMatchObject([{ result: 'done', what: 'created', kind: 'mover' }]);
  expect(system.simulator.core.usersWith('kim@example.com')).toMatchObject([{ formal_name: 'Kim Example' }]);
  hr.employees[67890] = { ...EMPLOYEE, status: 'Inactive' };
  const ended = { ...JSON.parse(fixture('bamboohr/event-based-employee.updated.json').toString()) };
  await system.send('asked', { ...ended, timestamp: '2026-01-31T19:42:00+0000' });
  await system.idle();
  expect(system.outcomes().at(-1)).toMatchObject({ result: 'done', what: 'removed' });
  expect(system.simulator.core.usersWith('kim@example.com')).toEqual([]);
});

test('with one byte changed anywhere in it nothing is queued', async () => {
  const whole = Buffer.from(CAPTURE.raw);
  const places = [0, Math.floor(whole.length / 2), whole.length - 1];
  for (const place of places) {
    const changed = Buffer.from(whole);
    changed[place] = (changed[place] ?? 0) ^ 1;
    expect(await post(changed)).toEqual({ status: 401, events: [] });
  }
  expect(await post(Buffer.concat([whole, Buffer.from('\n')]))).toMatchObject({ status: 401 });
  await system.idle();
  expect(system.outcomes()).toEqual([]);
  expect((await Array.fromAsync(system.store.scan())).map(({ pk }) => pk)).toEqual(['G']); // the gate alone
});
