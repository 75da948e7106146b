import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AppError } from '../errors.ts';
import type { Lane } from '../lifecycle/event.ts';
import type { Lanes } from '../lifecycle/ports.ts';
import { sendInBatches } from './batches.ts';
import { clientSettings, type ClientLimits } from './clients.ts';
import { orFailure } from './failure.ts';
import { bodyOf, reasonOf } from './message.ts';

export function createQueueClient(limits?: Partial<ClientLimits>): SQSClient {
  // the queue URL names the queue, the endpoint says where it is: only so can it be pointed elsewhere
  return new SQSClient({ ...clientSettings(limits), useQueueUrlAsEndpoint: false });
}

/**
 * The lanes as SQS queues. `send` resolves when every message was taken; after QUEUE_UNAVAILABLE some may have been, and
 * all can be sent again.
 */
export function createLanes(options: {
  client: SQSClient;
  urls?: Partial<Record<Lane, string>>;
  deadUrls?: Partial<Record<Lane, string>>;
}): Lanes {
  const { client, urls = {}, deadUrls = {} } = options;
  return {
    async send(lane, messages) {
      const url = urls[lane];
      if (url === undefined) throw new AppError('QUEUE_UNAVAILABLE', `The ${lane} lane has no queue here.`);
      const bodies = messages.map(bodyOf);
      const refused = await sendInBatches(bodies, bytesOf, (batch) => sendBatch(client, url, batch));
      if (refused.length > 0)
        throw new AppError('QUEUE_UNAVAILABLE', `The ${lane} lane refused ${refused.length} of ${bodies.length}.`);
    },
    async dead(lane, body, reason) {
      const url = deadUrls[lane];
      if (url === undefined) throw new AppError('QUEUE_UNAVAILABLE', `The ${lane} lane has no dead-letter queue here.`);
      const attributes = { reason: { DataType: 'String', StringValue: reasonOf(reason) } };
      const command = new SendMessageCommand({ QueueUrl: url, MessageBody: body, MessageAttributes: attributes });
      await orFailure('QUEUE_UNAVAILABLE', 'Sending', () => client.send(command));
    },
  };
}

const bytesOf = (body: string): number => Buffer.byteLength(body);

/** Returns the bodies that were refused. */
async function sendBatch(client: SQSClient, url: string, bodies: string[]): Promise<string[]> {
  const Entries = bodies.map((body, index) => ({ Id: String(index), MessageBody: body }));
  const command = new SendMessageBatchCommand({ QueueUrl: url, Entries });
  const { Successful = [] } = await orFailure('QUEUE_UNAVAILABLE', 'Sending', () => client.send(command));
  const taken = new Set(Successful.map(({ Id }) => Id));
  return bodies.filter((_, index) => !taken.has(String(index)));
}
