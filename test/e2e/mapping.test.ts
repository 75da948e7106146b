import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { System } from '../../infra/local/system.ts';
import { parseConfig } from '../../lib/config/index.ts';
import { startSystem } from '../support/canaries.ts';
import { CONFIG, emailOf, hired } from './local-config.ts';

const samples = [{ name: 'none', body: '', means: [] }];
const config = parseConfig(
  {
    ...CONFIG,
    sources: {
      ...CONFIG.sources,
      payroll: {
        kind: 'mapping',
        secret: 'payroll',
        auth: 'bearer',
        body: 'form',
        says: { from: 'event', table: { hired: 'joiner', left: 'leaver', '*': 'nothing' } },
        fields: {
          employeeId: 'who[0].id',
          email: 'who[0].mail',
          displayName: 'who[0].name',
          department: { from: 'who[0].unit', table: { R1: 'Risk' } },
        },
        samples,
      },
      core: {
        kind: 'mapping',
        secret: 'core',
        auth: { scheme: 'static', header: 'x-core-secret' },
        body: 'xml',
        each: 'Staff.Person',
        says: { from: 'each."@state"', table: { in: 'joiner', out: 'leaver' } },
        fields: { email: 'each.Mail', displayName: 'each.Name', department: 'body.Staff.Unit' },
        samples,
      },
      tickets: {
        kind: 'mapping',
        secret: 'tickets',
        auth: 'jira',
        employment: false,
        match: "state == 'approved'",
        says: { from: 'wish', table: { give: 'grant', take: 'revoke' } },
        fields: { email: 'for', role: { from: 'role', table: { Admin: 'customer_admin' } } },
        samples,
      },
    },
  },
  'test/e2e/mapping.test.ts',
);

const data = mkdtempSync(join(tmpdir(), 'mapping-system-'));
let system: System;
beforeAll(async () => {
  system = await startSystem({ config, data, users: 5 });
});
afterAll(async () => {
  await system.stop();
  rmSync(data, { recursive: true, force: true });
});

const accounts = (n: number) => system.simulator.core.usersWith(emailOf(n));
async function sent(source: string, body: unknown): Promise<number> {
  const { status } = await system.send(source, body);
  await system.idle();
  return status;
}

test('a form: hired, said again by a retry, left', async () => {
  const hire = `event=hired&who%5B0%5D%5Bid%5D=1&who[0][mail]=${encodeURIComponent(emailOf(1))}&who[0][name]=Kim+Vega&who[0][unit]=r1`;
  expect([await sent('payroll', hire), await sent('payroll', hire)]).toEqual([200, 200]);
  expect(accounts(1)).toHaveLength(1);
  expect(await sent('payroll', 'event=photo&who[0][id]=1')).toBe(200);
  expect(await sent('payroll', 'event=left&who[0][id]=1')).toBe(200);
  expect(accounts(1)).toHaveLength(0);
});

const person = (n: number, state: string) =>
  `<h:Person state="${state}"><h:Mail>${emailOf(n)}</h:Mail><h:Name>Person &amp; Sons</h:Name></h:Person>`;
const body = (...people: string[]) =>
  `<?xml version="1.0"?><h:Staff xmlns:h="urn:x"><h:Unit>Risk</h:Unit>${people.join('')}</h:Staff>`;

test('XML: two people in one delivery, one of whom leaves', async () => {
  expect(await sent('core', body(person(2, 'in'), person(3, 'in')))).toBe(200);
  expect([accounts(2), accounts(3)].map(({ length }) => length)).toEqual([1, 1]);
  expect(await sent('core', body(person(2, 'out')))).toBe(200);
  expect([accounts(2), accounts(3)].map(({ length }) => length)).toEqual([0, 1]);
  expect(await sent('core', `<!DOCTYPE x [<!ENTITY y "z">]>${body(person(3, 'out'))}`)).toBe(400);
  expect(accounts(3)).toHaveLength(1);
});

const role = () => accounts(4)[0]?.roles;

test('a request of a ticket: the role that was approved goes before the rules, until it is taken back', async () => {
  await sent('hr', hired(4, system.clock.now()));
  const before = role();
  expect(await sent('tickets', { state: 'waiting', wish: 'give', for: emailOf(4), role: 'Admin' })).toBe(200);
  expect(role()).toEqual(before);
  expect(await sent('tickets', { state: 'approved', wish: 'give', for: emailOf(4), role: 'Owner' })).toBe(400);
  expect(await sent('tickets', { state: 'approved', wish: 'give', for: emailOf(4), role: 'Admin' })).toBe(200);
  expect(JSON.stringify(role())).toContain('customer_admin');
  expect(await sent('tickets', { state: 'approved', wish: 'take', for: emailOf(4) })).toBe(200);
  expect(role()).toEqual(before);
});
