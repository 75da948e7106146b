import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Upload } from '@aws-sdk/lib-storage';
import type { Call } from '../loopback/call.ts';

/** Makes a recorded call again. One client each, made once a container, as our functions have them. */
export type Sender = (call: Call) => Promise<unknown>;

export function sqs(): Sender {
  const client = new SQSClient({ useQueueUrlAsEndpoint: false });
  return ({ input }) => client.send(new SendMessageBatchCommand(recorded(input)));
}

export function dynamodb(): Sender {
  const client = new DynamoDBClient();
  return ({ operation, input }) => {
    if (operation === 'GetItem') return client.send(new GetItemCommand(recorded(input)));
    if (operation === 'PutItem') return client.send(new PutItemCommand(recorded(input)));
    if (operation === 'Scan') return client.send(new ScanCommand(recorded(input)));
    return client.send(new QueryCommand(recorded(input)));
  };
}

export function secrets(): Sender {
  const client = new SecretsManagerClient();
  return async ({ input }) => {
    try {
      return await client.send(new GetSecretValueCommand(recorded(input)));
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined; // as it was answered before
      throw error;
    }
  };
}

export function events(): Sender {
  const client = new EventBridgeClient();
  return ({ input }) => client.send(new PutEventsCommand(recorded(input)));
}

export function s3(): Sender {
  const client = new S3Client();
  const Bucket = process.env['EXPORT_BUCKET'];
  return async ({ operation, input }) => {
    const [Key, Prefix, Body] = [String(input['key']), String(input['prefix']), Buffer.alloc(Number(input['bytes']))];
    if (operation === 'ListObjectsV2') return client.send(new ListObjectsV2Command({ Bucket, Prefix }));
    if (operation === 'PutObject') return new Upload({ client, params: { Bucket, Key, Body } }).done();
    try {
      return await client.send(new GetObjectCommand({ Bucket, Key }));
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined; // as it was answered before
      throw error;
    }
  };
}

export function bitsight(): Sender {
  const authorization = `Basic ${Buffer.from(`${process.env['BITSIGHT_TOKEN']}:`).toString('base64')}`;
  return async ({ operation: method, input }) => {
    const body = String(input['body']);
    const headers = { authorization, accept: 'application/json', 'content-type': 'application/json' };
    const url = `${process.env['BITSIGHT_URL']}${String(input['path'])}`;
    const response = await fetch(url, { method, headers, ...(body !== '' && { body }) });
    return response.text();
  };
}

function recorded(input: Call['input']): never {
  return input as never; // -- what fits: it was recorded from the same command
}
