import { describe, expect, test } from '@jest/globals';
import { keys } from '../../../lib/lifecycle/ledger.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/time.ts';
import { eventWith, MARA, START, TEST_CONFIG } from '../../support/world.ts';
import { ASKED, hire, request, ticketWorld } from '../../support/tickets/world.ts';

type World = Awaited<ReturnType<typeof ticketWorld>>;
/** After the hire, and already here. */
const LATER = START - MINUTE;
const comments = ({ system }: World, ticket = 'ACC-17') => system.tickets.get(ticket)?.comments ?? [];
const told = ({ published }: World) => published.filter(({ source }) => source === 'tickets').map(({ code }) => code);
const requests = async (world: World) => (await world.people()).flatMap(({ tickets }) => tickets ?? []);
const roles = (world: World) => world.account(MARA.email)?.roles;

async function asked(world: World, ...events: Parameters<World['tell']>) {
  await world.tell(hire(), ...events);
  expect(world.system.wrong).toEqual([]);
}

describe('what a ticket asked for is said on it', () => {
  test('done: what, proven when, and by which reference; then the ticket is closed', async () => {
    const world = await ticketWorld();
    const event = request();
    await asked(world, event);
    expect(roles(world)).toEqual([ASKED]);
    expect(comments(world)).toEqual([
      `Bitsight: the account was changed, and read back at ${new Date(world.clock.now()).toISOString()}: it was decided for this person alone. (reference ${event.received})`,
    ]);
    expect(world.system.tickets.get('ACC-17')?.moved).toEqual(['Done']);
    expect(await requests(world)).toEqual([]);
    expect((await world.people())[0]).not.toHaveProperty('wakeAt');
    expect(world.published).toContainEqual(expect.objectContaining({ result: 'done', ticket: 'ACC-17' }));
  });

  test('nothing to do: that is an answer too', async () => {
    const world = await ticketWorld();
    await asked(world, request({ access: { role: 'customer_user', group: 'Vendor Risk', features: {} } }));
    expect(comments(world)).toEqual([
      expect.stringMatching(/^Bitsight: nothing had to be changed: Bitsight already agrees\. \(reference /),
    ]);
  });

  test('held: why, and that somebody has to act; later what came of it, and only then the ticket is closed', async () => {
    const world = await ticketWorld({ armed: false });
    await world.arm(false);
    await world.tell(hire(), request());
    expect(comments(world)).toEqual([expect.stringMatching(/not carried out, somebody has to act: this kind/)]);
    expect(world.system.tickets.get('ACC-17')?.moved).toEqual([]);
    await world.arm();
    for (const { pid } of await world.people()) await world.work('normal', wake(pid));
    expect(roles(world)).toEqual([ASKED]);
    expect(comments(world)).toEqual([
      expect.anything(),
      expect.stringMatching(/the account was created, and read back/),
    ]);
    expect(world.system.tickets.get('ACC-17')?.moved).toEqual(['Done']);
    expect(await requests(world)).toEqual([]);
  });

  test('the same reason to wait is not said twice', async () => {
    const world = await ticketWorld({ config: { fuse: { raises: { hour: { count: 0 } } } } });
    await asked(world, request());
    const before = world.system.asked.length;
    for (const { pid } of await world.people()) await world.work('normal', wake(pid));
    expect(comments(world)).toHaveLength(1);
    expect(world.system.asked).toHaveLength(before);
    expect(comments(world)[0]).toMatch(/more changes of this kind than its budget allows/);
  });

  test('what was asked back is answered as well, though nothing of it is looked at again', async () => {
    const world = await ticketWorld();
    await asked(world, request(), request({ ticket: 'ACC-18', access: null, said: START + HOUR, from: START + HOUR }));
    await world.pass(2 * HOUR);
    expect(roles(world)).toEqual(['customer_user']);
    expect(comments(world, 'ACC-18')).toEqual([expect.stringMatching(/a rule of the access policy grants it/)]);
    expect(world.system.asked).not.toContain('GET /rest/api/2/issue/ACC-18');
  });

  test('a request that another one overtook while it waited is told so, and closed', async () => {
    const world = await ticketWorld({ armed: false });
    await world.arm(false);
    await world.tell(hire(), request(), request({ ticket: 'ACC-18', access: null, said: START + 1 }));
    await world.arm();
    for (const { pid } of await world.people()) await world.work('normal', wake(pid));
    expect(comments(world).at(-1)).toMatch(/nothing had to be changed: a later event says otherwise/);
    expect(comments(world, 'ACC-18').at(-1)).toMatch(/the account was created/);
    expect(await requests(world)).toEqual([]);
  });

  test('a new address that HR says is not held back by the one on an old ticket', async () => {
    const world = await ticketWorld({ config: { ...ranked('alpha'), authority: [] } });
    const { source: _source, ...event } = request();
    await world.tell(hire(), { ...event, source: 'alpha' });
    const renamed = { email: 'mara.berg@example.com', lastName: 'Berg' };
    await world.tell(eventWith({ kind: 'mover', said: LATER, attributes: renamed }));
    expect(world.account('mara.berg@example.com')?.roles).toEqual([ASKED]);
  });

  test('a source without an answer is never asked nor told', async () => {
    const calls: Record<string, number> = {};
    for (const ticket of ['ACC-17', undefined]) {
      const before = (port: string) => void (calls[`${port} ${ticket}`] = (calls[`${port} ${ticket}`] ?? 0) + 1);
      const world = await ticketWorld({ config: ranked('tickets'), hooks: { before } });
      const { ticket: _ticket, ...event } = request();
      await asked(world, ticket === undefined ? event : { ...event, ticket });
      expect(roles(world)).toEqual([ASKED]);
      expect(world.system.asked).toEqual([]);
      expect(await requests(world)).toEqual([]);
    }
    expect(calls['store ACC-17']).toBe(calls['store undefined']); // nor does it cost the ledger a call
  });
});

describe('once, whatever happens', () => {
  test.each([['lost'], ['lost after'], [429], [500], [401]] as const)('a comment that ends with %s', async (fault) => {
    const world = await ticketWorld();
    // the ticket, its comments, its transitions, the transition, the comment
    world.system.faults = [undefined, undefined, undefined, undefined, fault];
    await asked(world, request());
    expect(roles(world)).toEqual([ASKED]);
    expect(told(world)).toEqual(['DECIDED']);
    await world.pass(30 * MINUTE);
    expect(comments(world)).toHaveLength(1);
    expect(world.system.tickets.get('ACC-17')?.moved).toEqual(['Done']);
    expect(await requests(world)).toEqual([]);
  });

  test.each([
    ['approved', 'Approved', 'DECIDED', ASKED],
    ['not approved', 'Rejected', 'TICKET_NOT_APPROVED', 'customer_user'],
  ])('a redelivery that is taken in at the same moment, %s: one comment', async (_name, state, code, role) => {
    const world = await ticketWorld();
    world.system.tickets.set('ACC-17', { states: [state], comments: [], moved: [] });
    await world.tell(hire());
    const event = request();
    for (const one of [event, { ...event, received: 'received-again' }]) world.accept(one);
    await Promise.all(world.queues.normal.splice(0).map((body) => world.work('normal', body)));
    await world.pass(30 * MINUTE);
    expect(told(world)).toEqual([code, code]);
    expect(comments(world)).toHaveLength(1);
    expect(roles(world)).toEqual([role]);
    expect(await requests(world)).toEqual([]);
  });

  test('a redelivery that is taken in after the first was answered, since nobody remembers it: one comment', async () => {
    const world = await ticketWorld();
    const event = request();
    await asked(world, event);
    world.table.delete(keys.seen(event.id).pk);
    await world.tell({ ...event, received: 'received-again' });
    expect(told(world)).toEqual(['DECIDED', 'AS_IS']);
    expect(comments(world)).toHaveLength(1);
    expect(await requests(world)).toEqual([]);
  });

  test('what became of it stays to be said while the ticket system is down, whatever happens to the person', async () => {
    const world = await ticketWorld();
    world.system.faults = [undefined, 503];
    await asked(world, request());
    await world.tell(eventWith({ kind: 'mover', said: LATER, attributes: { lastName: 'Berg' } }));
    await world.pass(30 * MINUTE);
    expect(told(world)).toEqual(['DECIDED']);
    expect(comments(world)).toEqual([expect.stringMatching(/it was decided for this person alone/)]);
    expect(world.account(MARA.email)?.formal_name).toBe('Mara Berg');
  });

  test('two workers at once: one of them says it', async () => {
    const world = await ticketWorld();
    const waiting: (() => void)[] = [];
    world.system.faults = [undefined, 'lost'];
    await asked(world, request());
    world.clock.advance(5 * MINUTE);
    const [person] = await world.people();
    const slow = world.worker('normal', {
      before: (port, operation) =>
        port === 'tickets' && operation === 'POST'
          ? new Promise((resolve) => waiting.push(() => resolve()))
          : undefined,
    });
    const first = slow(wake(person?.pid ?? ''), { remainingMs: () => 10 * MINUTE, wallNow: () => world.clock.now() });
    while (waiting.length === 0) await new Promise(setImmediate);
    world.clock.advance(3 * MINUTE);
    await world.work('normal', wake(person?.pid ?? ''));
    expect(comments(world)).toHaveLength(0);
    for (let n = 0; n < 3; n++) {
      waiting.splice(0).forEach((go) => go());
      await new Promise(setImmediate);
    }
    await first;
    expect(comments(world)).toHaveLength(1);
  });

  test('no answer is begun that could not be written down', async () => {
    const world = await ticketWorld();
    world.system.faults = [undefined, 'lost'];
    await asked(world, request());
    world.clock.advance(5 * MINUTE);
    const [person] = await world.people();
    const before = world.system.asked.length;
    const end = world.clock.now() + 14_000;
    const hurried = { remainingMs: () => end - world.clock.now(), wallNow: () => world.clock.now() };
    await world.worker('normal')(wake(person?.pid ?? ''), hurried);
    expect(world.system.asked).toHaveLength(before);
    await world.pass(5 * MINUTE);
    expect(comments(world)).toHaveLength(1);
  });

  test('the same words are not said twice in a row: a rule that fires on our own comment ends there', async () => {
    const world = await ticketWorld();
    await asked(world, request());
    for (let n = 1; n <= 4; n++) await world.tell(request({ said: START + n }));
    expect(told(world)).toEqual(['DECIDED', 'AS_IS', 'AS_IS', 'AS_IS', 'AS_IS']);
    expect(comments(world)).toHaveLength(2);
  });

  test('a ticket system that is down delays nobody, and is given up after a week, with a metric', async () => {
    const world = await ticketWorld({ config: { policy: { rules: [] } } });
    world.system.faults = Array.from({ length: 1000 }, () => 503);
    await world.tell(
      hire(),
      request({ access: null }),
      eventWith({ kind: 'leaver', said: START + 1, from: START + 1 }),
    );
    expect(world.account(MARA.email)).toBeUndefined();
    expect((await requests(world)).map(({ answer }) => answer?.tries)).toEqual([1]);
    await world.pass(6 * DAY);
    const tries = world.system.asked.length;
    expect(tries).toBeGreaterThan(100);
    expect(tries).toBeLessThan(200);
    expect(await requests(world)).toHaveLength(1);
    await world.pass(2 * DAY);
    expect(await requests(world)).toEqual([]);
    expect(world.telemetry.counts.get('AnswerGivenUp')).toBe(1);
    expect((await world.people())[0]).not.toHaveProperty('wakeAt');
  });
});

describe('the approval is looked at again when its request is carried out', () => {
  test('approved no more: held, nothing of it remains, and the rest goes on', async () => {
    const world = await ticketWorld();
    world.system.tickets.set('ACC-17', { states: ['Rejected'], comments: [], moved: [] });
    await asked(world, request());
    expect(roles(world)).toEqual(['customer_user']);
    expect(told(world)).toEqual(['TICKET_NOT_APPROVED']);
    expect(comments(world)).toEqual([expect.stringMatching(/ACC-17/)]);
    expect(world.system.tickets.get('ACC-17')?.moved).toEqual([]);
    await world.tell(eventWith({ kind: 'mover', said: LATER, attributes: { department: 'Security' } }));
    expect(roles(world)).toEqual(['customer_group_admin']);
    expect(world.system.asked.filter((one) => one === 'GET /rest/api/2/issue/ACC-17')).toHaveLength(1);
  });

  test('a ticket that is gone is not approved', async () => {
    const world = await ticketWorld();
    world.system.tickets.delete('ACC-17');
    await asked(world, request());
    expect(told(world)).toEqual(['TICKET_NOT_APPROVED']);
    expect(roles(world)).toEqual(['customer_user']);
  });

  test('approved anew: carried out', async () => {
    const world = await ticketWorld();
    world.system.tickets.set('ACC-17', { states: ['Rejected'], comments: [], moved: [] });
    await asked(world, request());
    world.system.tickets.set('ACC-17', { states: ['approved '], comments: [], moved: [] });
    await world.tell(request({ said: START + MINUTE, from: START + MINUTE }));
    await world.pass(5 * MINUTE);
    expect(roles(world)).toEqual([ASKED]);
  });

  test('a ticket system that does not answer: unknown is not approved, and the grant waits', async () => {
    const world = await ticketWorld();
    world.system.faults = [503];
    await asked(world, request());
    expect(roles(world)).toEqual(['customer_user']);
    expect(told(world)).toEqual([]);
    await world.pass(5 * MINUTE);
    expect(roles(world)).toEqual([ASKED]);
    expect(comments(world)).toHaveLength(1);
  });

  test('after a batch was approved days later the ticket is looked at, not when the batch was filled alone', async () => {
    const world = await ticketWorld({ armed: false });
    await world.arm(false);
    await world.tell(hire(), request());
    world.system.tickets.set('ACC-17', { states: ['Rejected'], comments: [], moved: [] });
    await world.arm();
    for (const { pid } of await world.people()) await world.work('normal', wake(pid));
    expect(roles(world)).toEqual(['customer_user']);
  });

  test('what was carried out is not asked for again when it is put right later', async () => {
    const world = await ticketWorld();
    await asked(world, request());
    const asking = world.system.asked.length;
    await world.tell(eventWith({ kind: 'mover', said: LATER, attributes: { lastName: 'Berg' } }));
    expect(world.account(MARA.email)?.formal_name).toBe('Mara Berg');
    expect(world.system.asked).toHaveLength(asking);
  });

  test('whom HR calls gone gets nothing by a ticket, and the ticket says why', async () => {
    const world = await ticketWorld();
    await asked(
      world,
      eventWith({ kind: 'leaver', said: START, from: START }),
      request({ said: START + 1, from: START + 1 }),
    );
    await world.pass(MINUTE);
    expect(world.account(MARA.email)).toBeUndefined();
    expect(comments(world)).toEqual([expect.stringMatching(/nothing had to be changed: there is no account/)]);
  });
});

/** The source of tickets under another name. */
const ranked = (id: string) => ({ sources: { ...TEST_CONFIG.sources, [id]: { ...ticketSource() } } });

function ticketSource() {
  return {
    kind: 'jira' as const,
    secret: 'jira-webhook',
    approved: 'Approved',
    fields: { role: { from: 'role', table: { Manager: ASKED } } },
    samples: [{ name: 'none', body: {}, means: [] }],
    answer: undefined,
  };
}

const wake = (pid: string) => JSON.stringify({ schema: 1, type: 'wake', pid });
