import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { startLocalAws } from '../../infra/local/aws.ts';
import type { BusEvent, SecretRecord } from '../../infra/local/aws-json-server.ts';
import { claimDataDirectory } from '../../infra/local/data-directory.ts';
import { createArchive } from '../../lib/aws/archive.ts';
import { createLanes } from '../../lib/aws/lanes.ts';
import { createDynamoStore } from '../../lib/aws/store.ts';

/** The services of one data directory with the production adapters before them. */
export async function localAws(path: string, visibilitySeconds = 60) {
  const data = claimDataDirectory(path);
  const events: BusEvent[] = [];
  const secrets = new Map<string, SecretRecord>();
  const onEvents = (entries: BusEvent[]) => void events.push(...entries);
  const aws = await startLocalAws({ data, secrets, onEvents, visibilitySeconds });
  const dynamo = new DynamoDBClient(aws.client('DYNAMODB'));
  const s3 = new S3Client(aws.client('S3'));
  const sqs = new SQSClient({ ...aws.client('SQS'), useQueueUrlAsEndpoint: false });
  const { urgent, normal } = aws.queues;
  return {
    aws,
    events,
    sqs,
    store: createDynamoStore({ client: dynamo, table: aws.table, nonce: randomUUID }),
    archive: createArchive({ client: s3, bucket: aws.bucket }),
    lanes: createLanes({
      client: sqs,
      urls: { urgent: urgent.url, normal: normal.url },
      deadUrls: { urgent: urgent.deadLetterUrl, normal: normal.deadLetterUrl },
    }),
    async stop() {
      for (const client of [dynamo, s3, sqs]) client.destroy();
      await aws.stop();
      data.release();
    },
  };
}
