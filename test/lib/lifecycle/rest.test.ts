import { describe, expect, test } from '@jest/globals';
import { AppError } from '../../../lib/errors.ts';
import type { Hooks } from '../../support/memory/hooks.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../lib/time.ts';
import {
  armedWorld,
  createWorld,
  eventWith,
  MARA,
  START,
  TEST_CONFIG,
  type TestClock,
  type TestWorld,
  virtualClock,
  type WorldOptions,
} from '../../support/world.ts';

const hire = (overrides = {}) => eventWith({ kind: 'joiner', attributes: MARA, ...overrides });
const leave = (overrides = {}) => eventWith({ kind: 'leaver', said: START, from: START, ...overrides });
const move = (attributes: object, at = START) => eventWith({ kind: 'mover', said: at, from: at, attributes });
const results = (world: TestWorld) => world.published.map(({ result, what, code }) => `${result} ${what ?? code}`);
const TWO_STEPS = { mode: 'restrict-then-delete', parkingGroup: 'No Companies', graceDays: 2 } as const;
const twoSteps = (config = {}, options: WorldOptions = {}) =>
  armedWorld({ ...options, config: { offboarding: TWO_STEPS, ...config } });
const wake = (pid: string) => JSON.stringify({ schema: 1, type: 'wake', pid });

/** Bitsight answers the first call of this kind a minute late. */
const slow = (clock: TestClock, method: string): Hooks => {
  let late = MINUTE;
  return {
    before(port, operation) {
      if (port !== 'bitsight' || operation !== method) return;
      clock.advance(late);
      late = 0;
    },
  };
};

describe('nothing is lost', () => {
  test('a leave that was called off before its day comes to its end as well', async () => {
    const world = await armedWorld();
    const called = leave({ from: START + 3 * DAY, employment: 'ended' });
    await world.tell(hire(), called);
    await world.pass(HOUR);
    await world.tell(eventWith({ kind: 'mover', said: START + HOUR, from: START + HOUR, employment: 'stays' }));
    await world.pass(4 * DAY);
    expect(world.published.find(({ received }) => received === called.received)).toMatchObject({ result: 'no-op' });
    expect((await world.people())[0]).toMatchObject({ open: [] });
    expect(world.account(MARA.email)).toBeDefined();
  });

  test('how long a leaver keeps what they had is told at each look, until it is proven gone', async () => {
    const world = await armedWorld();
    const told = (): number => world.telemetry.counts.get('LeaverOpen') ?? 0;
    await world.tell(hire());
    expect(told()).toBe(0);
    world.core.faults.set([{ kind: 'forbidden', method: 'DELETE' }]);
    await world.tell(leave());
    await world.pass(10 * MINUTE);
    expect(told()).toBeGreaterThan(2);
    world.core.faults.set([]);
    await world.pass(HOUR);
    const before = told();
    await world.pass(DAY);
    expect([told(), world.account(MARA.email)]).toEqual([before, undefined]);
  });

  test('a leaver who waits for a decision of its own is counted; a batch is an alarm by itself', async () => {
    const world = await armedWorld({ config: { fuse: { offboardings: { hour: { count: 0 } } } } });
    await world.tell(hire());
    await world.tell(leave());
    expect(world.telemetry.counts.get('LeaverHeld')).toBeUndefined();
    world.config.protected.push(MARA.email);
    await world.tell(leave({ said: START + MINUTE }));
    expect(world.telemetry.counts.get('LeaverHeld')).toBe(1);
  });

  test('what comes to hold while somebody is looked at is not answered by that look, but looked at anew', async () => {
    const clock = virtualClock();
    const world = await armedWorld({ clock });
    const promotion = move({ department: 'Security' }, START + HOUR);
    await world.tell(hire(), promotion);
    world.clock.advance(HOUR - SECOND);
    const later = move({ jobTitle: 'Analyst' }, START);
    await world.worker('normal', slow(clock, 'GET'))(JSON.stringify({ schema: 1, type: 'event', event: later }), {
      remainingMs: () => 600_000,
      wallNow: () => clock.now(),
    });
    await world.pass(10 * MINUTE);
    expect(world.account(MARA.email)?.roles).toEqual(['customer_group_admin']);
    expect(world.published.filter(({ received }) => received === promotion.received)).toMatchObject([
      { result: 'done', what: 'changed' },
    ]);
  });

  test('what was granted until a time that comes while it is given is taken back, although nothing is said any more', async () => {
    const clock = virtualClock();
    const world = await armedWorld({ clock });
    await world.tell(hire());
    const access = { role: 'customer_group_admin', features: {} };
    const granted = eventWith({ kind: 'mover', said: START, access, until: START + SECOND });
    await world.worker('normal', slow(clock, 'PATCH'))(JSON.stringify({ schema: 1, type: 'event', event: granted }), {
      remainingMs: () => 600_000,
      wallNow: () => clock.now(),
    });
    await world.pass(10 * MINUTE);
    expect(world.account(MARA.email)?.roles).toEqual(['customer_user']);
  });

  test('one item that cannot be read does not keep the sweeper from waking all others', async () => {
    const world = await armedWorld();
    await world.store.put({ pk: 'P#broken', sk: 'P', schema: 1, lane: 'normal', wakeAt: START }, 'absent');
    await world.tell(hire({ from: START + MINUTE }));
    world.clock.advance(2 * MINUTE);
    await world.sweep();
    await world.drain();
    expect(results(world)).toEqual(['done created']);
    expect(world.telemetry.counts.get('Unreadable')).toBe(1);
  });

  test('what was done is told although what came after has to wait', async () => {
    let broken = true;
    const busIsDown = (port: string): void => {
      if (port === 'outcomes' && broken) throw new AppError('OUTCOMES_UNAVAILABLE', 'The bus is down.');
    };
    const world = await armedWorld({ hooks: { before: busIsDown } });
    await world.tell(hire());
    expect(results(world)).toEqual([]);
    broken = false;
    world.core.faults.set([{ kind: 'forbidden', method: 'PATCH' }]);
    await world.tell(move({ department: 'Security' }));
    expect(results(world)).toEqual(['done created']);
    world.core.faults.set([]);
    await world.pass(HOUR);
    expect(results(world)).toEqual(['done created', 'done changed']);
  });

  test('what Bitsight’s client will never send is held at once: no message dies of it, and nobody is woken for it', async () => {
    const world = await armedWorld();
    await world.tell(hire({ attributes: { ...MARA, email: 'mara at example' } }));
    expect(world.published).toMatchObject([{ result: 'held', code: 'REFUSED', names: ['BITSIGHT_REQUEST_INVALID'] }]);
    expect((await world.people())[0]).toMatchObject({ open: [], outbox: [] });
    expect((await world.people())[0]?.wakeAt).toBeUndefined();
    await world.tell(move({ email: MARA.email }));
    expect(results(world)).toEqual(['held REFUSED', 'done created']);
  });
});

describe('a creation that is refused', () => {
  test('because an account that lists hide has the address is not sent over and over', async () => {
    const world = await armedWorld();
    const { email } = world.core.users().find((one) => one.is_company_api_token) ?? {};
    await world.tell(hire({ attributes: { ...MARA, email: email ?? '' } }));
    expect(world.writes()).toEqual(['POST']);
    expect(results(world)).toEqual(['held API_TOKEN']);
  });

  test('because an earlier one, thought lost, shows only now, finds our own account and not one from before us', async () => {
    let posts = 0;
    const showsAfterSecond = (port: string, method: string): void => {
      if (port === 'bitsight' && method === 'POST' && (posts += 1) === 2) world.clock.advance(20 * SECOND);
    };
    const world = await armedWorld({
      hooks: { after: showsAfterSecond },
      faults: [
        { kind: 'late-read', ms: 80 * SECOND, method: 'POST', times: 1 },
        { kind: 'reset', when: 'after', method: 'POST', times: 1 },
      ],
    });
    await world.tell(hire());
    await world.pass(HOUR);
    expect(world.writes()).toEqual(['POST', 'POST']);
    expect(results(world)).toEqual(['no-op AS_IS']);
    await world.tell(move({ department: 'Security' }));
    expect(world.account(MARA.email)).toMatchObject({ roles: ['customer_group_admin'] });
    expect((await world.people())[0]?.adopted).toBeUndefined();
  });
});

test('an account that can be read but is not there to be changed is tried again with growing pauses', async () => {
  const world = await armedWorld();
  await world.tell(hire());
  let patches = 0;
  const handle = world.core.handle.bind(world.core);
  world.core.handle = async (request, gone) => {
    if (request.method !== 'PATCH') return handle(request, gone);
    patches += 1;
    return { status: 404, headers: { 'content-type': 'application/json' }, body: '{"detail":"Not found."}' };
  };
  await world.tell(move({ department: 'Security' }));
  expect(patches).toBe(1);
  await world.pass(HOUR);
  expect(patches).toBeLessThan(12);
  world.core.handle = handle;
  await world.pass(HOUR);
  expect(results(world)).toEqual(['done created', 'done changed']);
});

describe('a request whose connection broke', () => {
  test('is not settled before it can no longer be under way, whatever else is said meanwhile', async () => {
    const world = await armedWorld({ faults: [{ kind: 'reset', when: 'before', method: 'POST', times: 1 }] });
    const sent = world.clock.now();
    await world.tell(hire());
    world.clock.advance(1);
    await world.tell(leave());
    await world.pass(HOUR);
    const { timeoutMs, settleMs } = world.config.bitsight;
    const looks = world.core.record.calls.filter(({ query }) => query.includes('is_company_api_token=true'));
    expect(looks.length).toBeGreaterThan(0);
    expect(looks.every(({ at }) => at >= sent + timeoutMs + settleMs)).toBe(true);
    expect(results(world)).toEqual(['no-op ALREADY_GONE', 'no-op ALREADY_GONE']);
  });
});

describe('a person who is held', () => {
  test('is looked at again when somebody wishes it: armed later, the plan is carried out', async () => {
    const world = createWorld();
    await world.tell(hire());
    expect(results(world)).toEqual(['held NOT_ARMED']);
    await world.arm();
    const [person] = await world.people();
    await world.work('normal', wake(person?.pid ?? ''));
    expect(world.account(MARA.email)).toBeDefined();
    expect((await world.people())[0]?.held).toBeUndefined();
  });

  test.each(['reset', 'forbidden'] as const)(
    'and whose wish of a look meets a fault (%s) is looked at until it is fulfilled, although no event asks for it',
    async (kind) => {
      const world = createWorld();
      const first = hire();
      await world.tell(first);
      await world.arm();
      world.core.faults.set([{ kind, method: 'POST', times: 1 }]);
      await world.work('normal', wake((await world.people())[0]?.pid ?? ''));
      expect(world.account(MARA.email)).toBeUndefined();
      await world.tell(first); // the same message again finds nothing of its own to do
      await world.pass(HOUR);
      expect(world.account(MARA.email)).toBeDefined();
      expect((await world.people())[0]?.wakeAt).toBeUndefined();
    },
  );

  test('is looked at anew where somebody else wrote in the midst of a wished look', async () => {
    let meddles = false;
    const meddle = async (port: string): Promise<void> => {
      if (port !== 'bitsight' || !meddles) return;
      meddles = false;
      const [item] = await world.store.query(`P#${pid}`, { prefix: 'P' });
      if (item !== undefined) await world.store.put(item, item.v);
    };
    const world = createWorld({ hooks: { after: meddle } });
    await world.tell(hire());
    const pid = (await world.people())[0]?.pid ?? '';
    await world.arm();
    meddles = true;
    await world.work('normal', wake(pid));
    expect(meddles).toBe(false);
    expect(world.account(MARA.email)).toBeDefined();
  });

  test('at the second step is asked once and not over and over', async () => {
    const lastMoment = (_port: string, operation: string): void => {
      if (operation === 'DELETE') world.core.edit(boss?.guid ?? '', null);
    };
    const world = await twoSteps({}, { hooks: { before: lastMoment } });
    await world.tell(hire());
    await world.tell(leave());
    const boss = world.core.create({ email: 'boss@example.com', roles: ['customer_admin'] });
    world.core.setSwitches({ lastAdminDelete: 'refuse' });
    world.core.edit(world.account(MARA.email)?.guid ?? '', { roles: ['customer_admin'] });
    await world.pass(3 * DAY);
    expect(world.writes().filter((method) => method === 'DELETE')).toEqual(['DELETE']);
    expect((await world.people())[0]).toMatchObject({ held: { code: 'REFUSED' } });
    expect((await world.people())[0]?.wakeAt).toBeUndefined();
  });
});

describe('a grace time', () => {
  test('belongs to the account that was restricted: another one made meanwhile is restricted first as well', async () => {
    const world = await twoSteps();
    await world.tell(hire());
    await world.tell(leave());
    world.core.edit(world.account(MARA.email)?.guid ?? '', null);
    await world.pass(2 * DAY - HOUR);
    world.core.create({ email: MARA.email, formal_name: 'Made anew', roles: ['customer_portfolio_manager'] });
    await world.pass(2 * HOUR);
    await world.tell(move({ jobTitle: 'None' }, START + 2 * DAY));
    expect(world.account(MARA.email)).toMatchObject({ roles: ['customer_user'] });
    await world.pass(2 * DAY);
    expect(world.account(MARA.email)).toBeUndefined();
  });

  test('that ends without an account costs one look', async () => {
    const world = await twoSteps();
    await world.tell(hire());
    await world.tell(leave());
    world.core.edit(world.account(MARA.email)?.guid ?? '', null);
    const before = world.core.record.calls.length;
    await world.pass(3 * DAY);
    expect(world.core.record.calls.length - before).toBeLessThanOrEqual(4);
    expect((await world.people())[0]?.wakeAt).toBeUndefined();
  });

  test('begins with the leave, not with an earlier change to work without a rule', async () => {
    const { rules = [] } = TEST_CONFIG.policy ?? {};
    const world = await twoSteps({ policy: { rules, noMatch: 'restrict' } });
    await world.tell(hire(), move({ department: 'Warehouse' }));
    await world.pass(5 * DAY);
    const left = START + 5 * DAY;
    await world.tell(leave({ said: left, from: left }));
    await world.pass(DAY);
    expect(world.account(MARA.email)).toBeDefined();
    await world.pass(2 * DAY);
    expect(world.account(MARA.email)).toBeUndefined();
  });

  test('in which the owner comes back ends with the access of the rule, also where the account was there before us', async () => {
    const world = await twoSteps();
    world.core.create({ email: MARA.email, formal_name: 'Mara Lindt', roles: ['customer_portfolio_manager'] });
    await world.tell(hire());
    await world.tell(leave());
    expect(world.account(MARA.email)).toMatchObject({ roles: ['customer_user'] });
    await world.pass(MINUTE);
    await world.tell(hire({ said: START + 1, from: START + 1, attributes: { ...MARA, department: 'Security' } }));
    expect(world.account(MARA.email)).toMatchObject({ roles: ['customer_group_admin'] });
  });
});

test('a change of address does not put two accounts under one', async () => {
  const world = await armedWorld({ switches: { duplicateEmail: 'allow' } });
  await world.tell(hire());
  world.core.create({ email: 'mara.berg@example.com', formal_name: 'By Hand' });
  await world.tell(move({ email: 'mara.berg@example.com' }));
  expect(results(world)).toEqual(['done created', 'held TWO_ACCOUNTS']);
  expect(world.writes()).toEqual(['POST']);
});

test('who leaves does not wait for the list of groups', async () => {
  const world = await armedWorld();
  await world.tell(hire());
  world.clock.advance(DAY);
  world.core.faults.set([{ kind: 'forbidden', path: 'access-groups' }]);
  await world.tell(leave());
  expect(results(world)).toEqual(['done created', 'done removed']);
});
