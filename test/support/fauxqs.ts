import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient, type Message } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import { clientAt } from './aws.ts';

/** SQS and S3 in this process, on loopback, in memory. */
export async function startFauxqs() {
  const app = buildApp({ logger: false });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const sqs = queueClientAt(url);
  const s3 = new S3Client(clientAt(url));
  let names = 0;
  return {
    url,
    sqs,
    s3,
    newQueue: async (attributes: Record<string, string> = {}): Promise<string> => {
      const command = new CreateQueueCommand({ QueueName: `queue-${(names += 1)}`, Attributes: attributes });
      return String((await sqs.send(command)).QueueUrl);
    },
    newBucket: async (): Promise<string> => {
      const Bucket = `bucket-${(names += 1)}`;
      await s3.send(new CreateBucketCommand({ Bucket }));
      return Bucket;
    },
    stop: async (): Promise<void> => {
      sqs.destroy();
      s3.destroy();
      await app.close();
    },
  };
}

export const queueClientAt = (url: string): SQSClient =>
  new SQSClient({ ...clientAt(url), useQueueUrlAsEndpoint: false });

/** Everything that waits in a queue. */
export async function drain(sqs: SQSClient, QueueUrl: string): Promise<Message[]> {
  const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] });
  const { Messages = [] } = await sqs.send(command);
  return Messages.length === 0 ? [] : [...Messages, ...(await drain(sqs, QueueUrl))];
}
