import { inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createSecrets } from '../../../lib/aws/secrets.ts';
import { clientAt } from '../../support/aws.ts';
import { startScriptedServer, type Answer } from '../../support/scripted-server.ts';

/** What is thrown when the vault answers so, and everything that can be seen of it. */
async function thrownAgainst(answer: Answer): Promise<{ error: unknown; visible: string }> {
  const server = await startScriptedServer(answer);
  const client = new SecretsManagerClient(clientAt(server.url));
  const secrets = createSecrets({ client, prefix: 'lifecycle/', clock: { now: () => 0 } });
  const error: unknown = await secrets.current('token').catch((thrown: unknown) => thrown);
  await server.stop();
  return { error, visible: inspect(error, { depth: 9, showHidden: true }) };
}

test('a secret that may not be read is SECRET_UNAVAILABLE and says which and why', async () => {
  const { error } = await thrownAgainst(() => ({
    status: 400,
    headers: { 'x-amzn-errortype': 'AccessDeniedException' },
    body: '{"__type":"AccessDeniedException","Message":"no"}',
  }));
  expect(error).toMatchObject({
    code: 'SECRET_UNAVAILABLE',
    message: expect.stringMatching(/lifecycle\/token.*AccessDeniedException/),
  });
});

test('a binary value is no value: every secret here is text', async () => {
  const { error } = await thrownAgainst(() => ({ status: 200, body: '{"Name":"token","SecretBinary":"eA=="}' }));
  expect(error).toMatchObject({ code: 'SECRET_UNAVAILABLE' });
});

test('no part of a value is in the error when an answer breaks off', async () => {
  const { error, visible } = await thrownAgainst(() => ({ status: 200, body: '{"SecretString":"canary-7f3a' }));
  expect(error).toMatchObject({ code: 'SECRET_UNAVAILABLE' });
  expect(visible).not.toContain('canary');
});

test('a secret that does not exist is named as it would have to be stored', async () => {
  const { error } = await thrownAgainst(() => ({
    status: 400,
    headers: { 'x-amzn-errortype': 'ResourceNotFoundException' },
    body: '{"__type":"ResourceNotFoundException","Message":"no"}',
  }));
  expect(error).toMatchObject({ code: 'SECRET_UNAVAILABLE', message: expect.stringContaining('lifecycle/token') });
});
