import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createArchive, createArchiveClient } from '../../../lib/aws/archive.ts';
import { createLanes, createQueueClient } from '../../../lib/aws/lanes.ts';
import { createEventBridgeClient, createOutcomes } from '../../../lib/aws/outcomes.ts';
import { createSecrets, createSecretsClient } from '../../../lib/aws/secrets.ts';
import { createDynamoClient, createDynamoStore } from '../../../lib/aws/store.ts';
import type { ClientLimits } from '../../../lib/aws/clients.ts';
import { startScriptedServer, type Answer } from '../../support/scripted-server.ts';

const urls = { urgent: 'https://sqs.example.com/1/urgent', normal: 'https://sqs.example.com/1/normal' };
const outcome = { id: 'o', result: 'done', code: 'X', source: 's', event: 'e', received: 'r', at: 0 } as const;

/** One call of each adapter over the client that production makes. */
const calls: [service: string, call: (limits: Partial<ClientLimits>) => Promise<unknown>][] = [
  [
    'DYNAMODB',
    (limits) =>
      createDynamoStore({ client: createDynamoClient(limits), table: 't', nonce: String }).get({ pk: 'a', sk: 'b' }),
  ],
  [
    'SQS',
    (limits) =>
      createLanes({ client: createQueueClient(limits), urls }).send('urgent', [{ schema: 1, type: 'wake', pid: 'p' }]),
  ],
  ['S3', (limits) => createArchive({ client: createArchiveClient(limits), bucket: 'b' }).list('')],
  [
    'SECRETS_MANAGER',
    (limits) =>
      createSecrets({ client: createSecretsClient(limits), prefix: '', clock: { now: () => 0 } }).current('s'),
  ],
  ['EVENTBRIDGE', (limits) => createOutcomes({ client: createEventBridgeClient(limits), bus: 'b' }).publish([outcome])],
];

const before = { ...process.env };
let stop: () => Promise<void>;
async function pointAt(variable: string, answer: Answer) {
  const server = await startScriptedServer(answer);
  stop = server.stop;
  process.env[variable] = server.url;
  return server.calls;
}
beforeEach(() => {
  Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' });
});
afterEach(async () => {
  process.env = { ...before };
  await stop();
});

describe.each(calls)('the client of %s', (service, call) => {
  test('goes where the environment points it, and not where a queue URL or a service would', async () => {
    const seen = await pointAt(`AWS_ENDPOINT_URL_${service}`, () => ({ status: 400, body: '{}' }));
    await expect(call({})).rejects.toMatchObject({ name: 'AppError' });
    expect(seen).toHaveLength(1);
  });

  test('gives up on a service that takes a request and never answers', async () => {
    await pointAt(`AWS_ENDPOINT_URL_${service}`, () => 'silence');
    await expect(call({ requestTimeoutMs: 40, maxAttempts: 1 })).rejects.toMatchObject({
      message: expect.stringContaining('ETIMEDOUT'),
    });
  });

  test('gives up on an answer that stops in the middle', async () => {
    await pointAt(`AWS_ENDPOINT_URL_${service}`, () => ({
      status: 200,
      headers: { 'content-length': '9' },
      body: '{',
    }));
    await expect(call({ requestTimeoutMs: 40, maxAttempts: 1 })).rejects.toMatchObject({ name: 'AppError' });
  });

  test('tries three times in all when a service is out of order', async () => {
    const seen = await pointAt(`AWS_ENDPOINT_URL_${service}`, () => ({ status: 500, body: '{}' }));
    await expect(call({})).rejects.toMatchObject({ name: 'AppError' });
    expect(seen).toHaveLength(3);
  });
});
