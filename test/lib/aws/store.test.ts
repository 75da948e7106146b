import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { startDynalite } from '../../../infra/local/dynalite.ts';
import { createDynamoStore } from '../../../lib/aws/store.ts';
import type { Store } from '../../../lib/lifecycle/ports.ts';
import { clientAt } from '../../support/aws.ts';
import { createLedgerTable, nonces } from '../../support/dynamo.ts';
import { forward, startScriptedServer, type Answer, type Call } from '../../support/scripted-server.ts';

const nonce = nonces();
const KEY = { pk: 'P#1', sk: 'P' };
const isPut = ({ headers }: Call): boolean => String(headers['x-amz-target']).endsWith('.PutItem');

let dynalite: Awaited<ReturnType<typeof startDynalite>>;
let table: string;
beforeAll(async () => void (dynalite = await startDynalite()));
beforeEach(async () => void (table = await createLedgerTable(dynalite.url)));
afterAll(() => dynalite.stop());

const storeAt = (url: string, attempts = 1): Store =>
  createDynamoStore({ client: new DynamoDBClient(clientAt(url, attempts)), table, nonce });

/** A store whose calls go through a server that may meddle with them. */
async function through<T>(answer: Answer, use: (store: Store, calls: Call[]) => Promise<T>): Promise<T> {
  const server = await startScriptedServer(answer);
  try {
    return await use(storeAt(server.url, 3), server.calls);
  } finally {
    await server.stop();
  }
}

const loseFirst: Answer = async (call, n) => {
  const reply = await forward(dynalite.url, call);
  return n === 1 ? 'lost' : reply;
};

const rivalBetween: Answer = async (call, n) => {
  const reply = await forward(dynalite.url, call);
  if (n === 1) await storeAt(dynalite.url).put({ ...KEY, schema: 1 }, 1);
  return n === 1 ? 'lost' : reply;
};

const refuse =
  (type: string, status = 400): Answer =>
  () => ({ status, headers: { 'x-amzn-errortype': type, 'x-amzn-requestid': 'R1' }, body: `{"__type":"${type}"}` });

const refuseReadBack: Answer = (call, n) =>
  refuse(isPut(call) ? 'ConditionalCheckFailedException' : 'InternalServerError')(call, n);

describe('an answer that is lost after the write was carried out', () => {
  test.each([['absent'], [1]] as const)('is a success when the write for %s was ours, made once', async (read) => {
    if (read === 1) await storeAt(dynalite.url).put({ ...KEY, schema: 1 }, 'absent');
    const v = read === 1 ? 2 : 1;
    const item = { ...KEY, schema: 1, by: 'me' };
    await through(loseFirst, async (store, calls) => {
      expect(await store.put(item, read)).toBe(v);
      expect(calls.filter(isPut)).toHaveLength(2);
    });
    expect(await storeAt(dynalite.url).get(KEY)).toMatchObject({ v, by: 'me' });
  });

  test('is a failed condition when a rival has written since, because what stands there is not ours', async () => {
    expect(await through(rivalBetween, (store) => store.put({ ...KEY, schema: 1 }, 'absent'))).toBeUndefined();
  });
});

describe('a service that refuses', () => {
  const operations: [string, (store: Store) => Promise<unknown>][] = [
    ['get', (store) => store.get(KEY)],
    ['put', (store) => store.put({ ...KEY, schema: 1 }, 'absent')],
    ['query', (store) => store.query('P#1')],
    ['due', (store) => store.due('normal', 0, 1)],
    ['scan', (store) => Array.fromAsync(store.scan())],
  ];

  test.each(operations)('makes %s STORE_UNAVAILABLE and names the throttling', async (_, operation) => {
    const server = await startScriptedServer(refuse('ProvisionedThroughputExceededException'));
    await expect(operation(storeAt(server.url))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(/ProvisionedThroughputExceededException, request R1/),
    });
    await server.stop();
  });

  test('does not turn a failed read-back into a failed condition: the write may stand', async () => {
    const server = await startScriptedServer(refuseReadBack);
    await expect(storeAt(server.url).put({ ...KEY, schema: 1 }, 1)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    await server.stop();
  });

  test('and is not there at all: STORE_UNAVAILABLE, not a hang', async () => {
    const server = await startScriptedServer(() => 'silence');
    await server.stop();
    await expect(storeAt(server.url).get(KEY)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});

test('an error quotes nothing of an answer that cannot be read', async () => {
  const server = await startScriptedServer(() => ({ status: 200, body: 'canary@example.com is not JSON' }));
  const error: unknown = await storeAt(server.url)
    .get(KEY)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('canary');
  await server.stop();
});

test('an item that something else wrote into the table is LEDGER_UNREADABLE, not half understood', async () => {
  const client = new DynamoDBClient(clientAt(dynalite.url));
  await client.send(new PutItemCommand({ TableName: table, Item: { pk: { S: 'P#1' }, sk: { S: 'P' } } }));
  await expect(storeAt(dynalite.url).get(KEY)).rejects.toMatchObject({ code: 'LEDGER_UNREADABLE' });
});

test('a number that would lose digits is refused, not rounded', async () => {
  const wakeAt = 2 ** 53 + 2;
  await expect(storeAt(dynalite.url).put({ ...KEY, schema: 1, wakeAt }, 'absent')).rejects.toThrow();
  expect(await storeAt(dynalite.url).get(KEY)).toBeUndefined();
});

test.each([
  ['get', true, (store: Store) => store.get(KEY)],
  ['query', true, (store: Store) => store.query('P#1')],
  ['scan', true, (store: Store) => Array.fromAsync(store.scan())],
  ['due', undefined, (store: Store) => store.due('normal', 1, 1)],
])(
  '%s reads with ConsistentRead %s: only an index cannot, and decisions rest on the others',
  async (_, expected, read) => {
    const server = await startScriptedServer((call) => forward(dynalite.url, call));
    await read(storeAt(server.url));
    expect(new Set(server.calls.map(({ body }) => JSON.parse(body.toString()).ConsistentRead))).toEqual(
      new Set([expected]),
    );
    await server.stop();
  },
);

test('the parts of the table are read at the same time: the ledger of a large company has to be read in a night', async () => {
  const four = Promise.withResolvers<void>();
  const server = await startScriptedServer(async (call, n) => {
    if (n === 4) four.resolve();
    await four.promise;
    return forward(dynalite.url, call);
  });
  expect(await Array.fromAsync(storeAt(server.url).scan())).toEqual([]);
  await server.stop();
});
