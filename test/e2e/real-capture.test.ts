import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSystem } from '../../infra/local/system.ts';
import type { System } from '../../infra/local/system.ts';
import { parseConfig } from '../../lib/config/index.ts';
import { PersonSchema, type Person } from '../../lib/lifecycle/ledger.ts';
import { fixture, vectorOf } from '../support/vectors.ts';
import { CONFIG } from './local-config.ts';

/** What BambooHR really sent once, with the signature and the key that were published with it (test/fixtures/README.md). */
const CAPTURE = vectorOf('bamboohr');

let data = '';
let system: System;
beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'real-capture-'));
  writeFileSync(join(data, 'secrets.json'), JSON.stringify({ 'bamboohr-webhook': CAPTURE.secret }));
  // the capture is of 2022: its time is signed, but no longer a reason to refuse it
  const bamboohr = { kind: 'bamboohr', secret: 'bamboohr-webhook', toleranceSeconds: null } as const;
  system = await startSystem({ config: parseConfig({ ...CONFIG, sources: { bamboohr } }, 'test'), data, users: 5 });
});
afterEach(async () => {
  await system.stop();
  rmSync(data, { recursive: true, force: true });
});

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
