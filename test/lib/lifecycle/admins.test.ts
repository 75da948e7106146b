import { describe, expect, test } from '@jest/globals';
import { AdminsLeaseSchema, keys } from '../../../lib/lifecycle/ledger.ts';
import { HOUR, MINUTE } from '../../../lib/time.ts';
import type { Hooks } from '../../support/memory/hooks.ts';
import { armedWorld, eventWith, fetchOf, MARA, START, type TestWorld, type WorldOptions } from '../../support/world.ts';

const OLE = { ...MARA, email: 'ole.brandt@example.com', firstName: 'Ole', lastName: 'Brandt' };
const ADMIN = { roles: ['customer_admin'] };
const leave = (attributes = MARA, employeeId = 'E1') =>
  eventWith({ kind: 'leaver', employeeId, said: START, from: START, attributes });
const outcomes = (world: TestWorld) => world.published.map(({ result, what, code }) => `${result} ${what ?? code}`);
const lease = async (world: TestWorld) => AdminsLeaseSchema.parse(await world.store.get(keys.adminsLease()));
const invocation = (world: TestWorld) => {
  const end = world.clock.now() + MINUTE;
  return { remainingMs: () => end - world.clock.now(), wallNow: () => world.clock.now() };
};
const body = (event: ReturnType<typeof leave>) => JSON.stringify({ schema: 1, type: 'event', event });

/** Mara has an account that is an Admin, and there are these others. */
async function withOthers(others: object[], options: WorldOptions = {}): Promise<TestWorld> {
  const world = await armedWorld(options);
  world.core.create({ email: MARA.email, formal_name: 'Mara Lindt', ...ADMIN });
  for (const other of others) world.core.create({ formal_name: 'Somebody', ...other });
  return world;
}

const owned = (options: WorldOptions = {}) => armedWorld({ users: 1, companyTokens: 0, ...options });

/** A worker that stops right before its DELETE until it is let go on, or for ever. */
function stopping(world: TestWorld) {
  const reached = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const before: Hooks['before'] = async (port, operation) => {
    if (port !== 'bitsight' || operation !== 'DELETE') return;
    reached.resolve();
    await goOn.promise;
  };
  const done = world.worker('urgent', { before })(body(leave()), invocation(world));
  return { reached: reached.promise, goOn: goOn.resolve, done };
}

describe('fault 59: the last Admin is never taken', () => {
  test.each([
    ['there is nobody else', []],
    ['the other one is deactivated', [{ email: 'boss@example.com', status: 'Deactivated', ...ADMIN }]],
    ['the other one is a token', [{ email: 'robot@example.com', is_company_api_token: true, ...ADMIN }]],
  ])('where %s', async (_who, others) => {
    const world = await withOthers(others, { switches: { tokensHidden: false } });
    await world.tell(leave());
    expect(outcomes(world)).toEqual(['held LAST_ADMIN']);
    expect(world.writes()).toEqual([]);
    expect((await world.people())[0]?.op).toBeUndefined();
  });

  test('where the API shows everybody instead of Admins: what it was asked for is compared here', async () => {
    const world = await withOthers([{ email: 'reader@example.com', roles: ['customer_user'] }]);
    const fetch: typeof globalThis.fetch = (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      url.searchParams.delete('roles.slug');
      return fetchOf(world.core, {})(url, init);
    };
    await world.worker('urgent', {}, fetch)(body(leave()), invocation(world));
    expect(outcomes(world)).toEqual(['held LAST_ADMIN']);
  });

  test('nor made less: restricted, or moved to a lower role', async () => {
    const config = { offboarding: { mode: 'restrict' as const, parkingGroup: 'No Companies' } };
    const world = await withOthers([], { config });
    await world.tell(leave());
    await world.tell(eventWith({ kind: 'joiner', employeeId: 'E2', attributes: OLE }));
    world.core.edit(world.account(OLE.email)?.guid ?? '', ADMIN);
    world.core.edit(world.account(MARA.email)?.guid ?? '', { roles: ['customer_user'] });
    const attributes = { department: 'Security' };
    await world.tell(eventWith({ kind: 'mover', employeeId: 'E2', said: START, from: START, attributes }));
    expect(outcomes(world)).toEqual(['held LAST_ADMIN', 'done created', 'held LAST_ADMIN']);
    expect(world.writes()).toEqual(['POST']);
  });

  test('but may go as soon as another one is there, and no lease is left behind either time', async () => {
    const world = await withOthers([]);
    await world.tell(leave());
    expect(await lease(world)).toMatchObject({ until: 0 });
    world.core.create({ email: 'boss@example.com', ...ADMIN });
    await world.tell(leave());
    expect(outcomes(world)).toEqual(['held LAST_ADMIN', 'done removed']);
    expect(await lease(world)).toMatchObject({ until: 0 });
  });

  test('is not even asked about for anybody else: no list of Admins, no lease', async () => {
    const world = await armedWorld();
    await world.tell(eventWith({ kind: 'joiner', attributes: MARA }));
    await world.tell(leave());
    expect(outcomes(world)).toEqual(['done created', 'done removed']);
    expect(world.core.record.calls.filter(({ query }) => query.includes('roles.slug'))).toEqual([]);
    expect(await world.store.get(keys.adminsLease())).toBeUndefined();
  });
});

/** Both leave, one after the other; the worker of the first dies at its k-th call of a port. */
async function killedAt(k: number, side: 'before' | 'after') {
  const world = await withOthers([{ email: OLE.email, ...ADMIN }]);
  const death = Promise.withResolvers<void>();
  let calls = 0;
  const dying = (): Promise<void> | undefined => {
    calls += 1;
    if (calls !== k) return undefined;
    death.resolve();
    return new Promise(() => undefined);
  };
  const first = leave();
  await Promise.race([world.worker('urgent', { [side]: dying })(body(first), invocation(world)), death.promise]);
  await world.tell(leave(OLE, 'E2'), first);
  await world.pass(HOUR);
  return { world, calls };
}

describe('fault 59: of two Admins who leave at once one stays', () => {
  test('while the first is on its way the second waits, and then is the last', async () => {
    const world = await withOthers([{ email: OLE.email, ...ADMIN }]);
    const first = stopping(world);
    await first.reached;
    await world.tell(leave(OLE, 'E2'));
    expect(outcomes(world)).toEqual([]);
    const second = (await world.people()).find(({ emails }) => emails.includes(OLE.email));
    expect([second?.tries?.code, second?.op]).toEqual(['ADMINS_BUSY', undefined]);
    first.goOn();
    await first.done;
    await world.pass(HOUR);
    expect(outcomes(world)).toEqual(['done removed', 'held LAST_ADMIN']);
    expect(world.writes()).toEqual(['DELETE']);
  });

  test('also where the first dies on its way, whose call may still arrive: the second waits longer than that may take', async () => {
    const world = await withOthers([{ email: OLE.email, ...ADMIN }]);
    const first = stopping(world);
    await first.reached;
    const { until } = await lease(world);
    const op = (await world.people())[0]?.op;
    const { timeoutMs, settleMs } = world.config.bitsight;
    expect(until).toBe((op?.until ?? 0) + timeoutMs + settleMs);
    world.clock.advance((op?.until ?? 0) - world.clock.now());
    await world.tell(leave(OLE, 'E2'));
    expect(world.writes()).toEqual([]);
    await world.pass(HOUR);
    expect(outcomes(world).toSorted()).toEqual(['done removed', 'held LAST_ADMIN']);
    expect(world.writes()).toEqual(['DELETE']);
  });

  test.each(['before', 'after'] as const)(
    'wherever the worker of the first dies, %s any call of a port',
    async (side) => {
      const whole = await killedAt(Infinity, side);
      expect(whole.calls).toBeGreaterThan(20);
      for (let k = 1; k <= whole.calls; k++) {
        const { world } = await killedAt(k, side);
        const ends = world.published.map(({ result, code }) => `${result} ${code}`);
        expect({ k, ends: new Set(ends) }).toEqual({ k, ends: new Set(['done LEFT', 'held LAST_ADMIN']) });
        expect(world.core.users().filter(({ roles }) => roles.includes('customer_admin'))).toHaveLength(2); // and the token
        expect((await world.people()).flatMap(({ op, open }) => [op ?? [], open]).flat()).toEqual([]);
      }
    },
  );

  test('whoever was overtaken gives back nothing that another one holds', async () => {
    const world = await withOthers([{ email: OLE.email, ...ADMIN }]);
    const first = stopping(world);
    await first.reached;
    const taken = { ...(await lease(world)), pid: 'another', operation: 'another', until: world.clock.now() + HOUR };
    await world.store.put(taken, taken.v ?? 0);
    first.goOn();
    await first.done;
    expect(await lease(world)).toMatchObject({ operation: 'another', until: taken.until });
  });
});

describe('fault 59: the account of our own token', () => {
  test('is not changed, whatever is said of its owner', async () => {
    const world = await owned();
    const [owner] = world.core.users();
    world.core.create({ email: 'boss@example.com', ...ADMIN });
    await world.tell(leave({ ...MARA, email: owner?.email ?? '' }));
    expect(outcomes(world)).toEqual(['held OWN_TOKEN']);
    expect(world.writes()).toEqual([]);
  });

  test.each<[string, WorldOptions]>([
    ['is not there', { switches: { currentUserEndpoint: false } }],
    ['fails', { faults: [{ kind: 'server-error', path: '/users/current' }] }],
    ['is forbidden', { faults: [{ kind: 'forbidden', path: '/users/current' }] }],
  ])('is not known where GET /users/current %s: nobody else waits for that', async (_how, options) => {
    const world = await owned(options);
    await world.tell(eventWith({ kind: 'joiner', attributes: MARA }));
    await world.tell(leave());
    expect(outcomes(world)).toEqual(['done created', 'done removed']);
  });

  test('is asked for once in five minutes', async () => {
    const world = await owned();
    const asked = () => world.core.record.calls.filter(({ path }) => path.endsWith('/current')).length;
    const joinAndLeave = async (n: string, said: number) => {
      const attributes = { ...OLE, email: `${n}@example.com` };
      await world.tell(eventWith({ kind: 'joiner', employeeId: n, said, from: said, attributes }));
      await world.tell({ ...leave(attributes, n), said: said + 1, from: said + 1 });
    };
    await joinAndLeave('E5', START - HOUR);
    await joinAndLeave('E6', START - HOUR);
    expect(asked()).toBe(1);
    world.clock.advance(5 * MINUTE);
    await joinAndLeave('E7', START - HOUR);
    expect(asked()).toBe(2);
  });
});
