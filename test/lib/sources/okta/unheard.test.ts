import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { MAIL_HASH_KEY } from '../../../../lib/config/index.ts';
import { recordUnheard } from '../../../../lib/sources/okta/unheard.ts';
import { DAY, HOUR, MINUTE } from '../../../../lib/time.ts';
import { startOktaApp } from '../../../support/hr/okta.ts';
import type { Json } from '../../../support/hr/stand-in.ts';
import { armedWorld, eventWith, START, type TestWorld } from '../../../support/world.ts';

const [TOKEN, APP] = ['00-a-token-of-okta', '0oa1'];
const GRANT = { role: 'customer_portfolio_manager', features: {} };
const list: Json[] = [];
let okta: Awaited<ReturnType<typeof startOktaApp>>;
beforeAll(async () => {
  okta = await startOktaApp(TOKEN, APP, list);
});
afterAll(() => okta.stop());
beforeEach(() => {
  list.length = 0;
  okta.calls.length = 0;
});

const email = (n: number) => `person-${n}@example.com`;
async function worldWith(nightly = true): Promise<TestWorld> {
  const fetch = { secret: 'okta-token', baseUrl: okta.url };
  const source = { kind: 'okta' as const, secret: 'okta-webhook', app: { id: APP, grant: GRANT, nightly }, fetch };
  const world = await armedWorld({ config: { sources: { okta: source }, authority: [], policy: { rules: [] } } });
  for (const n of [1, 2, 3]) {
    const attributes = { email: email(n), firstName: 'Person', lastName: `Number ${n}` };
    world.hr.set(`okta/00u${n}`, { attributes, employment: [{ value: 'active', from: START }] });
  }
  return world;
}
const listed = (...ids: number[]) => list.splice(0, Infinity, ...ids.map((n) => ({ id: `00u${n}`, status: 'ACTIVE' })));

const broken: typeof fetch = (input, init) =>
  new Request(input, init).url.includes('after') ? Promise.reject(new TypeError('cut')) : fetch(input, init);

async function night(world: TestWorld, fetch = globalThis.fetch): Promise<void> {
  const { config, store, ids, clock, telemetry } = world;
  const secrets = { current: async () => TOKEN };
  const mailKey = async () => world.secretValues.get(MAIL_HASH_KEY)?.current ?? '';
  const invocation = { remainingMs: () => 10 * MINUTE, wallNow: () => clock.now() };
  await recordUnheard({ config, store, ids, clock, telemetry, fetch, secrets, mailKey }, invocation);
}
const who = ({ core }: TestWorld) =>
  core.users().flatMap((user) => (user.email.startsWith('person') ? [user.email] : []));

test('what no event told is told by the night, and carried out as an event is', async () => {
  const world = await worldWith();
  listed(1, 2, 3);
  await night(world);
  expect(world.writes()).toEqual([]); // the night itself changes nothing
  await world.pass(10 * MINUTE);
  expect(who(world)).toEqual([1, 2, 3].map(email));
  listed(2, 3);
  await night(world);
  await world.pass(10 * MINUTE);
  const [first] = (await world.people()).filter(({ emails }) => emails.includes(email(1)));
  expect(first?.facts['okta']?.access?.at(-1)?.value).toBeNull();
  const codes = world.published.map(({ result, what, code }) => `${result} ${what ?? code}`);
  expect(codes).toEqual(['done created', 'done created', 'done created', 'no-op NO_RULE']); // noMatch: keep
});

test('a number that turned out to be somebody known is one person: nothing of what it left behind is told by night', async () => {
  const world = await worldWith();
  const said = { said: START, from: START };
  await world.tell(
    eventWith({ kind: 'mover', source: 'operator', ...said, employeeId: 'O1', attributes: { email: email(1) } }),
  );
  const { employeeId: _none, ...thin } = eventWith({ kind: 'mover', ...said, attributes: {} });
  await world.tell({ ...thin, source: 'okta', employeeId: '00u1', thin: true, access: GRANT });
  await world.pass(10 * MINUTE);
  world.clock.advance(MINUTE);
  const later = { said: world.clock.now(), from: world.clock.now(), attributes: {} };
  await world.tell(eventWith({ kind: 'mover', ...later, source: 'okta', employeeId: '00u1', access: null }));
  await world.pass(10 * MINUTE);
  const told = world.published.length;
  listed(9); // not 1: unassigned, as the event said
  await night(world);
  await world.pass(10 * MINUTE);
  expect(world.published.slice(told).filter(({ event }) => event.includes('00u1'))).toEqual([]);
  listed(1, 9);
  await night(world);
  await world.pass(10 * MINUTE);
  expect(world.account(email(1))).toBeDefined();
});

test('a night that is run again says nothing anew', async () => {
  const world = await worldWith();
  listed(1);
  await night(world);
  world.clock.advance(HOUR);
  await night(world);
  await world.pass(10 * MINUTE);
  expect(world.published).toHaveLength(1);
});

test('half a list is none: who stands on a page that did not come has not gone', async () => {
  const world = await worldWith();
  listed(1, 2, 3);
  await night(world);
  await world.pass(10 * MINUTE);
  await expect(night(world, broken)).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' });
  await world.pass(DAY);
  expect(who(world)).toHaveLength(3);
  expect((await world.people()).flatMap(({ facts }) => facts['okta']?.access?.at(-1)?.value)).not.toContain(null);
});

test('a list of nobody says nothing of those who were on it: an app that may not be seen looks the same', async () => {
  const world = await worldWith();
  listed(1);
  await night(world);
  await world.pass(10 * MINUTE);
  listed();
  await expect(night(world)).rejects.toMatchObject({ code: 'DIRECTORY_UNREADABLE' });
  expect((await world.people())[0]?.facts['okta']?.access).toHaveLength(1);
});

test('without app.nightly Okta is not asked', async () => {
  await night(await worldWith(false));
  expect(okta.calls).toEqual([]);
});
