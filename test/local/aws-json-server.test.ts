import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateSecretCommand,
  ListSecretVersionIdsCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { startAwsJsonServer, type BusEvent, type SecretRecord } from '../../infra/local/aws-json-server.ts';
import { clientAt } from '../support/aws.ts';

let records: Map<string, SecretRecord>;
let events: BusEvent[];
let onEvents: (entries: BusEvent[]) => void;
let server: Awaited<ReturnType<typeof startAwsJsonServer>>;
let vault: SecretsManagerClient;
let bus: EventBridgeClient;

beforeEach(async () => {
  records = new Map();
  events = [];
  onEvents = (entries) => void events.push(...entries);
  server = await startAwsJsonServer({ secrets: records, onEvents: (entries) => onEvents(entries) });
  vault = new SecretsManagerClient(clientAt(server.url));
  bus = new EventBridgeClient(clientAt(server.url));
});
afterEach(async () => {
  vault.destroy();
  bus.destroy();
  await server.stop();
});

const create = (Name: string, SecretString?: string) =>
  vault.send(new CreateSecretCommand({ Name, ...(SecretString === undefined ? {} : { SecretString }) }));
const put = (SecretId: string, SecretString: string, ClientRequestToken?: string) =>
  vault.send(
    new PutSecretValueCommand({
      SecretId,
      SecretString,
      ...(ClientRequestToken === undefined ? {} : { ClientRequestToken }),
    }),
  );
const get = (SecretId: string, VersionStage?: string) =>
  vault.send(new GetSecretValueCommand({ SecretId, ...(VersionStage === undefined ? {} : { VersionStage }) }));
const entry = (Detail: string) => ({ Source: 's', DetailType: 't', Detail });
const send = (target: string, body: string) =>
  fetch(server.url, { method: 'POST', headers: { 'x-amz-target': target }, body });
const notFound = { name: 'ResourceNotFoundException' };

describe('Secrets Manager on one machine', () => {
  test('gives the value of a secret with its version', async () => {
    const { VersionId } = await create('token', 'v1');
    expect(await get('token')).toMatchObject({
      Name: 'token',
      SecretString: 'v1',
      VersionId,
      VersionStages: ['AWSCURRENT'],
      CreatedDate: expect.any(Date),
    });
  });

  test('says not found for a secret, a value and a previous value that are not there', async () => {
    await expect(get('none')).rejects.toMatchObject(notFound);
    await expect(put('none', 'x')).rejects.toMatchObject(notFound);
    await expect(vault.send(new ListSecretVersionIdsCommand({ SecretId: 'none' }))).rejects.toMatchObject(notFound);
    await create('empty');
    await expect(get('empty')).rejects.toMatchObject(notFound);
    await create('token', 'v1');
    await expect(get('token', 'AWSPREVIOUS')).rejects.toMatchObject(notFound);
  });

  test('a new value moves the one it replaces to the previous place', async () => {
    await create('token', 'v1');
    await put('token', 'v2');
    expect([(await get('token')).SecretString, (await get('token', 'AWSPREVIOUS')).SecretString]).toEqual(['v2', 'v1']);
    const { Versions = [] } = await vault.send(new ListSecretVersionIdsCommand({ SecretId: 'token' }));
    expect(Versions.flatMap(({ VersionStages = [] }) => VersionStages)).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
  });

  test('a put that the SDK repeats is one put: the previous value is not overwritten by the current', async () => {
    await create('token', 'v1');
    const id = '3b1f6f0a-0000-4000-8000-000000000001';
    await put('token', 'v2', id);
    await put('token', 'v2', id);
    expect((await get('token', 'AWSPREVIOUS')).SecretString).toBe('v1');
  });

  test('a secret that exists is not created again', async () => {
    await create('token', 'v1');
    await expect(create('token', 'v2')).rejects.toMatchObject({ name: 'ResourceExistsException' });
    expect((await get('token')).SecretString).toBe('v1');
  });

  test('what is kept is plain data, so that a file can hold it', async () => {
    await create('token', 'v1');
    await put('token', 'v2');
    const [record] = records.values();
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });
});

describe('PutEvents on one machine', () => {
  test('an entry that is no JSON object is refused by itself, the others are taken', async () => {
    const answer = await bus.send(new PutEventsCommand({ Entries: [entry('{"a":1}'), entry('[]'), entry('{')] }));
    expect(answer.FailedEntryCount).toBe(2);
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'MalformedDetail',
      'MalformedDetail',
    ]);
    expect(events.map(({ Detail }) => Detail)).toEqual(['{"a":1}']);
  });

  test('more than ten entries are refused', async () => {
    const Entries = Array.from({ length: 11 }, () => entry('{}'));
    await expect(bus.send(new PutEventsCommand({ Entries }))).rejects.toMatchObject({ name: 'ValidationException' });
    expect(events).toEqual([]);
  });

  test('the caller is told when its events could not be kept', async () => {
    onEvents = () => {
      throw new Error('disk full');
    };
    await expect(bus.send(new PutEventsCommand({ Entries: [entry('{}')] }))).rejects.toMatchObject({
      name: 'InternalFailure',
    });
  });
});

describe('what is no call of the SDK', () => {
  test.each([
    ['an operation that does not exist here', 'secretsmanager.DeleteSecret', '{}', 'UnknownOperationException'],
    ['a body that is no JSON', 'secretsmanager.GetSecretValue', '{"SecretId": canary', 'SerializationException'],
    [
      'a wrong input',
      'secretsmanager.PutSecretValue',
      '{"SecretId":"a","SecretString":{"canary":1}}',
      'ValidationException',
    ],
  ])('%s gets the error that AWS gives, and nothing is quoted', async (_, target, body, type) => {
    const response = await send(target, body);
    const text = await response.text();
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([400, type]);
    expect(text).not.toContain('canary');
  });
});
