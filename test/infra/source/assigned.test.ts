import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { command } from '../../../infra/source/assigned.ts';
import type { LifecycleEvent } from '../../../lib/lifecycle/event.ts';
import { HOUR } from '../../../lib/time.ts';
import { startOktaApp } from '../../support/hr/okta.ts';
import type { Json } from '../../support/hr/stand-in.ts';
import { given, targetOf } from '../../support/target.ts';
import { armedWorld, eventWith, START, type TestWorld } from '../../support/world.ts';

const TOKEN = '00-a-token-of-okta';
const APP = '0oa1';
const GRANT = { role: 'customer_portfolio_manager', features: {} };
const list: Json[] = [];
let okta: Awaited<ReturnType<typeof startOktaApp>>;
let world: TestWorld;
beforeAll(async () => {
  okta = await startOktaApp(TOKEN, APP, list);
});
afterAll(() => okta.stop());
beforeEach(async () => {
  list.length = 0;
  okta.calls.length = 0;
  world = await worldWith();
});

function worldWith(app: unknown = { id: APP, grant: GRANT }): Promise<TestWorld> {
  const fetch = { secret: 'okta-token', baseUrl: okta.url };
  const source = { kind: 'okta', secret: 'okta-webhook', employment: true, app, fetch };
  return armedWorld({ config: { sources: { okta: source }, authority: [], policy: { rules: [] } } as never }); // -- `app` is wrong at times
}
const email = (n: number) => `person-${n}@example.com`;
const roles = (n: number) => world.account(email(n))?.roles;

/** Whom an event assigned, and Okta knows. */
async function assigned(n: number, more: Partial<LifecycleEvent> = {}): Promise<void> {
  known(n);
  const event = eventWith({
    kind: 'mover',
    source: 'okta',
    employeeId: `00u${n}`,
    attributes: {},
    said: START - HOUR,
    from: START - HOUR,
    ...more,
  });
  const { employment: _employment, ...rest } = event;
  await world.tell({ ...rest, thin: true, access: more.access ?? GRANT });
}
function known(n: number): void {
  const attributes = { email: email(n), firstName: 'Person', lastName: `Number ${n}` };
  world.hr.set(`okta/00u${n}`, { attributes, employment: [{ value: 'active', from: START }] });
}
async function run(source = 'okta', hidden = '', deployed = false) {
  const target = { ...targetOf(world), ...(deployed && { deployment: {} as never }) }; // -- only whether there is one
  if (!deployed) target.secrets = { current: async () => TOKEN, accepted: async () => [TOKEN] };
  const asked = given([source], {}, hidden);
  const report = await command.run(target, asked);
  await world.drain();
  return { ...report, asked: asked.asked };
}
const listed = (...ids: number[]) =>
  list.push(...ids.map((n) => ({ id: `00u${n}`, status: 'ACTIVE', scope: 'GROUP' })));

test('whoever is on the list and was not told of is told of, whoever is no longer on it loses what that gave', async () => {
  await assigned(1);
  await assigned(2);
  expect([roles(1), roles(2)]).toEqual([[GRANT.role], [GRANT.role]]);
  listed(2, 3, 4, 5, 6);
  [3, 4, 5, 6].forEach(known);
  world.clock.advance(HOUR);
  const { text, data, asked } = await run();
  expect(asked[0]).toMatch(/00u1 +person-1@example\.com +is not assigned any more\n/);
  expect(asked[0]).toMatch(/00u6 +is assigned/);
  expect(text).toContain('5 people were told of');
  expect(data).toEqual({ assigned: 5, differences: 5 });
  expect([3, 4, 5, 6].map(roles)).toEqual([3, 4, 5, 6].map(() => [GRANT.role]));
  const [first] = (await world.people()).filter(({ emails }) => emails.includes(email(1)));
  expect(first?.facts['okta']?.access?.map(({ value }) => value)).toEqual([JSON.stringify(GRANT), null]);
  expect(await run()).toMatchObject({ text: '5 are assigned, and all of it is known.', asked: [] });
});

test('every page is read from the one host, whatever address the answer names', async () => {
  listed(1, 2, 3);
  [1, 2, 3].forEach(known);
  await run();
  const path = `/api/v1/apps/${APP}/users?limit=500`;
  expect(okta.calls.map((call) => call.path)).toEqual([path, `${path}&after=cursor2`]);
});

test('an assignment that is over counts as none, and one under another grant of the configuration is told anew', async () => {
  await assigned(1);
  list.push({ id: '00u1', status: 'DEPROVISIONED' });
  expect((await run()).asked[0]).toContain('is not assigned any more');
  world.clock.advance(HOUR);
  list.length = 0;
  listed(1, 2);
  await assigned(2, { access: { role: 'customer_user', features: {} } });
  expect((await run()).data).toEqual({ assigned: 2, differences: 2 });
  expect([roles(1), roles(2)]).toEqual([[GRANT.role], [GRANT.role]]);
  expect(await run()).toMatchObject({ data: { differences: 0 } });
});

describe('what is not as it should be', () => {
  test('of a deployed stack the token is asked for', async () => {
    expect(await run('okta', TOKEN, true)).toMatchObject({ data: { assigned: 0 } });
    await expect(run('okta', 'another', true)).rejects.toMatchObject({ code: 'DIRECTORY_REFUSED' });
  });

  test('an app that Okta does not know is no empty list', async () => {
    await assigned(1);
    world.config.sources['okta'] = (await worldWith({ id: 'other', grant: GRANT })).config.sources['okta'] as never; // -- it is there
    await expect(run()).rejects.toMatchObject({ code: 'DIRECTORY_UNREADABLE' });
    expect(roles(1)).toEqual([GRANT.role]);
  });

  test('a source whose app gives nothing is refused', async () => {
    world = await worldWith({ id: APP });
    await expect(run()).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    await expect(run('hr')).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  });
});
