import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { System } from '../../infra/local/system.ts';
import { parseConfig } from '../../lib/config/index.ts';
import { startSystem } from '../support/canaries.ts';
import { startBamboohr } from '../support/hr/bamboohr.ts';
import { type BobEmployee, startHibob } from '../support/hr/hibob.ts';
import { oktaUser, startOkta } from '../support/hr/okta.ts';
import { startPersonio } from '../support/hr/personio.ts';
import type { Json } from '../support/hr/stand-in.ts';
import { startTicketSystems, TICKETS, type TicketKind } from '../support/tickets/systems.ts';
import { fixture } from '../support/vectors.ts';
import { WIDE_FUSE } from '../support/wide-fuse.ts';
import { CONFIG, emailOf, hired, terminated } from './local-config.ts';

/** Each system sends what its pages print, as it signs, to the real door; its API is a stand-in that checks what it is asked. */
const KEYS = {
  bamboohr: 'bamboohr-key',
  hibob: 'SERVICE-1:token',
  okta: '00-token',
  personio: 'papi-1:secret',
  workday: 'bitsight:a rather long password',
};
const APP = '0oa1gjh63g214q0Hq0g4';
const read = (path: string) => JSON.parse(fixture(path).toString());
const data = mkdtempSync(join(tmpdir(), 'systems-'));
const bamboos: Record<string, Json> = {};
let busy = 0;
const bobs: Record<string, BobEmployee> = {};
const users: Record<string, Json> = {};
const persons: Record<string, Json> = {};
const employments: Record<string, Json[]> = {};

let system: System;
let tickets: Awaited<ReturnType<typeof startTicketSystems>>;
let stops: (() => Promise<void>)[] = [];
let refused: string[][] = [];
beforeAll(async () => {
  const bamboohr = await startBamboohr(KEYS.bamboohr, bamboos, () => {
    busy -= 1;
    return busy < 0 ? undefined : { status: 503, headers: { 'retry-after': '5' }, body: '' };
  });
  const hibob = await startHibob(KEYS.hibob, bobs);
  const okta = await startOkta(KEYS.okta, users);
  const client = { id: 'papi-1', secret: 'secret' };
  const personio = await startPersonio({ client, persons, employments, departments: { 401: 'Risk' } });
  tickets = await startTicketSystems();
  const sources = {
    workday: { kind: 'standard-webhooks', secret: 'workday', auth: 'basic' },
    bamboohr: {
      kind: 'bamboohr',
      secret: 'bamboohr-webhook',
      fetch: { secret: 'bamboohr-key', baseUrl: bamboohr.url },
    },
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
    ...tickets.keys,
    workday: KEYS.workday,
    'bamboohr-key': KEYS.bamboohr,
    'hibob-key': KEYS.hibob,
    'personio-key': KEYS.personio,
    'okta-key': KEYS.okta,
  };
  writeFileSync(join(data, 'secrets.json'), JSON.stringify(secrets));
  const policy = { ...CONFIG.policy, noMatch: 'offboard' } as const;
  system = await startSystem({
    config: parseConfig({ ...CONFIG, fuse: WIDE_FUSE, policy, sources: { ...sources, ...tickets.sources } }, 'test'),
    data,
    users: 5,
    speed: 60,
  });
  stops = [() => system.stop(), bamboohr.stop, hibob.stop, okta.stop, personio.stop, tickets.stop];
  refused = [bamboohr.refused, hibob.refused, okta.refused, personio.refused, ...tickets.wrong];
});
afterAll(async () => {
  for (const stop of stops) await stop();
  rmSync(data, { recursive: true, force: true });
  expect(refused.flat()).toEqual([]);
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

describe('BambooHR', () => {
  const printed = read('bamboohr/event-based-employee.updated.json');
  const id = printed.data.employeeId;
  const created9 = { ...printed, type: 'employee.created' };
  const employee = {
    firstName: 'Person',
    lastName: 'Number 9',
    workEmail: emailOf(9),
    department: 'Risk',
    status: 'Active',
    hireDate: '2020-01-01',
  };

  test('an update that overtakes its creation, both sent again, while the API asks to wait: one account', async () => {
    bamboos[id] = employee;
    busy = 2;
    const before = system.outcomes().length;
    expect(await sends('bamboohr', printed, created9, printed, created9)).toEqual([200, 200, 200, 200]);
    await settled(before + 4);
    expect([accounts(9).length, created(9)]).toEqual([1, 1]);
  });

  test('an end, and what comes late from before it: a deleted record brings nobody back and takes nobody', async () => {
    bamboos[id] = { ...employee, status: 'Inactive' };
    const before = system.outcomes().length;
    expect(await sends('bamboohr', { ...printed, timestamp: iso() })).toEqual([200]);
    await settled(before + 1);
    expect(accounts(9)).toEqual([]);
    delete bamboos[id];
    expect(await sends('bamboohr', printed, { ...printed, type: 'employee.deleted' })).toEqual([200, 200]);
    await settled(before + 2);
    expect(system.outcomes().at(-1)).toMatchObject({ result: 'held', code: 'NOT_IN_HR', source: 'bamboohr' });
    expect([accounts(9).length, created(9)]).toEqual([0, 1]);
  });
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

const KINDS = Object.keys(TICKETS) as TicketKind[]; // -- its own keys
describe.each(KINDS)('a ticket of %s', (kind) => {
  const { ticket, approval, comment, moved } = TICKETS[kind];
  const n = 10 + KINDS.indexOf(kind);
  const shown = () => tickets.systems[kind].tickets.get(ticket);
  const told = async (comments: number) => {
    while ((shown()?.comments.length ?? 0) < comments) await new Promise((next) => setTimeout(next, 50));
    await system.idle();
  };
  let approved: unknown;

  test('approved, and sent again by a retry: the role it asked for, and one comment although its confirmation was lost', async () => {
    expect(await sends('workday', hired(n, system.clock.now()))).toEqual([200]);
    // in the order of the requests: is it approved, what is said there, where may it go
    tickets.systems[kind].faults = [
      undefined,
      undefined,
      ...(kind === 'jira' ? [undefined] : []),
      undefined,
      'lost after',
    ];
    approved = approval(emailOf(n), system.clock.now());
    expect(await sends(kind, comment)).toEqual([200]);
    // a retry has the id of the first try, where the system gives one
    const again = () => system.send(kind, approved, { id: `approved-${kind}` });
    expect([await again(), await again()]).toMatchObject([{ status: 200 }, { status: 200 }]);
    await system.idle();
    expect(JSON.stringify(accounts(n))).toContain('customer_portfolio_manager');
    await told(1);
    expect(new Set(shown()?.moved)).toEqual(new Set([moved])); // said twice it is the same
  });

  test('hostile senders are refused, and whoever is not approved any more gets nothing', async () => {
    expect(
      (await system.send(kind, approved, { secret: `whsec_${btoa('the secret of somebody else altogether')}` })).status,
    ).toBe(401);
    expect(await sends(kind, '{', '[]', { __proto__: 1 })).toEqual([400, 200, 200]);
    expect(await sends('workday', hired(n + 10, system.clock.now()))).toEqual([200]);
    const state = shown()?.states.splice(0, 2, 'Rejected') ?? [];
    expect(await sends(kind, approval(emailOf(n + 10), system.clock.now()))).toEqual([200]);
    await told(2);
    expect(JSON.stringify(accounts(n + 10))).not.toContain('customer_portfolio_manager');
    expect(shown()?.comments.at(-1)).toMatch(/not carried out, somebody has to act/);
    shown()?.states.splice(0, 1, ...state);
  });

  test('whom HR calls gone gets nothing by a ticket', async () => {
    expect(await sends('workday', terminated(n, system.clock.now()))).toEqual([200]);
    expect(await sends(kind, approval(emailOf(n), system.clock.now()))).toEqual([200]);
    await told(3);
    expect(accounts(n)).toEqual([]);
    expect(shown()?.comments).toHaveLength(3);
    expect(shown()?.comments.at(-1)).toMatch(/nothing had to be changed: there is no account/);
  });
});
