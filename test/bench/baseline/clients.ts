import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
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
  return async ({ operation, input }) => {
    if (operation === 'ListSecretVersionIds') return client.send(new ListSecretVersionIdsCommand(recorded(input)));
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

export function sns(): Sender {
  const client = new SNSClient();
  return ({ input }) => client.send(new PublishCommand(recorded(input)));
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
