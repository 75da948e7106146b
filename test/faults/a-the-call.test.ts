import { describe, expect, test } from '@jest/globals';
import type { FaultInput } from '../../infra/local/bitsight-simulator/faults.ts';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { listen } from '../../infra/local/listen.ts';
import type { BitsightClient } from '../../lib/bitsight/index.ts';
import { HOUR, MINUTE, SECOND } from '../../lib/time.ts';
import { GUID, userWith, withBitsight } from '../support/bitsight.ts';
import { armedWorld, eventWith, fetchOf, MARA, START, type TestWorld } from '../support/world.ts';

const hire = () => eventWith({ kind: 'joiner', attributes: MARA });
const move = () => eventWith({ kind: 'mover', said: START, from: START, attributes: { department: 'Security' } });
const leave = () => eventWith({ kind: 'leaver', said: START, from: START, attributes: { email: MARA.email } });
const outcomes = (world: TestWorld) => world.published.map(({ result, what, code }) => `${result} ${what ?? code}`);
const PROVEN = { 'patch-status-deactivated': 'as assumed', 'patch-status-activated': 'as assumed' } as const;
const provenWorld = (answer: string) =>
  armedWorld({
    config: { offboarding: { mode: 'deactivate' }, capabilities: PROVEN },
    switches: { patchStatus: 'honoured' },
    ...(answer === 'lost' && { faults: [{ kind: 'reset', method: 'PATCH', when: 'after', times: 1 }] }),
  });
const fired = (world: TestWorld) => Object.values(world.core.record.fired()).reduce((sum, n) => sum + n, 0);

/** Only real answers count as sent: a 429 or a refusal before the work is no POST that may have happened. */
const committed = (world: TestWorld) =>
  world.core.record.effects
    .filter((effect) => effect.actor === 'api')
    .map((effect) =>
      effect.change.before === null ? 'created' : effect.change.after === null ? 'deleted' : 'changed',
    );

/** Answers each socket's first request, and breaks the connection at the second: a socket that went stale meanwhile. */
async function withStaleServer(idle: (socket: Socket) => void, act: (client: BitsightClient) => Promise<void>) {
  const seen: string[] = [];
  const known = new WeakSet<Socket>();
  const server = createServer((request, response) => {
    const { socket, method = '' } = request;
    const isStale = known.has(socket);
    known.add(socket);
    seen.push(isStale ? `${method}, stale` : method);
    if (isStale) return void socket.resetAndDestroy();
    response.on('finish', () => idle(socket));
    response.setHeader('content-type', 'application/json').end(JSON.stringify(userWith()));
  });
  const url = await listen(server, 0, '--port');
  try {
    await withBitsight([], ({ client }) => act(client), { baseUrl: url });
  } finally {
    server.close();
    server.closeAllConnections();
  }
  return seen;
}
const NEW = {
  formal_name: 'Ines Example',
  email: 'ines@example.com',
  roles: [{ slug: 'customer_user' }] as [{ slug: string }],
};

interface Row {
  title: string;
  faults: FaultInput[];
  wait?: number;
  posts: number;
}
const POST_FAULTS: Row[] = [
  {
    title: 'fault 01: POST committed, answer lost: read back, not sent again',
    faults: [{ kind: 'reset', method: 'POST', when: 'after', times: 1 }],
    posts: 1,
  },
  {
    title: 'fault 02: POST lost on its way: sent again only after two looks',
    faults: [{ kind: 'reset', method: 'POST', when: 'before', times: 1 }],
    wait: 10 * MINUTE,
    posts: 2,
  },
  {
    title: 'fault 05: 5xx after the account was made: read back',
    faults: [{ kind: 'server-error', method: 'POST', when: 'after', times: 1 }],
    posts: 1,
  },
  {
    title: 'fault 06: 5xx without an account, several times: goes on until it works',
    faults: [{ kind: 'server-error', method: 'POST', when: 'before', times: 4 }],
    wait: HOUR,
    posts: 5,
  },
  {
    title: 'fault 13: HTML instead of the answer: read back',
    faults: [{ kind: 'html', status: 200, method: 'POST', when: 'after', times: 1 }],
    posts: 1,
  },
  { title: 'fault 13: half an answer: read back', faults: [{ kind: 'cut-json', method: 'POST', times: 1 }], posts: 1 },
  {
    title: 'fault 22: reads that lag a settle time behind',
    faults: [{ kind: 'late-read', ms: 4 * SECOND, times: 1 }],
    posts: 1,
  },
  {
    title: 'fault 22: reads that lag far behind',
    faults: [{ kind: 'late-read', ms: 15 * SECOND, times: 1 }],
    wait: 10 * MINUTE,
    posts: 1,
  },
];

describe('a joiner while Bitsight misbehaves', () => {
  test.each(POST_FAULTS)('$title', async ({ faults, wait, posts }) => {
    const world = await armedWorld({ faults });
    await world.tell(hire());
    await world.pass(wait ?? 0);
    expect(outcomes(world)).toEqual(['done created']);
    expect(committed(world)).toEqual(['created']);
    expect(world.writes()).toEqual(Array.from({ length: posts }, () => 'POST'));
    expect(world.core.record.coexisted()).toEqual([]);
    expect(fired(world)).toBeGreaterThan(0);
  });

  test('fault 02: between a lost POST and the next lie two thorough looks a settle time apart', async () => {
    const world = await armedWorld({ faults: [{ kind: 'reset', method: 'POST', when: 'before', times: 1 }] });
    await world.tell(hire());
    await world.pass(10 * MINUTE);
    const { calls } = world.core.record;
    const [first = 0, second = 0] = calls.flatMap((call, index) => (call.method === 'POST' ? [index] : []));
    const looks = calls.slice(first + 1, second).filter((call) => call.query.includes('is_company_api_token=true'));
    expect(looks.length).toBeGreaterThanOrEqual(4);
    expect((looks.at(-1)?.at ?? 0) - (looks[0]?.at ?? 0)).toBeGreaterThanOrEqual(world.config.bitsight.settleMs);
  });
});

describe('a worker that is killed', () => {
  test('fault 03: between a POST and writing down that it was made: whoever comes next reads back and sends no other', async () => {
    const death = Promise.withResolvers<void>();
    let dead = false;
    const after = (_port: string, operation: string): Promise<void> | undefined => {
      if (operation !== 'POST' || dead) return undefined;
      dead = true;
      death.resolve();
      return new Promise(() => undefined);
    };
    const world = await armedWorld({ hooks: { after } });
    const event = hire();
    await Promise.race([world.tell(event), death.promise]);
    await world.tell(event);
    expect(outcomes(world)).toEqual([]);
    await world.pass(10 * MINUTE);
    expect([world.writes(), outcomes(world)]).toEqual([['POST'], ['done created']]);
  });

  test('fault 04: after all was written down, before its message was deleted: the same message again costs no call', async () => {
    const world = await armedWorld();
    const event = hire();
    await world.tell(event);
    const calls = world.core.record.calls.length;
    await world.tell(event);
    expect(world.core.record.calls).toHaveLength(calls);
    expect(outcomes(world)).toEqual(['done created']);
  });
});

describe('a connection that lies', () => {
  test('fault 10: a POST whose answer takes 29 seconds ends at the deadline of the call, and is read back', async () => {
    const world = await armedWorld();
    const real = fetchOf(world.core, {});
    const signals: unknown[] = [];
    const slow: typeof globalThis.fetch = async (input, init) => {
      const answer = await real(input, init);
      if (init?.method !== 'POST') return answer;
      signals.push(init.signal);
      world.clock.advance(world.config.bitsight.timeoutMs);
      throw new DOMException('The operation was aborted due to timeout', 'TimeoutError');
    };
    const end = world.clock.now() + MINUTE;
    const invocation = { remainingMs: () => end - world.clock.now(), wallNow: () => world.clock.now() };
    const body = JSON.stringify({ schema: 1, type: 'event', event: hire() });
    await world.worker('normal', {}, slow)(body, invocation);
    expect(signals).toEqual([expect.any(AbortSignal)]);
    expect([world.writes(), outcomes(world)]).toEqual([['POST'], ['done created']]);
  });

  test('fault 12: a POST on a socket that went stale is not sent again, since bytes of it were written', async () => {
    let sent = 0;
    const seen = await withStaleServer(
      () => undefined,
      async ({ users }) => {
        const send = (): Promise<unknown> => users.create(NEW).catch((error: unknown) => error);
        let last: unknown;
        for (; !(last instanceof Error) && sent < 9; sent++) last = await send(); // until a socket is free to be used again
        expect(last).toMatchObject({ code: 'BITSIGHT_NO_ANSWER', traits: { happened: 'unknown' } });
      },
    );
    expect(seen.filter((one) => one === 'POST, stale')).toHaveLength(1);
    expect(seen).toHaveLength(sent);
  });

  test('fault 12: a GET on a socket that went stale is sent again at once, over another', async () => {
    const seen = await withStaleServer(
      () => undefined,
      async ({ users }) => {
        for (let n = 0; n < 9; n++) expect(await users.get(GUID)).toMatchObject({ guid: GUID });
      },
    );
    expect(seen).toContain('GET, stale');
    expect(seen.filter((one) => one === 'GET')).toHaveLength(9);
  });

  test('fault 12: a socket that the server closed in good time is not used: the POST goes over another, once', async () => {
    const closed = Promise.withResolvers<unknown>();
    const closeIt = (socket: Socket): void => void socket.once('close', closed.resolve).end();
    const seen = await withStaleServer(closeIt, async ({ users }) => {
      await users.get(GUID);
      await closed.promise;
      await users.create(NEW);
    });
    expect(seen).toEqual(['GET', 'POST']);
  });
});

describe('waiting that Bitsight asks for', () => {
  test('fault 07: 429 with Retry-After 300 pauses everybody in the ledger; nothing sleeps, nothing is called before', async () => {
    const world = await armedWorld({ faults: [{ kind: 'rate-limit', retryAfter: 300, holds: true, times: 1 }] });
    const before = world.clock.now();
    await world.tell(hire());
    await world.tell(
      eventWith({ kind: 'joiner', employeeId: 'E2', attributes: { ...MARA, email: 'ole.brandt@example.com' } }),
    );
    expect(world.clock.now()).toBe(before);
    await world.pass(20 * MINUTE);
    expect(outcomes(world)).toEqual(['done created', 'done created']);
    const [pause] = world.core.record.pauses();
    expect(world.core.record.callsDuring(pause?.from ?? 0, pause?.until ?? 0)).toEqual([]);
  });

  test('fault 08: 429 without Retry-After waits the minute that Bitsight advises', async () => {
    const world = await armedWorld({ faults: [{ kind: 'rate-limit', retryAfter: null, times: 1 }] });
    await world.tell(hire());
    expect(world.writes()).toEqual([]);
    const calls = world.core.record.calls.length;
    world.clock.advance(59 * SECOND);
    await world.sweep();
    await world.drain();
    expect(world.core.record.calls).toHaveLength(calls);
    await world.pass(5 * MINUTE);
    expect(outcomes(world)).toEqual(['done created']);
  });
});

describe('answers that are no proof', () => {
  test('fault 14: a refused POST whose address is taken by then adopts that account', async () => {
    const world = await armedWorld({ faults: [{ kind: 'late-read', ms: 0 }] });
    world.core.create({ email: MARA.email, formal_name: 'By hand', roles: ['customer_user'] });
    await world.tell(hire());
    expect(outcomes(world)).toEqual(['no-op ADOPTED']);
  });

  test('fault 16: an address in other letters, with blanks or a tag is compared in one form, and the tag counts', async () => {
    const world = await armedWorld();
    world.core.create({ email: 'Mara.Lindt@Example.com', formal_name: 'By hand', roles: ['customer_user'] });
    await world.tell(eventWith({ kind: 'joiner', attributes: { ...MARA, email: '  MARA.lindt@example.COM ' } }));
    const tagged = { ...MARA, email: 'mara.lindt+risk@example.com' };
    await world.tell(eventWith({ kind: 'joiner', employeeId: 'E2', attributes: tagged }));
    expect(outcomes(world)).toEqual(['no-op ADOPTED', 'done created']);
    expect(world.writes()).toEqual(['POST']);
  });

  test('fault 15: two accounts under one address are held, and neither is touched', async () => {
    const world = await armedWorld();
    world.core.create({ email: MARA.email });
    world.core.create({ email: MARA.email.toUpperCase() });
    await world.tell(leave());
    expect(outcomes(world)).toEqual(['held TWO_ACCOUNTS']);
    expect(world.writes()).toEqual([]);
  });

  test('fault 17: an account that is deactivated is held, since nothing documented activates it', async () => {
    const world = await armedWorld();
    world.core.create({ email: MARA.email, status: 'Deactivated' });
    await world.tell(hire());
    expect(outcomes(world)).toEqual(['held DEACTIVATED']);
  });

  describe('where the probe proved that PATCH takes status', () => {
    test.each(['heard', 'lost'])(
      'fault 17: a leaver is deactivated by PATCH and nothing else, its answer %s',
      async (answer) => {
        const world = await provenWorld(answer);
        await world.tell(hire());
        const before = world.account(MARA.email);
        await world.tell(leave());
        await world.pass(10 * MINUTE);
        expect(outcomes(world)).toEqual(['done created', 'done restricted']);
        expect(world.account(MARA.email)).toEqual({ ...before, status: 'Deactivated' });
        expect(world.writes()).toEqual(['POST', 'PATCH']);
      },
    );

    test('fault 17: whom HR calls employed is brought back, whoever deactivated the account', async () => {
      const world = await provenWorld('heard');
      world.core.create({ email: MARA.email, status: 'Deactivated' });
      await world.tell(hire());
      expect(outcomes(world)).toEqual(['done changed']);
      expect(world.account(MARA.email)).toMatchObject({ status: 'Activated' });
      await world.tell(leave());
      expect(world.account(MARA.email)).toMatchObject({ status: 'Deactivated' });
    });

    test('fault 17: a move alone brings nobody back', async () => {
      const world = await provenWorld('heard');
      world.core.create({ email: MARA.email, status: 'Deactivated' });
      await world.tell(eventWith({ kind: 'mover', attributes: MARA }));
      expect(outcomes(world)).toEqual(['held DEACTIVATED']);
      expect(world.writes()).toEqual([]);
    });

    test('fault 17: a status that does not stick is never called done', async () => {
      const world = await provenWorld('heard');
      world.core.setSwitches({ patchStatus: 'ignored' });
      await world.tell(hire());
      await world.tell(leave());
      await world.pass(30 * MINUTE);
      expect(world.published.at(-1)).toMatchObject({ result: 'held', code: 'READBACK_DIFFERS', names: ['status'] });
    });

    test('fault 17: the last Admin is not deactivated', async () => {
      const world = await provenWorld('heard');
      world.core.create({ email: MARA.email, status: 'Activated', roles: ['customer_admin'] });
      for (const admin of world.core
        .users()
        .filter(({ roles, email }) => roles.includes('customer_admin') && email !== MARA.email))
        world.core.edit(admin.guid, { is_company_api_token: true });
      await world.tell(leave());
      expect(outcomes(world)).toEqual(['held LAST_ADMIN']);
    });
  });

  test('fault 18: a PATCH that leaves a field as it was is tried once more, then held with the name of the field', async () => {
    const world = await armedWorld({ faults: [{ kind: 'ignore-field', field: 'group' }] });
    await world.tell(hire());
    await world.tell(move());
    await world.pass(30 * MINUTE);
    expect(world.writes()).toEqual(['POST', 'PATCH', 'PATCH']);
    expect(world.published.at(-1)).toMatchObject({ result: 'held', code: 'READBACK_DIFFERS', names: ['group'] });
  });

  test('fault 19: what was changed by hand meanwhile is seen before anything is written', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    const guid = world.account(MARA.email)?.guid ?? '';
    world.core.edit(guid, { roles: ['customer_group_admin'], is_available_for_contact: true });
    await world.tell(move());
    expect(world.account(MARA.email)).toMatchObject({
      is_available_for_contact: true,
      roles: ['customer_group_admin'],
    });
  });

  test('fault 21: an account that is gone already when it is deleted is proven gone', async () => {
    const world = await armedWorld({ faults: [{ kind: 'reset', method: 'DELETE', when: 'after', times: 1 }] });
    await world.tell(hire());
    await world.tell(leave());
    await world.pass(10 * MINUTE);
    expect(outcomes(world)).toEqual(['done created', 'done removed']);
    expect(world.writes()).toEqual(['POST', 'DELETE']);
  });
});

describe('a token or a right that is missing', () => {
  test('fault 23: a token that is refused for good loses no event; with a good one all goes on', async () => {
    const world = await armedWorld();
    const token = world.core.tokens()[0] ?? '';
    world.core.rotate({ token: 'another-token' });
    await world.tell(hire());
    await world.pass(HOUR);
    expect(world.published).toEqual([]);
    expect(world.queues.dead).toEqual([]);
    world.core.rotate({ token });
    await world.pass(HOUR);
    expect(outcomes(world)).toEqual(['done created']);
  });

  test('fault 24: 403 on one kind of change parks that change alone', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    world.core.faults.set([{ kind: 'forbidden', method: 'PATCH' }]);
    await world.tell(move());
    await world.tell(
      eventWith({ kind: 'joiner', employeeId: 'E2', attributes: { ...MARA, email: 'ole.brandt@example.com' } }),
    );
    expect(outcomes(world)).toEqual(['done created', 'done created']);
    world.core.faults.set([]);
    await world.pass(HOUR);
    expect(outcomes(world)).toEqual(['done created', 'done created', 'done changed']);
  });
});

test('stop halts writes at once and loses nothing', async () => {
  const world = await armedWorld();
  const { changeGate } = await import('../../lib/lifecycle/gate.ts');
  await changeGate(world.store, (gate) => ({ ...gate, stopped: true }));
  await world.tell(hire());
  await world.pass(HOUR);
  expect(world.writes()).toEqual([]);
  await changeGate(world.store, (gate) => ({ ...gate, stopped: false }));
  await world.pass(HOUR);
  expect(outcomes(world)).toEqual(['done created']);
});
