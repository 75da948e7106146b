import { describe, expect, test } from '@jest/globals';
import { DAY, MINUTE } from '../../../lib/time.ts';
import { armedWorld, eventWith, MARA, START, type TestWorld } from '../../support/world.ts';

const hire = (overrides = {}) => eventWith({ kind: 'joiner', attributes: MARA, ...overrides });
const leave = (overrides = {}) => eventWith({ kind: 'leaver', said: START, from: START, ...overrides });
const results = (world: TestWorld) => world.published.map(({ result, code }) => `${result} ${code}`);
const body = (event: object) => JSON.stringify({ schema: 1, type: 'event', event });

describe('two deliveries of which neither can know of the other yet', () => {
  test('of two sources about one newcomer are about one person: both have to end it', async () => {
    const world = await armedWorld();
    const contractor = { source: 'contractors', employeeId: 'C7' };
    await Promise.all([world.work('normal', body(hire())), world.work('normal', body(hire(contractor)))]);
    await world.pass(DAY);
    expect(await world.people()).toHaveLength(1);
    expect(world.writes()).toEqual(['POST']);
    await world.tell(leave());
    expect(world.account(MARA.email)).toBeDefined();
    await world.tell(leave(contractor));
    expect(world.account(MARA.email)).toBeUndefined();
  });

  test('of one source about two numbers under one address are about two persons: the second leaves the account alone', async () => {
    const stop = { isNext: false, reached: Promise.withResolvers<void>() };
    const beforeTheFacts = (_port: string, operation: string, key = ''): Promise<void> | undefined => {
      if (!stop.isNext || operation !== 'put' || !key.startsWith('P#')) return undefined;
      stop.isNext = false;
      stop.reached.resolve();
      return new Promise(() => undefined);
    };
    const world = await armedWorld({ hooks: { before: beforeTheFacts } });
    stop.isNext = true;
    void world.work('normal', body(hire()));
    await stop.reached.promise;
    await world.tell(hire({ employeeId: 'E2' }));
    await world.tell(hire({ received: 'again' }));
    await world.pass(DAY);
    expect(results(world).sort()).toEqual(['done RULE', 'held EMAIL_REUSED']);
    const ids = (await world.people()).map(({ facts }) => new Set(facts['hr']?.employeeId?.map(({ value }) => value)));
    expect(ids.map(({ size }) => size)).toEqual([1, 1]);
    const late = world.published.find(({ result }) => result === 'held');
    const held = (await world.people()).find(({ pid }) => pid === late?.pid);
    await world.tell(leave({ employeeId: held?.facts['hr']?.employeeId?.[0]?.value }));
    expect(world.account(MARA.email)).toBeDefined();
  });
});

test('whoever is first to name an employee names the person: the second one finds that and makes none', async () => {
  let second: Promise<void> | undefined;
  const world = await armedWorld();
  const afterTheAlias = async (_port: string, operation: string, key = ''): Promise<void> => {
    if (operation !== 'get' || !key.startsWith('A#')) return;
    second ??= world.tell(leave());
    await second;
  };
  const first = eventWith({ kind: 'mover', attributes: { jobTitle: 'Analyst' } });
  const end = world.clock.now() + MINUTE;
  const invocation = { remainingMs: () => end - world.clock.now(), wallNow: () => world.clock.now() };
  await world.worker('normal', { after: afterTheAlias })(body(first), invocation);
  expect((await world.people()).map(({ facts }) => Object.keys(facts['hr'] ?? {}))).toEqual([
    expect.arrayContaining(['employment', 'jobTitle']),
  ]);
});

describe('whose account it is', () => {
  const RENAMED = 'mara.berg@example.com';
  const rename = () =>
    eventWith({ kind: 'mover', said: START, from: START, attributes: { email: RENAMED, lastName: 'Berg' } });

  test('an account under an address that its owner has left is somebody else’s, also when the owner’s own is gone', async () => {
    const world = await armedWorld();
    await world.tell(hire(), rename());
    const own = world.account(RENAMED)?.guid ?? '';
    const stranger = world.core.create({ email: MARA.email, formal_name: 'Mara Lindt the Younger' });
    world.core.edit(own, null);
    await world.tell(leave());
    expect(world.published.at(-1)).toMatchObject({ result: 'no-op', code: 'ALREADY_GONE' });
    expect(world.core.user(stranger.guid)).toEqual(stranger);
    await world.pass(MINUTE);
    await world.tell(hire({ said: START + 1, from: START + 1, attributes: { email: RENAMED } }));
    expect(world.account(RENAMED)).toBeDefined();
    expect(world.core.user(stranger.guid)).toEqual(stranger);
  });

  test('an address that was left stays so, although a source of less authority still says it', async () => {
    const world = await armedWorld();
    await world.tell(hire(), rename());
    world.core.edit(world.account(RENAMED)?.guid ?? '', null);
    const stranger = world.core.create({ email: MARA.email, formal_name: 'Mara Lindt the Younger' });
    await world.tell(hire({ source: 'contractors', employeeId: 'C7' }));
    await world.tell(leave());
    await world.tell(leave({ source: 'contractors', employeeId: 'C7' }));
    expect(world.core.user(stranger.guid)).toEqual(stranger);
    expect(world.account(RENAMED)).toBeUndefined();
  });

  test('an address that was left and is taken up again is the person’s own once more', async () => {
    const world = await armedWorld();
    await world.tell(hire(), rename());
    const guid = world.account(RENAMED)?.guid;
    await world.pass(MINUTE);
    await world.tell(eventWith({ kind: 'mover', said: START + 1, from: START + 1, attributes: { email: MARA.email } }));
    expect(world.account(MARA.email)?.guid).toBe(guid);
    expect(world.published.at(-1)).toMatchObject({ result: 'done', what: 'changed' });
  });

  test('an address that is said for later stays the person’s own', async () => {
    const world = await armedWorld();
    const later = START + DAY;
    await world.tell(
      hire(),
      eventWith({ kind: 'mover', said: START - 1, from: later, attributes: { email: RENAMED } }),
    );
    await world.tell(eventWith({ kind: 'mover', said: START, from: START, attributes: { department: 'Security' } }));
    await world.pass(2 * DAY);
    expect(world.account(RENAMED)).toBeDefined();
  });

  test('an account that was given the address of another person of the ledger by hand is held, whoever leaves', async () => {
    const world = await armedWorld();
    const ole = { email: 'ole.brandt@example.com', firstName: 'Ole', lastName: 'Brandt', department: 'Warehouse' };
    await world.tell(hire(), hire({ employeeId: 'E2', attributes: ole }));
    const guid = world.account(MARA.email)?.guid ?? '';
    world.core.edit(guid, { email: ole.email });
    await world.tell(leave());
    expect(world.published.at(-1)).toMatchObject({ result: 'held', code: 'EMAIL_REUSED' });
    expect(world.core.user(guid)).toBeDefined();
  });

  test('who leaves is removed by what is known to be theirs, even if somebody else’s address is said of them', async () => {
    const world = await armedWorld();
    const ole = { email: 'ole.brandt@example.com', firstName: 'Ole', lastName: 'Brandt', department: 'Vendor Risk' };
    await world.tell(hire(), hire({ employeeId: 'E2', attributes: ole }));
    await world.tell(eventWith({ kind: 'mover', said: START, from: START, attributes: { email: ole.email } }));
    expect(world.published.at(-1)).toMatchObject({ result: 'held', code: 'EMAIL_REUSED' });
    await world.pass(MINUTE);
    await world.tell(leave({ said: START + 1, from: START + 1 }));
    expect(world.published.at(-1)).toMatchObject({ result: 'done', what: 'removed' });
    expect(world.account(MARA.email)).toBeUndefined();
    expect(world.account(ole.email)).toBeDefined();
  });
});

const nameless = () => hire({ said: START - 2 * MINUTE, attributes: { firstName: 'Mara', department: 'Security' } });
const addressed = () =>
  eventWith({ kind: 'mover', said: START - MINUTE, from: START - MINUTE, attributes: { email: MARA.email } });

describe('a number that was known before its address', () => {
  const contractor = { source: 'contractors', employeeId: 'C7' };
  const ends = () => leave({ ...contractor, attributes: { email: MARA.email } });

  test('is of the person whose address another system has said: HR often sends the address of a new employee later', async () => {
    const world = await armedWorld();
    await world.tell(hire(contractor));
    const guid = world.account(MARA.email)?.guid;
    await world.tell(nameless());
    await world.tell(addressed());
    await world.tell(ends());
    expect(results(world)).toEqual(['done RULE', 'held MISSING', 'done RULE', 'no-op AS_IS']);
    expect(world.account(MARA.email)).toMatchObject({ guid, roles: ['customer_group_admin'] });
    await world.tell(leave());
    expect(world.account(MARA.email)).toBeUndefined();
  });

  test('is another person where that source has a number of its own under the address', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    await world.tell({ ...nameless(), employeeId: 'E2' });
    await world.tell(hire({ employeeId: 'E2', said: START, from: START }));
    expect(results(world).at(-1)).toBe('held EMAIL_REUSED');
    await world.pass(DAY);
    await world.tell(eventWith({ kind: 'mover', said: START, from: START, attributes: { jobTitle: 'Analyst' } }));
    expect(world.writes()).toEqual(['POST']);
  });

  test('and of which something is said in the very moment in which it becomes theirs loses nothing', async () => {
    const stop = { isNext: false, reached: Promise.withResolvers<void>(), go: Promise.withResolvers<void>() };
    const beforeTheFacts = async (_port: string, operation: string, key = ''): Promise<void> => {
      if (!stop.isNext || operation !== 'put' || !key.startsWith('P#')) return;
      stop.isNext = false;
      stop.reached.resolve();
      await stop.go.promise;
    };
    const world = await armedWorld({ hooks: { before: beforeTheFacts } });
    await world.tell(hire(contractor));
    await world.tell(nameless());
    stop.isNext = true;
    const late = world.work('urgent', body(leave({ employment: 'ended-now' })));
    await stop.reached.promise;
    await world.tell(addressed());
    stop.go.resolve();
    await late;
    await world.pass(DAY);
    expect(world.account(MARA.email)).toBeUndefined();
    expect((await world.people()).flatMap(({ open, outbox }) => [...open, ...outbox])).toEqual([]);
  });
});
