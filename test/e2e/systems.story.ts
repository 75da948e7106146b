import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSystem, type System } from '../../infra/local/system.ts';
import { parseConfig } from '../../lib/config/index.ts';
import { type BobEmployee, startHibob } from '../support/hr/hibob.ts';
import { oktaUser, startOkta } from '../support/hr/okta.ts';
import { startPersonio } from '../support/hr/personio.ts';
import type { Json } from '../support/hr/stand-in.ts';
import { fixture } from '../support/vectors.ts';
import { CONFIG, emailOf, hired, terminated } from './local-config.ts';

/** Each system sends what its pages print, as it signs, to the real door; its API is a stand-in that checks what it is asked. */
const KEYS = {
  hibob: 'SERVICE-1:token',
  okta: '00-token',
  personio: 'papi-1:secret',
  workday: 'bitsight:a rather long password',
};
const APP = '0oa1gjh63g214q0Hq0g4';
const read = (path: string) => JSON.parse(fixture(path).toString());
const data = mkdtempSync(join(tmpdir(), 'systems-'));
const bobs: Record<string, BobEmployee> = {};
const users: Record<string, Json> = {};
const persons: Record<string, Json> = {};
const employments: Record<string, Json[]> = {};

let system: System;
let stops: (() => Promise<void>)[] = [];
let refused: string[][] = [];
beforeAll(async () => {
  const hibob = await startHibob(KEYS.hibob, bobs);
  const okta = await startOkta(KEYS.okta, users);
  const client = { id: 'papi-1', secret: 'secret' };
  const personio = await startPersonio({ client, persons, employments, departments: { 401: 'Risk' } });
  const sources = {
    workday: { kind: 'standard-webhooks', secret: 'workday', auth: 'basic' },
    hibob: { kind: 'hibob', secret: 'hibob-webhook', fetch: { secret: 'hibob-key', baseUrl: hibob.url } },
    personio: {
      kind: 'personio',
      secret: 'personio-webhook',
      fetch: { secret: 'personio-key', baseUrl: personio.url },
    },
    okta: {
      kind: 'okta',
      secret: 'okta-webhook',
      app: { id: APP, grant: { role: 'customer_portfolio_manager' } },
      fetch: { secret: 'okta-key', baseUrl: okta.url },
    },
  } as const;
  const secrets = {
    workday: KEYS.workday,
    'hibob-key': KEYS.hibob,
    'personio-key': KEYS.personio,
    'okta-key': KEYS.okta,
  };
  writeFileSync(join(data, 'secrets.json'), JSON.stringify(secrets));
  const policy = { ...CONFIG.policy, noMatch: 'offboard' } as const;
  system = await startSystem({
    config: parseConfig({ ...CONFIG, policy, sources }, 'test'),
    data,
    users: 5,
    speed: 60,
  });
  stops = [() => system.stop(), hibob.stop, okta.stop, personio.stop];
  refused = [hibob.refused, okta.refused, personio.refused];
});
afterAll(async () => {
  for (const stop of stops) await stop();
  rmSync(data, { recursive: true, force: true });
  expect(refused).toEqual([[], [], []]);
});

const accounts = (n: number) => system.simulator.core.usersWith(emailOf(n));
const created = (n: number) => system.simulator.core.record.createdPerEmail().get(emailOf(n)) ?? 0;
const iso = (before = 0) => new Date(system.clock.now() - before).toISOString();
/** Each body in turn, as the sender signs it; the statuses. */
async function sends(source: string, ...bodies: unknown[]): Promise<number[]> {
  const statuses: number[] = [];
  for (const body of bodies) statuses.push((await system.send(source, body)).status);
  await system.idle();
  return statuses;
}

/** What waits for its time, as a question to Bob does, is taken up by the sweeper: a minute is a second here. */
async function settled(received: number): Promise<void> {
  while (system.outcomes().length < received) await new Promise((next) => setTimeout(next, 50));
  await system.idle();
}

test('Workday: our body with Basic, said again by an assembly that was started twice', async () => {
  const hire = hired(1, system.clock.now());
  expect(await sends('workday', hire, hire)).toEqual([200, 200]);
  expect([accounts(1).length, created(1)]).toEqual([1, 1]);
  expect(await sends('workday', terminated(1, system.clock.now()))).toEqual([200]);
  expect(accounts(1)).toEqual([]);
});

const bob = (more: BobEmployee['fields'] = {}): BobEmployee => ({
  fields: {
    'root.email': emailOf(2),
    'root.firstName': 'Person',
    'root.surname': 'Number 2',
    'work.department': { machine: '209192163', human: 'Risk' },
    'internal.status': 'Active',
    'internal.lifecycleStatus': 'Employed',
    'work.startDate': '2020-01-01',
    'internal.terminationDate': null,
    ...more,
  },
});

describe('HiBob', () => {
  const printed = read('hibob/table.entry.created.json');
  const id = printed.data.employeeId;
  const said = (type: string, before = 0) => ({
    ...printed,
    type,
    triggeredAt: iso(before).replace('Z', '000'),
    data: { employeeId: id },
  });
  test('the ping that Bob sends before a webhook exists is answered', async () => {
    expect(await sends('hibob', '"Ping test"', { text: 'Ping test' })).toEqual([200, 200]);
  });

  test('the printed delivery, and the same for three days: one account', async () => {
    bobs[id] = bob();
    const before = system.outcomes().length;
    expect(await sends('hibob', printed, printed, said('employee.created'), printed)).toEqual([200, 200, 200, 200]);
    await settled(before + 4);
    expect([accounts(2).length, created(2)]).toEqual([1, 1]);
  });

  test('an end that overtakes a change: what comes late brings nobody back', async () => {
    const late = said('employee.updated', 60_000);
    const left = said('employee.left');
    bobs[id] = { ...bob({ 'internal.lifecycleStatus': 'Terminated', 'internal.status': 'Inactive' }), inactive: true };
    const before = system.outcomes().length;
    expect(await sends('hibob', left)).toEqual([200]);
    expect(accounts(2)).toEqual([]); // at once: that somebody left is beyond doubt
    expect(await sends('hibob', late, left)).toEqual([200, 200]);
    await settled(before + 3);
    expect([accounts(2).length, created(2)]).toEqual([0, 1]);
  });
});

const saidByPersonio = (name: string, before = 0) => ({
  company_id: '44021',
  event_name: name,
  occurred_at: iso(before),
  payload: { person: { id: '3003' } },
});

describe('Personio', () => {
  const employment = { ...read('personio/employment.json'), termination: null };
  test('created and changed in the wrong order: one account', async () => {
    persons['3003'] = { ...read('personio/person.json'), email: emailOf(3) };
    employments['3003'] = [{ ...employment, supervisor: null }];
    const first = saidByPersonio('person.created', 60_000);
    expect(await sends('personio', saidByPersonio('employment.updated'), first, first)).toEqual([200, 200, 200]);
    expect([accounts(3).length, created(3)]).toEqual([1, 1]);
  });

  test('from one company of the group to the next nobody leaves, at the end of both one does', async () => {
    const ended = { ...employment, status: 'INACTIVE', supervisor: null };
    employments['3003'] = [{ ...employment, supervisor: null }, ended];
    expect(await sends('personio', saidByPersonio('employment.terminated'))).toEqual([200]);
    expect(accounts(3)).toHaveLength(1);
    employments['3003'] = [ended, ended];
    expect(await sends('personio', saidByPersonio('employment.terminated'))).toEqual([200]);
    expect(accounts(3)).toEqual([]);
  });

  test('whoever sends another token is refused', async () => {
    const answer = await system.send('personio', saidByPersonio('person.updated'), {
      secret: 'the token of somebody else',
    });
    expect(answer.status).toBe(401);
  });
});

describe('Okta', () => {
  const hook = read('okta/event-hook.json');
  const id = '00u3m90rxKjGQ0G6L1d6';
  const event = (eventType: string, uuid: string, published = iso()) => ({
    ...read('okta/user.lifecycle.deactivate.json'),
    eventType,
    uuid,
    published,
    target: [
      { id: '0ua1', type: 'AppUser', alternateId: 'kim', displayName: 'Kim', detailEntry: null },
      { id: APP, type: 'AppInstance', alternateId: 'Bitsight', displayName: 'Bitsight', detailEntry: null },
      { id, type: 'User', alternateId: 'kim', displayName: 'Person Number 4', detailEntry: null },
    ],
  });
  const of = (...events: unknown[]) => ({ ...hook, data: { events } });
  const profile = { email: emailOf(4), firstName: 'Person', lastName: 'Number 4', department: 'Elsewhere' };

  test('the challenge is answered with the secret of the deliveries', async () => {
    const secret = JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8'));
    const headers = { 'x-okta-verification-challenge': 'abc-123', authorization: secret['okta-webhook'] };
    const answer = await fetch(`${system.url}/webhooks/okta`, { headers });
    expect([answer.status, await answer.json()]).toEqual([200, { verification: 'abc-123' }]);
  });

  test('assigned before activated, in one delivery, some of it again in another: one account with the role of the app', async () => {
    users[id] = oktaUser(id, profile);
    const [added, activated] = [
      event('application.user_membership.add', 'u-2'),
      event('user.lifecycle.activate', 'u-1'),
    ];
    const seen = hook.data.events[0];
    expect(await sends('okta', hook, of(seen, added, activated), of(activated), of(added))).toEqual([
      200, 200, 200, 200,
    ]);
    expect(created(4)).toBe(1);
    expect(JSON.stringify(accounts(4))).toContain('customer_portfolio_manager');
  });

  test('a removal from another app takes nothing, one from this app what the assignment gave', async () => {
    const other = event('application.user_membership.remove', 'u-3');
    other.target[1].id = '0oaAnother';
    expect(await sends('okta', of(other))).toEqual([200]);
    expect(accounts(4)).toHaveLength(1);
    expect(await sends('okta', of(event('application.user_membership.remove', 'u-4')))).toEqual([200]);
    expect(accounts(4)).toEqual([]);
    expect(system.outcomes().at(-1)).toMatchObject({ source: 'okta', what: 'removed', code: 'NO_RULE' });
  });

  test('whoever is assigned again has an account again; deactivated, it is gone', async () => {
    expect(await sends('okta', of(event('application.user_membership.add', 'u-5')))).toEqual([200]);
    expect(accounts(4)).toHaveLength(1);
    users[id] = oktaUser(id, profile, 'DEPROVISIONED');
    expect(await sends('okta', of(event('user.lifecycle.deactivate', 'u-6')))).toEqual([200]);
    expect(accounts(4)).toEqual([]);
    expect(system.outcomes().at(-1)).toMatchObject({ source: 'okta', kind: 'leaver', what: 'removed' });
  });
});
