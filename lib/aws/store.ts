import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  paginateScan,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { AppError } from '../errors.ts';
import type { Item, Key, Stored } from '../lifecycle/ledger.ts';
import type { Store } from '../lifecycle/ports.ts';
import { clientSettings, type ClientLimits } from './clients.ts';
import { failure, orFailure } from './failure.ts';

export function createDynamoClient(limits?: Partial<ClientLimits>): DynamoDBClient {
  return new DynamoDBClient(clientSettings(limits));
}

/** Name of the index over `lane` and `wakeAt`. An item without `wakeAt` is not in it. */
export const DUE_INDEX = 'due';

/**
 * The ledger in a DynamoDB table. Every failure of the service is STORE_UNAVAILABLE: whether a write was carried out is
 * then unknown. `nonce` marks each write and is never used twice.
 */
export function createDynamoStore(options: { client: DynamoDBClient; table: string; nonce: () => string }): Store {
  const { table: TableName, nonce } = options;
  const client = DynamoDBDocumentClient.from(options.client, { marshallOptions: { removeUndefinedValues: true } });
  const query = (input: Omit<QueryCommandInput, 'TableName'>) =>
    itemsOf('Query', paginateQuery({ client }, { TableName, ...input }));

  async function get({ pk, sk }: Key): Promise<Stored | undefined> {
    const command = new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true });
    const { Item } = await orFailure('STORE_UNAVAILABLE', 'GetItem', () => client.send(command));
    return Item === undefined ? undefined : stored(Item);
  }

  async function put(item: Item, read: number | 'absent'): Promise<number | undefined> {
    const mark = nonce();
    const v = read === 'absent' ? 1 : read + 1;
    try {
      await client.send(new PutCommand({ TableName, Item: { ...item, v, nonce: mark }, ...conditionOf(read) }));
      return v;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw failure('STORE_UNAVAILABLE', 'PutItem', error);
      // when the answer to our first attempt was lost, the SDK's next attempt fails on our own write
      return (await get(item))?.nonce === mark ? v : undefined;
    }
  }

  return {
    get,
    put,
    query(pk, { prefix = '', limit = Infinity, descending = false } = {}) {
      const input = { ConsistentRead: true, ScanIndexForward: !descending, ...limitOf(limit) };
      return take(limit, query({ ...partitionOf(pk, prefix), ...input }), stored);
    },
    due(lane, now, limit) {
      const condition = 'lane = :lane AND wakeAt <= :now';
      const values = { ':lane': lane, ':now': now };
      const input = { KeyConditionExpression: condition, ExpressionAttributeValues: values, ...limitOf(limit) };
      return take(limit, query({ IndexName: DUE_INDEX, ...input }), keyOf);
    },
    async *scan() {
      const all = { TableName, ConsistentRead: true, TotalSegments: SEGMENTS };
      const segments = Array.from({ length: SEGMENTS }, (_, Segment) => paginateScan({ client }, { ...all, Segment }));
      for await (const item of itemsOf('Scan', atOnce(segments))) yield stored(item);
    },
  };
}

function conditionOf(read: number | 'absent') {
  return read === 'absent'
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : { ConditionExpression: 'v = :read', ExpressionAttributeValues: { ':read': read } };
}

function partitionOf(pk: string, prefix: string) {
  return prefix === ''
    ? { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk } }
    : {
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
      };
}

const limitOf = (limit: number) => (limit === Infinity ? {} : { Limit: limit });

type Found = Record<string, unknown>;

/** Of a whole table so many parts are read at the same time: one after the other, the ledger of a large company takes the night. */
const SEGMENTS = 4;

/** The next page of each until all have come to their end. */
async function* atOnce<T>(sequences: AsyncIterator<T>[]): AsyncGenerator<T> {
  let open = sequences;
  while (open.length > 0) {
    const next = await Promise.all(open.map((sequence) => sequence.next()));
    open = open.filter((_, n) => next[n]?.done === false);
    for (const { done, value } of next) if (done !== true) yield value;
  }
}

async function* itemsOf(operation: string, pages: AsyncIterable<{ Items?: Found[] | undefined }>) {
  try {
    for await (const page of pages) yield* page.Items ?? [];
  } catch (error) {
    throw failure('STORE_UNAVAILABLE', operation, error);
  }
}

/** The first `limit`; ends the paging with them. */
async function take<T>(limit: number, items: AsyncIterable<Found>, as: (item: Found) => T): Promise<T[]> {
  const taken: T[] = [];
  if (limit <= 0) return taken; // DynamoDB refuses a limit of 0
  for await (const item of items) if (taken.push(as(item)) >= limit) break;
  return taken;
}

function keyOf(item: Found): Key {
  const { pk, sk } = item;
  if (typeof pk === 'string' && typeof sk === 'string') return { pk, sk };
  throw new AppError('LEDGER_UNREADABLE', 'An item has no key of text.');
}

/** Callers parse the rest by the schema of the item. */
function stored(item: Found): Stored {
  const { v, nonce, schema } = item;
  const key = keyOf(item);
  if (typeof v === 'number' && typeof nonce === 'string' && typeof schema === 'number')
    return { ...item, ...key, v, nonce, schema };
  throw new AppError('LEDGER_UNREADABLE', `An item under ${key.sk} was not written by this software.`);
}
