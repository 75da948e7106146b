import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type Message,
  type MessageAttributeValue,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSMessageAttribute, SQSRecord } from 'aws-lambda';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';

export interface PollerOptions {
  client: SQSClient;
  queue: { url: string; arn: string };
  region: string;
  /** Messages of one invocation at most. */
  batchSize: number;
  /** Invocations at a time, as MaximumConcurrency of the event source. */
  concurrency: number;
  invoke: (event: SQSEvent) => Promise<unknown>;
  /** Makes the queue answer receives that wait for a message. */
  endReceives: () => void;
  log: (message: string) => void;
}

export interface QueuePoller {
  /** Receives nothing more and waits for what runs. A receive that waits is heard out, since what it takes must be worked on. */
  stop(): Promise<void>;
}

const WAIT_SECONDS = 2;

/**
 * Does what Lambda's event source mapping does: receives, invokes, and deletes what the function does not report as
 * failed. What failed comes back after the queue's visibility timeout.
 */
export function startQueuePoller(options: PollerOptions): QueuePoller {
  const stopping = new AbortController();
  const loops = Array.from({ length: options.concurrency }, () => poll(options, stopping.signal));
  return {
    async stop() {
      stopping.abort();
      // again and again: one that is on its way is not yet there to be ended
      const ending = setInterval(options.endReceives, 20);
      await Promise.all(loops);
      clearInterval(ending);
    },
  };
}

async function poll(options: PollerOptions, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    try {
      const messages = await receive(options);
      if (messages.length > 0) await handle(options, messages);
    } catch (error) {
      options.log(`The queue could not be polled: ${String(error)}`);
      await sleep(1000);
    }
  }
}

async function receive({ client, queue, batchSize }: PollerOptions): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queue.url,
    MaxNumberOfMessages: batchSize,
    WaitTimeSeconds: WAIT_SECONDS,
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames: ['All'],
  });
  const { Messages = [] } = await client.send(command);
  return Messages;
}

async function handle(options: PollerOptions, messages: Message[]): Promise<void> {
  const records = messages.map((message) => recordOf(message, options));
  const done = await succeeded(options, records);
  if (done.length === 0) return;
  const Entries = done.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
  await options.client.send(new DeleteMessageBatchCommand({ QueueUrl: options.queue.url, Entries }));
}

const AnswerSchema = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() })
  .nullish();

/** A function that fails, or that reports what was not in the batch, has done nothing. */
async function succeeded({ invoke, log }: PollerOptions, records: SQSRecord[]): Promise<SQSRecord[]> {
  try {
    const failures = AnswerSchema.parse(await invoke({ Records: records }))?.batchItemFailures ?? [];
    const failed = new Set(failures.map(({ itemIdentifier }) => itemIdentifier));
    const known = records.filter(({ messageId }) => failed.has(messageId)).length;
    return known === failed.size ? records.filter(({ messageId }) => !failed.has(messageId)) : [];
  } catch (error) {
    log(`A batch of ${records.length} stays in the queue: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

function recordOf(message: Message, { queue, region }: PollerOptions): SQSRecord {
  const { Attributes = {}, MessageAttributes = {} } = message;
  const attributes = Object.entries(MessageAttributes).map(([name, value]) => [name, attributeOf(value)] as const);
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: {
      ApproximateReceiveCount: Attributes.ApproximateReceiveCount ?? '1',
      SentTimestamp: Attributes.SentTimestamp ?? '',
      SenderId: Attributes.SenderId ?? '',
      ApproximateFirstReceiveTimestamp: Attributes.ApproximateFirstReceiveTimestamp ?? '',
    },
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: queue.arn,
    awsRegion: region,
  };
}

function attributeOf({ DataType, StringValue, BinaryValue }: MessageAttributeValue): SQSMessageAttribute {
  return {
    dataType: DataType ?? 'String',
    ...(StringValue === undefined ? {} : { stringValue: StringValue }),
    ...(BinaryValue === undefined ? {} : { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
    stringListValues: [],
    binaryListValues: [],
  };
}
