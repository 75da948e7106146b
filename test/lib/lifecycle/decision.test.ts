import { describe, expect, test } from '@jest/globals';
import { foldEvent } from '../../../lib/lifecycle/facts.ts';
import type { LifecycleEvent } from '../../../lib/lifecycle/event.ts';
import { viewPerson } from '../../../lib/lifecycle/view.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/time.ts';
import { armedWorld, eventWith, MARA, START, type TestWorld } from '../../support/world.ts';

const hire = () => eventWith({ kind: 'joiner', attributes: MARA });
const said = (kind: LifecycleEvent['kind'], hours: number, more: Partial<LifecycleEvent> = {}) =>
  eventWith({ kind, said: START + hours * HOUR, from: START + hours * HOUR, ...more });
const decided = (hours: number, more: Partial<LifecycleEvent>) => {
  const { employeeId: _employeeId, ...event } = said('mover', hours, { source: 'operator', attributes: {}, ...more });
  return event;
};
const CONFIG = { sources: {}, authority: [] } as never; // -- the operator's word needs no source
const hr = { sources: { hr: { employment: true } }, authority: ['hr'] } as never; // -- as above

const employmentAfter = (...events: LifecycleEvent[]) =>
  viewPerson(events.reduce(foldEvent, {}), hr, START + 10 * HOUR).employment;

describe('a decision that overrules what a source said', () => {
  const keep = decided(2, { employment: 'active', overrules: { hr: START + HOUR } });
  const left = said('leaver', 1);

  test.each([
    ['stands against what it overrules', [left, keep], 'active'],
    ['stands whatever order both come in', [keep, left], 'active'],
    ['stands when the same is said again', [left, keep, said('leaver', 3)], 'active'],
    [
      'is over when the source says otherwise, and then again',
      [left, keep, said('joiner', 3), said('leaver', 4)],
      'ended',
    ],
    ['is not ended by an older word that comes late', [left, keep, said('joiner', 0)], 'active'],
    [
      'is not ended by a word whose time has not come',
      [left, keep, said('joiner', 3, { from: START + DAY })],
      'active',
    ],
    [
      'stands against an end that was known to lie ahead, although the source repeats meanwhile that they work there',
      [said('leaver', 1, { from: START + 5 * HOUR }), keep, said('joiner', 3)],
      'active',
    ],
    [
      'stands against the same word however often it is repeated, and remembers what it overruled',
      [left, keep, ...Array.from({ length: 40 }, (_, n) => said('leaver', 3 + n / 10))],
      'active',
    ],
    [
      'is not ended by a plan that was changed before its time came',
      [left, decided(2, { employment: 'active', overrules: { hr: START + HOUR } })].concat(
        said('joiner', 3, { from: START + 8 * HOUR }),
        said('joiner', 4, { from: START + DAY }),
        said('leaver', 5),
      ),
      'active',
    ],
  ])('%s', (_title, events, employment) => {
    expect(employmentAfter(said('joiner', -1), ...events)).toBe(employment);
  });
});

test('a decision ends by itself, and the next look is then', () => {
  const until = START + 3 * HOUR;
  const facts = foldEvent({}, decided(0, { employment: 'active', until }));
  expect(viewPerson(facts, CONFIG, START + HOUR)).toMatchObject({ employment: 'active', nextAt: until });
  expect(viewPerson(facts, CONFIG, until).employment).toBe('unknown');
});

const access = { role: 'customer_portfolio_manager', group: 'Security', features: {} };
const rolesOf = (world: TestWorld) => world.account(MARA.email)?.roles;

const grants = (source: string, hours: number, what: LifecycleEvent['access']) =>
  said('mover', hours, { source, attributes: {}, access: what });
const accessAfter = (...events: LifecycleEvent[]) =>
  viewPerson(events.reduce(foldEvent, {}), CONFIG, START + DAY).access;

test('a source takes back what it gave itself; what another one gave stays', () => {
  const ticket = grants('tickets', 1, access);
  expect(
    accessAfter(ticket, grants('apps', 2, { role: 'customer_user', features: {} }), grants('apps', 3, null)),
  ).toEqual(access);
  expect(accessAfter(ticket, grants('tickets', 3, null), grants('apps', 2, access))).toEqual(access);
  expect(accessAfter(ticket, grants('tickets', 3, null))).toBeUndefined();
  expect(accessAfter(ticket, decided(2, { access }), decided(3, { access: null }))).toEqual(access);
});

describe('access that is decided for one person', () => {
  test('goes before the rules, also where none matches, and ends when its time is over', async () => {
    const world = await armedWorld();
    await world.tell(hire(), decided(0, { attributes: { email: MARA.email }, access, until: START + DAY }));
    expect(rolesOf(world)).toEqual(['customer_portfolio_manager']);
    expect(world.published.at(-1)).toMatchObject({ result: 'done', what: 'changed', code: 'DECIDED' });
    await world.pass(DAY + 5 * MINUTE);
    expect(rolesOf(world)).toEqual(['customer_user']);
  });

  test('is taken back by a later word of the same source', async () => {
    const world = await armedWorld();
    await world.tell(hire(), decided(0, { attributes: { email: MARA.email }, access }));
    await world.tell(decided(1, { attributes: { email: MARA.email }, access: null }));
    expect(rolesOf(world)).toEqual(['customer_portfolio_manager']);
    await world.pass(2 * HOUR);
    expect(rolesOf(world)).toEqual(['customer_user']);
  });

  test('ends the adoption of an account that was there before', async () => {
    const world = await armedWorld();
    world.core.create({ email: MARA.email, roles: ['customer_admin'] });
    world.core.create({ email: 'other.admin@example.com', roles: ['customer_admin'] });
    await world.tell(hire());
    expect(rolesOf(world)).toEqual(['customer_admin']);
    await world.tell(decided(0, { attributes: { email: MARA.email }, access }));
    expect(rolesOf(world)).toEqual(['customer_portfolio_manager']);
    expect((await world.people())[0]?.adopted).toBeUndefined();
  });

  test('does not bring back whom HR has ended', async () => {
    const world = await armedWorld();
    await world.tell(hire(), said('leaver', 0), decided(0, { attributes: { email: MARA.email }, access }));
    expect(world.account(MARA.email)).toBeUndefined();
  });
});

test('a person is meant by the id in the ledger where no address is known, but by nobody else than the operator', async () => {
  const world = await armedWorld();
  await world.tell(eventWith({ kind: 'joiner', attributes: { firstName: 'Mara' } }));
  const pid = (await world.people())[0]?.pid ?? '';
  await world.tell(decided(0, { employment: 'ended', pid }));
  expect(await world.people()).toHaveLength(1);
  await world.tell(eventWith({ kind: 'mover', employeeId: 'E2', pid }));
  expect(await world.people()).toHaveLength(2);
});
