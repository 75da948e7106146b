import { describe, expect, test } from '@jest/globals';
import type { FaultInput } from '../../infra/local/bitsight-simulator/faults.ts';
import { HOUR, MINUTE, SECOND } from '../../lib/time.ts';
import { armedWorld, eventWith, MARA, START, type TestWorld } from '../support/world.ts';

const hire = () => eventWith({ kind: 'joiner', attributes: MARA });
const move = () => eventWith({ kind: 'mover', said: START, from: START, attributes: { department: 'Security' } });
const leave = () => eventWith({ kind: 'leaver', said: START, from: START, attributes: { email: MARA.email } });
const outcomes = (world: TestWorld) => world.published.map(({ result, what, code }) => `${result} ${what ?? code}`);
const fired = (world: TestWorld) => Object.values(world.core.record.fired()).reduce((sum, n) => sum + n, 0);

/** Only real answers count as sent: a 429 or a refusal before the work is no POST that may have happened. */
const committed = (world: TestWorld) =>
  world.core.record.effects
    .filter((effect) => effect.actor === 'api')
    .map((effect) =>
      effect.change.before === null ? 'created' : effect.change.after === null ? 'deleted' : 'changed',
    );

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
