import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startDynalite } from '../../infra/local/dynalite.ts';
import { createDynamoStore } from '../../lib/aws/store.ts';
import { readPerson } from '../../lib/lifecycle/identity.ts';
import { GateSchema, keys, PersonSchema, type Item } from '../../lib/lifecycle/ledger.ts';
import type { Store } from '../../lib/lifecycle/ports.ts';
import { DAY, HOUR, MINUTE } from '../../lib/time.ts';
import { clientAt } from '../support/aws.ts';
import { createLedgerTable, nonces } from '../support/dynamo.ts';
import { forward, startScriptedServer, type Call } from '../support/scripted-server.ts';
import { armedWorld, eventWith, fetchOf, MARA, START, type TestWorld } from '../support/world.ts';

const hire = (overrides = {}) => eventWith({ kind: 'joiner', attributes: MARA, ...overrides });
const leave = (at: number) => eventWith({ kind: 'leaver', said: at, from: at, attributes: { email: MARA.email } });
const move = (at: number, department: string) =>
  eventWith({ kind: 'mover', said: at, from: at, attributes: { department } });
const OLE = { ...MARA, email: 'ole.brandt@example.com' };
const outcomes = (world: TestWorld) => world.published.map(({ result, what, code }) => `${result} ${what ?? code}`);
const body = (event: ReturnType<typeof hire>, schema = 1) => JSON.stringify({ schema, type: 'event', event });

const isPut = ({ headers }: Call): boolean => String(headers['x-amz-target']).endsWith('.PutItem');

describe('queues', () => {
  test.each([
    ['no JSON', '{'],
    ['of another schema', body(hire(), 2)],
    ['not an event', JSON.stringify({ schema: 1, type: 'event', event: { id: 'hr:1:0' } })],
  ])(
    'fault 46: a message that is %s is put away at first sight with its reason, and the next goes on',
    async (_, text) => {
      const world = await armedWorld();
      world.queues.normal.push(text);
      await world.tell(hire({ employeeId: 'E2', attributes: OLE }));
      expect(world.queues.dead).toEqual([{ lane: 'normal', body: text, reason: 'MESSAGE_UNREADABLE' }]);
      expect(outcomes(world)).toContain('done created');
    },
  );

  test('fault 48: what the door enqueued and never answered is sent again, and done once', async () => {
    const world = await armedWorld();
    const first = hire();
    await world.tell(first, { ...first, received: 'received again' });
    expect(outcomes(world)).toEqual(['done created', 'no-op SEEN_BEFORE']);
    expect(world.published.map(({ received }) => received).toSorted()).toEqual(['received again', first.received]);
    expect(world.writes()).toEqual(['POST']);
  });

  test('fault 53: a dead letter that comes back weeks later undoes nothing that was said since', async () => {
    const world = await armedWorld();
    const [ended, oldMove] = [leave(START - 3 * HOUR), move(START - 2 * HOUR, 'Vendor Risk')];
    await world.tell(hire({ said: START - 4 * HOUR, from: START - 4 * HOUR }));
    await world.tell(hire({ said: START - HOUR, from: START - HOUR, attributes: { ...MARA, department: 'Security' } }));
    const before = world.account(MARA.email);
    expect(before).toMatchObject({ roles: ['customer_group_admin'] });
    await world.pass(30 * DAY);
    const writes = world.writes().length;
    await world.tell(ended, oldMove);
    await world.pass(HOUR);
    expect(world.account(MARA.email)).toEqual(before);
    expect(world.writes()).toHaveLength(writes);
    expect(world.published.slice(-2)).toMatchObject([{ result: 'no-op' }, { result: 'no-op' }]);
  });

  test('fault 53: and one that is the last word still counts', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    await world.pass(30 * DAY);
    await world.tell(leave(START));
    expect(outcomes(world)).toEqual(['done created', 'done removed']);
  });
});

describe('the ledger', () => {
  let dynalite: Awaited<ReturnType<typeof startDynalite>>;
  beforeAll(async () => void (dynalite = await startDynalite()));
  afterAll(() => dynalite.stop());

  /** The worker of a world over the real adapter, through a proxy that carries out each write and loses its first answer. */
  async function withLostAnswers(
    world: TestWorld,
    use: (work: (text: string) => Promise<void>, store: Store) => Promise<void>,
  ) {
    const table = await createLedgerTable(dynalite.url);
    let lost = 0;
    const told = new Set<string>();
    const proxy = await startScriptedServer(async (call) => {
      const reply = await forward(dynalite.url, call);
      const text = call.body.toString();
      if (!isPut(call) || told.has(text)) return reply;
      told.add(text);
      lost += 1;
      return 'lost';
    });
    const client = new DynamoDBClient(clientAt(proxy.url, 3));
    const store = createDynamoStore({ client, table, nonce: nonces() });
    const gate = await world.store.get(keys.gate());
    if (gate !== undefined) await store.put(gate, 'absent');
    const run = world.worker('normal', {}, fetchOf(world.core, {}), store);
    try {
      await use((text) => {
        const until = world.clock.now() + MINUTE;
        return run(text, { remainingMs: () => until - world.clock.now(), wallNow: () => world.clock.now() });
      }, store);
    } finally {
      await proxy.stop();
      client.destroy();
    }
    return lost;
  }

  test('fault 49: a write whose answer was lost and which the SDK repeats is known as our own: one pass, one account', async () => {
    const world = await armedWorld();
    const event = hire();
    const lost = await withLostAnswers(world, async (work, store) => {
      await work(body(event));
      expect(outcomes(world)).toEqual(['done created']);
      const person = await readPerson(store, world.published[0]?.pid ?? '');
      expect(person).toMatchObject({ open: [], outbox: [], seq: 1 });
      expect(person?.op).toBeUndefined();
    });
    expect(lost).toBeGreaterThan(5);
    expect(world.writes()).toEqual(['POST']);
  });
});

test('fault 50: a token that is rotated in the middle of a batch is read anew once, and the call that met it repeated once', async () => {
  const world = await armedWorld();
  await world.tell(hire());
  const token = world.core.rotate({ token: 'the-next-token' });
  world.secretValues.set('bitsight-api-token', { current: token });
  await world.tell(hire({ employeeId: 'E2', attributes: OLE }), move(START, 'Security'));
  expect(outcomes(world)).toEqual(['done created', 'done created', 'done changed']);
  expect(world.core.record.calls.filter(({ end }) => end?.status === 401)).toHaveLength(1);
  expect(world.writes()).toEqual(['POST', 'POST', 'PATCH']);
});

describe('fault 54: old code at work on what new code wrote', () => {
  const FUTURE = { kept: ['by', 'all'] };

  /** As a newer version may write them: further fields at each depth, further names of facts. */
  async function modernise(world: TestWorld): Promise<void> {
    for await (const item of world.store.scan()) {
      const modern: Item = { ...item, future: FUTURE };
      if (item.sk === 'P') {
        const { facts, ...person } = PersonSchema.parse(item);
        const hr = Object.fromEntries(
          Object.entries(facts['hr'] ?? {}).map(([name, sayings]) => [
            name,
            sayings?.map((saying) => ({ ...saying, future: FUTURE })),
          ]),
        );
        const pronouns = [{ value: 'they', said: START, from: START, event: 'hr:new:0' }];
        Object.assign(modern, person, { future: FUTURE, facts: { hr: { ...hr, pronouns } } });
      }
      await world.store.put(modern, item.v);
    }
  }

  test('reads it, works on, and leaves in place what it does not know', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    await modernise(world);
    await world.tell(move(START, 'Security'));
    await world.pass(HOUR);
    expect(outcomes(world)).toEqual(['done created', 'done changed']);
    const pid = world.published[0]?.pid ?? '';
    const person: unknown = await world.store.get(keys.person(pid));
    expect(person).toMatchObject({
      future: FUTURE,
      facts: { hr: { pronouns: [{ value: 'they' }], email: [{ value: MARA.email, future: FUTURE }] } },
    });
    expect(await world.store.get(keys.employee('hr', 'E1'))).toMatchObject({ future: FUTURE });
  });

  test('keeps it also where it changes the gate, an address and the budget of a month', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    await modernise(world);
    await world.arm();
    await world.tell(eventWith({ kind: 'mover', said: START, from: START, attributes: { email: 'mara@example.com' } }));
    await world.tell(hire({ employeeId: 'E2', attributes: OLE }));
    expect(GateSchema.parse(await world.store.get(keys.gate()))).toMatchObject({ future: FUTURE });
    expect(await world.store.get(keys.creations())).toMatchObject({ future: FUTURE, v: 3 });
    const aliases = (await Array.fromAsync(world.store.scan())).filter(({ pk }) => pk.startsWith('A#mail#'));
    expect(aliases.find((alias) => 'retiredAt' in alias)).toMatchObject({ future: FUTURE });
  });
});
