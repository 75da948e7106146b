import { describe, expect, test } from '@jest/globals';
import { DAY, HOUR, MINUTE } from '../../../lib/time.ts';
import { armedWorld, createWorld, eventWith, MARA, START } from '../../support/world.ts';

const hire = (overrides = {}) => eventWith({ kind: 'joiner', attributes: MARA, ...overrides });
const leave = (overrides = {}) =>
  eventWith({ kind: 'leaver', said: START, from: START, attributes: { email: MARA.email }, ...overrides });
const results = (world: { published: { result: string; code: string }[] }) =>
  world.published.map(({ result, code }) => `${result} ${code}`);

describe('a joiner', () => {
  test('gets exactly the account that the rule grants, proven by a read-back', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    expect(world.account(MARA.email)).toMatchObject({
      formal_name: 'Mara Lindt',
      friendly_name: 'Mara',
      roles: ['customer_user'],
    });
    expect(world.published).toMatchObject([{ result: 'done', what: 'created', code: 'RULE' }]);
    const [person] = await world.people();
    expect(person).toMatchObject({ open: [], outbox: [], emails: [MARA.email] });
    expect(person?.wakeAt).toBeUndefined();
    const [receipt] = await world.receipts(person?.pid ?? '');
    expect(receipt).toMatchObject({
      kind: 'create',
      why: 'vendor risk',
      before: null,
      after: { roles: ['customer_user'] },
      personal: { after: { email: MARA.email } },
    });
    expect(JSON.stringify({ ...receipt, personal: undefined })).not.toContain('mara');
  });

  test('whom no rule matches costs no call and leaves a receipt that says so', async () => {
    const world = await armedWorld();
    await world.tell(hire({ attributes: { ...MARA, department: 'Warehouse' } }));
    expect(world.core.record.calls).toHaveLength(0);
    expect(results(world)).toEqual(['no-op NO_RULE']);
    const [person] = await world.people();
    expect(await world.receipts(person?.pid ?? '')).toMatchObject([{ kind: 'none', why: 'NO_RULE' }]);
  });

  test('without an address is held until a later event brings it', async () => {
    const world = await armedWorld();
    const { email, ...nameless } = MARA;
    await world.tell(hire({ attributes: nameless }));
    expect(results(world)).toEqual(['held MISSING']);
    await world.tell(eventWith({ kind: 'mover', attributes: { email } }));
    expect(results(world)).toEqual(['held MISSING', 'done RULE']);
    expect(world.account(email)).toBeDefined();
  });

  test('of tomorrow waits for the first day', async () => {
    const world = await armedWorld();
    await world.tell(hire({ from: START + DAY }));
    expect(world.writes()).toEqual([]);
    expect(world.published).toEqual([]);
    await world.pass(DAY + 2 * MINUTE);
    expect(world.writes()).toEqual(['POST']);
    expect(results(world)).toEqual(['done RULE']);
  });

  test('whose account was there before is adopted: role and group stay as they were granted', async () => {
    const world = await armedWorld();
    world.core.create({ email: MARA.email, formal_name: 'M. Lindt', roles: ['customer_admin'] });
    await world.tell(hire());
    expect(world.writes()).toEqual([]);
    expect(results(world)).toEqual(['no-op ADOPTED']);
    await world.tell(eventWith({ kind: 'mover', attributes: { department: 'Security' } }));
    expect(world.account(MARA.email)).toMatchObject({ roles: ['customer_admin'] });
  });
});

describe('a mover', () => {
  test('gets the role and group of the new rule, and nothing else is sent', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    await world.tell(eventWith({ kind: 'mover', said: START, from: START, attributes: { department: 'Security' } }));
    expect(world.writes()).toEqual(['POST', 'PATCH']);
    expect(world.account(MARA.email)).toMatchObject({ roles: ['customer_group_admin'] });
    const [person] = await world.people();
    const receipts = await world.receipts(person?.pid ?? '');
    expect(receipts.at(-1)?.request).toEqual({
      roles: [{ slug: 'customer_group_admin' }],
      group: expect.any(String),
      features: [{ slug: 'wfh-ro', value: true }],
    });
  });

  test('leaves behind what only the former rule gave', async () => {
    const world = await armedWorld();
    await world.tell(hire({ attributes: { ...MARA, department: 'Security' } }));
    expect(world.account(MARA.email)?.features).toContainEqual(
      expect.objectContaining({ slug: 'wfh-ro', value: true }),
    );
    await world.tell(eventWith({ kind: 'mover', said: START, from: START, attributes: { department: 'Vendor Risk' } }));
    expect(world.account(MARA.email)?.features).not.toContainEqual(expect.objectContaining({ value: true }));
    expect(world.account(MARA.email)?.roles).toEqual(['customer_user']);
  });

  test('with a new address keeps the same account', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    const guid = world.account(MARA.email)?.guid;
    await world.tell(
      eventWith({
        kind: 'mover',
        said: START,
        from: START,
        attributes: { email: 'mara.berg@example.com', lastName: 'Berg' },
      }),
    );
    expect(world.account('mara.berg@example.com')?.guid).toBe(guid);
    expect(world.account(MARA.email)).toBeUndefined();
    await world.tell(hire({ employeeId: 'E9', received: 'r-reuse' }));
    expect(world.published.at(-1)).toMatchObject({ result: 'held', code: 'EMAIL_REUSED' });
  });

  test('of whom nobody said that they are employed gets no account', async () => {
    const world = await armedWorld();
    await world.tell(eventWith({ kind: 'mover', attributes: MARA }));
    expect(world.published).toMatchObject([{ result: 'held', code: 'MISSING', names: ['employment'] }]);
    expect(world.writes()).toEqual([]);
  });
});

describe('a leaver', () => {
  test('is gone, proven by guid and by search', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    await world.tell(leave());
    expect(world.account(MARA.email)).toBeUndefined();
    expect(world.published.at(-1)).toMatchObject({ result: 'done', what: 'removed', code: 'LEFT' });
    const after = world.core.record.calls.slice(
      world.core.record.calls.findIndex((call) => call.method === 'DELETE') + 1,
    );
    expect(after.map((call) => /(email_q|email)=/.exec(call.query)?.[1] ?? 'guid')).toEqual([
      'guid',
      'email',
      'email_q',
    ]);
  });

  test('restricted keeps exactly the least role, the parking group, no features and no contact duty', async () => {
    const world = await armedWorld({ config: { offboarding: { mode: 'restrict', parkingGroup: 'No Companies' } } });
    await world.tell(hire({ attributes: { ...MARA, department: 'Security' } }));
    await world.tell(leave());
    const account = world.account(MARA.email);
    expect(account).toMatchObject({ roles: ['customer_user'], is_available_for_contact: false });
    expect(world.published.at(-1)).toMatchObject({ result: 'done', what: 'restricted' });
  });

  test('with a grace time is restricted first and removed when it is over', async () => {
    const world = await armedWorld({
      config: { offboarding: { mode: 'restrict-then-delete', parkingGroup: 'No Companies', graceDays: 2 } },
    });
    await world.tell(hire());
    await world.tell(leave());
    expect(world.account(MARA.email)).toBeDefined();
    await world.pass(2 * DAY - HOUR);
    expect(world.account(MARA.email)).toBeDefined();
    await world.pass(2 * HOUR);
    expect(world.account(MARA.email)).toBeUndefined();
    expect((await world.people())[0]?.wakeAt).toBeUndefined();
  });

  test('who never had an account needs none to be removed', async () => {
    const world = await armedWorld();
    await world.tell(leave());
    expect(results(world)).toEqual(['no-op ALREADY_GONE']);
    expect(world.writes()).toEqual([]);
  });

  test('of the last day of the month stays until then', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    await world.tell(leave({ from: START + 3 * DAY }));
    expect(world.account(MARA.email)).toBeDefined();
    await world.pass(3 * DAY + 2 * MINUTE);
    expect(world.account(MARA.email)).toBeUndefined();
  });

  test('who comes back gets an account again', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    await world.tell(leave());
    await world.pass(DAY);
    await world.tell(hire({ said: START + HOUR, from: START + HOUR }));
    expect(world.writes()).toEqual(['POST', 'DELETE', 'POST']);
    expect(world.account(MARA.email)).toBeDefined();
  });
});

describe('what no event may touch', () => {
  test('protected accounts are held', async () => {
    const world = await armedWorld();
    world.core.create({ email: 'break-glass@example.com', formal_name: 'Break Glass' });
    await world.tell(leave({ attributes: { email: 'Break-Glass@example.com' } }));
    expect(results(world)).toEqual(['held PROTECTED']);
    expect(world.account('break-glass@example.com')).toBeDefined();
  });

  test('company API tokens are held', async () => {
    const world = await armedWorld({ switches: { tokensHidden: false } });
    world.core.create({ email: 'token@example.com', formal_name: 'Token', is_company_api_token: true });
    await world.tell(leave({ attributes: { email: 'token@example.com' } }));
    expect(results(world)).toEqual(['held API_TOKEN']);
  });

  test('a deployment that nobody armed only plans', async () => {
    const world = createWorld();
    await world.tell(hire());
    expect(world.writes()).toEqual([]);
    expect(results(world)).toEqual(['held NOT_ARMED']);
    const [person] = await world.people();
    expect(await world.store.query(`P#${person?.pid}`, { prefix: 'L#' })).toHaveLength(1);
  });
});

describe('deliveries that come again', () => {
  test('without an id are no-ops only while they still say what holds', async () => {
    const world = await armedWorld();
    const first = hire({ id: 'hr:body:0', idFrom: 'body' });
    await world.tell(first, { ...first, received: 'second' });
    await world.tell(eventWith({ kind: 'mover', said: START, from: START, attributes: { department: 'Security' } }));
    await world.tell({ ...first, received: 'third', said: START + MINUTE });
    await world.tell({ ...first, received: 'fourth' });
    expect(results(world)).toEqual([
      'done RULE',
      'no-op SEEN_BEFORE',
      'done RULE',
      'held REPEATED_BODY',
      'no-op SEEN_BEFORE',
    ]);
  });
});

test('a delivery without an id that comes again after other news is asked about, where its HR system can be asked', async () => {
  const hr = { kind: 'bamboohr' as const, secret: 's', fetch: { secret: 'f', baseUrl: 'https://x.bamboohr.com' } };
  const world = await armedWorld({ config: { sources: { hr } } });
  const gone = leave({ id: 'hr:body:1', idFrom: 'body', said: START, from: START });
  await world.tell(hire(), gone);
  world.clock.advance(2 * MINUTE);
  await world.tell(hire({ said: START + MINUTE, from: START + MINUTE }));
  world.hr.set('hr/E1', { attributes: MARA, employment: [{ value: 'active', from: START + MINUTE }] });
  world.clock.advance(2 * MINUTE);
  const again = { said: world.clock.now(), from: world.clock.now(), receivedAt: world.clock.now() };
  await world.tell({ ...gone, ...again, received: 'again' });
  expect(results(world).at(-1)).toBe('no-op AS_IS'); // the end was an old one
  expect(world.account(MARA.email)).toBeDefined();
});

test('a message that cannot be read is kept among the dead with its reason, at first sight', async () => {
  const world = await armedWorld();
  await world.work('normal', '{"schema":1,"type":"event","event":{"id":"hr:x:0","received":"r-1","source":"hr"}}');
  await world.work('normal', 'not JSON');
  expect(world.queues.dead.map(({ reason }) => reason)).toEqual(['MESSAGE_UNREADABLE', 'MESSAGE_UNREADABLE']);
  expect(world.published).toMatchObject([{ id: 'r-1', result: 'dead' }]);
});
