import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startAwsJsonServer, type SecretRecord } from '../../../infra/local/aws-json-server.ts';
import { createSecretStore } from '../../../infra/ops/frame/secret-store.ts';
import { command } from '../../../infra/ops/secret.ts';
import { createSecrets } from '../../../lib/aws/secrets.ts';
import { clientAt } from '../../support/aws.ts';
import { given, targetOf } from '../../support/target.ts';
import { armedWorld, eventWith, MARA, type TestWorld } from '../../support/world.ts';

const NAME = 'bitsight-api-token';
let records: Map<string, SecretRecord>;
let vault: Awaited<ReturnType<typeof startAwsJsonServer>>;
let client: SecretsManagerClient;
let world: TestWorld;

beforeEach(async () => {
  world = await armedWorld({ users: 3 });
  records = new Map([[NAME, { createdAt: 0, current: { id: 'first', value: 'simulator-token', createdAt: 0 } }]]);
  vault = await startAwsJsonServer({ secrets: records, onEvents: () => undefined });
  client = new SecretsManagerClient(clientAt(vault.url));
});
afterEach(async () => {
  client.destroy();
  await vault.stop();
});

const stored = () => createSecrets({ client, prefix: '', clock: world.clock });
const set = (token: string) => {
  const target = { ...targetOf(world), secretStore: createSecretStore({ client, prefix: '' }) };
  return command.run(target, given(['set', 'bitsight'], {}, token));
};

test('a token that works becomes the current one, and what is written down of it is no part of it', async () => {
  world.core.rotate({ token: 'new-token', keep: true });
  expect((await set('new-token')).text).toContain('it sees 3 people and 1 company API tokens');
  expect(await stored().accepted(NAME)).toEqual(['new-token', 'simulator-token']);
  expect(JSON.stringify([...world.table.values()].map((rows) => [...rows.values()]))).not.toContain('new-token');
});

test('fault 51: a token that Bitsight refuses replaces nothing: the current one stays, and people go on', async () => {
  await expect(set('mistyped')).rejects.toMatchObject({ code: 'BITSIGHT_AUTHENTICATION' });
  expect(await stored().accepted(NAME)).toEqual(['simulator-token']);
  await world.tell(eventWith({ kind: 'joiner', attributes: MARA }));
  expect(world.account(MARA.email)).toBeDefined();
});

test('no token at all is not stored, and not taken for one that Bitsight refuses', async () => {
  await expect(set(' ')).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  expect(records.get(NAME)?.pending).toBeUndefined();
});

test('a key does not grow younger by a value that was refused: it is as old as what is in use', async () => {
  await expect(set('mistyped')).rejects.toThrow();
  expect(records.get(NAME)?.pending?.value).toBe('mistyped');
  expect(await createSecretStore({ client, prefix: '' }).changedAt(NAME)).toBe(0);
});

test('fault 51: whoever dies between storing and trying leaves the current value; the next one takes the place', async () => {
  world.core.rotate({ token: 'new-token', keep: true });
  const dies = createSecretStore({ client, prefix: '' }).replace(NAME, 'half-done', () => new Promise(() => undefined));
  await Promise.race([dies, waitFor(() => records.get(NAME)?.pending?.value === 'half-done')]);
  expect(await stored().accepted(NAME)).toEqual(['simulator-token']);
  await set('new-token');
  expect(await stored().accepted(NAME)).toEqual(['new-token', 'simulator-token']);
});

test('a first token that Bitsight refuses is not stored at all: it would be the current one at once', async () => {
  records.set(NAME, { createdAt: 0 });
  await expect(set('mistyped')).rejects.toMatchObject({ code: 'BITSIGHT_AUTHENTICATION' });
  expect(records.get(NAME)).toEqual({ createdAt: 0 });
});

test('the first value of an empty secret is put in the same way', async () => {
  records.set(NAME, { createdAt: 0 });
  await set('simulator-token');
  expect(await stored().current(NAME)).toBe('simulator-token');
});

test('what was read back is what is tried: a value that was damaged on its way is never made the current one', async () => {
  world.core.rotate({ token: 'new-token', keep: true });
  const keep = records.set.bind(records);
  records.set = (name, { pending, ...record }) =>
    keep(name, { ...record, ...(pending && { pending: { ...pending, value: pending.value.slice(1) } }) });
  await expect(set('new-token')).rejects.toMatchObject({ code: 'BITSIGHT_AUTHENTICATION' });
  expect(await stored().current(NAME)).toBe('simulator-token');
});

test('a key with nothing to be proven is not read back: no role of people may read what senders sign with', async () => {
  const asked: (string | undefined)[] = [];
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        asked.push(commandName);
        return next(args);
      },
    { step: 'initialize' },
  );
  await createSecretStore({ client, prefix: '' }).replace(NAME, 'another value');
  expect(asked).toEqual(['PutSecretValueCommand', 'ListSecretVersionIdsCommand', 'UpdateSecretVersionStageCommand']);
  expect(records.get(NAME)?.current?.value).toBe('another value');
});

async function waitFor(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate);
}
