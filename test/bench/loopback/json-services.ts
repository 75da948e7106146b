import { createHash, randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Service } from './call.ts';

/** What `x-amz-target` begins with, by service. */
export const TARGETS: Record<string, Service> = {
  AmazonSQS: 'sqs',
  DynamoDB_20120810: 'dynamodb',
  secretsmanager: 'secrets',
  AWSEvents: 'events',
};

export class Refusal extends Error {}

type Operations = Record<string, (input: unknown) => object>;

/** SQS takes everything and keeps nothing. The SDK checks the digest of what was taken. */
const EntrySchema = z.object({ Id: z.string().default(''), MessageBody: z.string() });
const BatchSchema = z.object({ Entries: z.array(EntrySchema) });
const taken = ({ Id, MessageBody }: z.infer<typeof EntrySchema>) => ({
  Id,
  MessageId: randomUUID(),
  MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
});
const sqs: Operations = {
  SendMessageBatch: (input) => ({ Successful: BatchSchema.parse(input).Entries.map(taken), Failed: [] }),
  SendMessage: (input) => taken(EntrySchema.parse(input)),
};

const PutEventsSchema = z.object({ Entries: z.array(z.unknown()) });
const events: Operations = {
  PutEvents: (input) => ({
    FailedEntryCount: 0,
    Entries: PutEventsSchema.parse(input).Entries.map(() => ({ EventId: randomUUID() })),
  }),
};

const SecretSchema = z.object({ SecretId: z.string(), VersionStage: z.string().default('AWSCURRENT') });
function secrets(values: Record<string, string>): Operations {
  return {
    GetSecretValue(input) {
      const { SecretId, VersionStage } = SecretSchema.parse(input);
      const value = values[SecretId];
      if (value === undefined || VersionStage !== 'AWSCURRENT') throw new Refusal('ResourceNotFoundException');
      return { Name: SecretId, SecretString: value, VersionId: SecretId, VersionStages: [VersionStage] };
    },
    ListSecretVersionIds(input) {
      const VersionId = SecretSchema.parse(input).SecretId;
      return { Versions: [{ VersionId, VersionStages: ['AWSCURRENT'], CreatedDate: Math.floor(Date.now() / 1000) }] };
    },
  };
}

const KeySchema = z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) });
const ItemSchema = z.looseObject({ ...KeySchema.shape, v: z.object({ N: z.string() }) });
export type LedgerItem = z.infer<typeof ItemSchema>;
const GetSchema = z.object({ Key: KeySchema });
const PutSchema = z.object({
  Item: ItemSchema,
  ConditionExpression: z.enum(['attribute_not_exists(pk)', 'v = :read']),
  ExpressionAttributeValues: z.object({ ':read': z.object({ N: z.string() }) }).optional(),
});
const at = ({ pk, sk }: z.infer<typeof KeySchema>) => `${pk.S} ${sk.S}`;

/** The ledger's two conditions over a map. Queries and scans find nothing: nobody is due, and the night knows nobody. */
function dynamodb(items: Map<string, LedgerItem>): Operations {
  return {
    GetItem(input) {
      const Item = items.get(at(GetSchema.parse(input).Key));
      return Item === undefined ? {} : { Item };
    },
    PutItem(input) {
      const { Item, ExpressionAttributeValues } = PutSchema.parse(input);
      const read = ExpressionAttributeValues?.[':read'].N;
      if (items.get(at(Item))?.v.N !== read) throw new Refusal('ConditionalCheckFailedException');
      items.set(at(Item), Item);
      return {};
    },
    Query: () => ({ Items: [], Count: 0, ScannedCount: 0 }),
    Scan: () => ({ Items: [], Count: 0, ScannedCount: 0 }),
  };
}

/** What the services with a JSON protocol do, by service and operation. */
export function jsonServices(
  values: Record<string, string>,
  items: Map<string, LedgerItem>,
): Partial<Record<Service, Operations>> {
  return { sqs, events, secrets: secrets(values), dynamodb: dynamodb(items) };
}
