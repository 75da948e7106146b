import {
  CreateTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { clientSettings } from '../../lib/aws/clients.ts';
import type { Lane } from '../../lib/lifecycle/event.ts';
import { startAwsJsonServer, type BusEvent, type SecretMap } from './aws-json-server.ts';
import type { DataDirectory } from './data-directory.ts';
import { startDynalite } from './dynalite.ts';
import { LEDGER_TABLE_DEFINITION } from './ledger-table.ts';
import { startLoopbackFauxqs, type LoopbackFauxqs } from './loopback-fauxqs.ts';

export const REGION = 'eu-central-1';
const TABLE = 'ledger';
const BUCKET = 'exports';
const BUS = 'default';
const TOPIC = 'people';
/** No real account is ever meant; the SDK insists on having some. */
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** As `lib/aws/people.ts` publishes: one text for each protocol. */
const PublishedSchema = z.object({ email: z.string() });

export interface LocalQueue {
  url: string;
  deadLetterUrl: string;
  arn: string;
}

/** The services of AWS that the functions use, on loopback, with their state under the data directory. */
export interface LocalAws {
  /** What a function needs to find them: endpoints, region, credentials and the names of table, bucket, bus and queues. */
  environment: Record<string, string>;
  /** Settings for a client of the SDK made in this process. */
  client: (service: 'SQS' | 'S3' | 'DYNAMODB') => ReturnType<typeof clientSettings> & {
    endpoint: string;
    region: string;
    credentials: typeof credentials;
  };
  table: string;
  bucket: string;
  queues: Record<Lane, LocalQueue>;
  /** Messages of a lane that are not yet done: to be received, or received and not deleted. */
  waiting(lane: Lane): number;
  /** Answers all receives that wait for a message, so that their senders can stop. */
  endReceives(): void;
  stop(): Promise<void>;
}

export interface LocalAwsOptions {
  data: DataDirectory;
  secrets: SecretMap;
  onEvents: (entries: BusEvent[]) => void;
  /** Gets what people on duty are told, as the text of an e-mail. */
  onMessage?: (text: string) => void;
  /** Seconds until a received message that was not deleted comes back. */
  visibilitySeconds: number;
}

export async function startLocalAws({
  data,
  secrets,
  onEvents,
  onMessage = () => undefined,
  visibilitySeconds,
}: LocalAwsOptions): Promise<LocalAws> {
  const json = await startAwsJsonServer({ secrets, onEvents });
  const dynamo = await startDynalite({ path: data.at('ledger') });
  const paths = { queues: data.at('queues'), bucket: data.at('bucket') };
  const fauxqs = await startLoopbackFauxqs(paths, (message) =>
    onMessage(PublishedSchema.parse(JSON.parse(message)).email),
  );
  const endpoints = { SQS: fauxqs.url, S3: fauxqs.url, DYNAMODB: dynamo.url };
  const client: LocalAws['client'] = (service) => ({
    ...clientSettings(),
    endpoint: endpoints[service],
    region: REGION,
    credentials,
  });
  await prepareTable(new DynamoDBClient(client('DYNAMODB')));
  if (!fauxqs.s3.hasBucket(BUCKET)) fauxqs.s3.createBucket(BUCKET);
  const topic = fauxqs.sns.createTopic(TOPIC, undefined, undefined, REGION);
  const queues = {
    urgent: lane(fauxqs, 'urgent', visibilitySeconds),
    normal: lane(fauxqs, 'normal', visibilitySeconds),
  };
  return {
    client,
    table: TABLE,
    bucket: BUCKET,
    queues,
    environment: {
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      // what a person has set for the real AWS must not reach this
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      ...Object.fromEntries(Object.entries(endpoints).map(([name, url]) => [`AWS_ENDPOINT_URL_${name}`, url])),
      AWS_ENDPOINT_URL_SNS: fauxqs.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: json.url,
      AWS_ENDPOINT_URL_EVENTBRIDGE: json.url,
      LEDGER_TABLE: TABLE,
      EXPORT_BUCKET: BUCKET,
      EVENT_BUS: BUS,
      PEOPLE_TOPIC: topic.arn,
      URGENT_QUEUE_URL: queues.urgent.url,
      NORMAL_QUEUE_URL: queues.normal.url,
      URGENT_DEAD_LETTER_QUEUE_URL: queues.urgent.deadLetterUrl,
      NORMAL_DEAD_LETTER_QUEUE_URL: queues.normal.deadLetterUrl,
    },
    waiting: (name) => depth(fauxqs, name),
    endReceives: () => fauxqs.sqs.shutdown(),
    async stop() {
      await Promise.all([json.stop(), dynamo.stop(), fauxqs.stop()]);
    },
  };
}

async function prepareTable(client: DynamoDBClient): Promise<void> {
  try {
    await client.send(new CreateTableCommand({ TableName: TABLE, ...LEDGER_TABLE_DEFINITION }));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error; // it is there since an earlier run
  }
  await waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 0.01, maxDelay: 0.05 }, { TableName: TABLE });
  client.destroy();
}

/** As in the stack: after five receives without success a message is a dead letter. */
function lane(fauxqs: LoopbackFauxqs, name: Lane, visibilitySeconds: number): LocalQueue {
  const dead = queue(fauxqs, `${name}-dead`, { MessageRetentionPeriod: '1209600' });
  const live = queue(fauxqs, name, {
    VisibilityTimeout: String(visibilitySeconds),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 5 }),
  });
  return { url: live.url, arn: live.arn, deadLetterUrl: dead.url };
}

function queue(fauxqs: LoopbackFauxqs, name: string, attributes: Record<string, string>): { url: string; arn: string } {
  // found by its name; host and port of the URL count for nothing and may change from run to run
  const url = `${fauxqs.url}/000000000000/${name}`;
  const arn = `arn:aws:sqs:${REGION}:000000000000:${name}`;
  const found = fauxqs.sqs.getQueueByName(name) ?? fauxqs.sqs.createQueue(name, url, arn);
  found.setAttributes(attributes);
  return { url, arn };
}

function depth(fauxqs: LoopbackFauxqs, name: string): number {
  const found = fauxqs.sqs.getQueueByName(name);
  const ready = found?.getAttribute('ApproximateNumberOfMessages') ?? 0;
  const received = found?.getAttribute('ApproximateNumberOfMessagesNotVisible') ?? 0;
  return Number(ready) + Number(received);
}
