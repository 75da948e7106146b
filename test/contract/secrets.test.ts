import { PutSecretValueCommand, CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { startAwsJsonServer, type SecretRecord } from '../../infra/local/aws-json-server.ts';
import { createSecrets } from '../../lib/aws/secrets.ts';
import { AppError } from '../../lib/errors.ts';
import { clientAt } from '../support/aws.ts';
import { createMemorySecrets, type MemorySecretValues } from '../support/memory/secrets.ts';
import { secretsContract } from './secrets.contract.ts';

function stoppedClock() {
  let now = 1_795_000_000_000;
  return { now: () => now, pass: (ms: number) => void (now += ms) };
}

secretsContract('in memory', async () => {
  const values: MemorySecretValues = new Map();
  const clock = stoppedClock();
  let loads = 0;
  let broken = false;
  const before = () => {
    loads += 1;
    if (broken) throw new AppError('SECRET_UNAVAILABLE', 'broken by the test');
  };
  return {
    secrets: createMemorySecrets({ values, clock, before }),
    clock,
    async rotate(name, current) {
      const previous = values.get(name)?.current;
      values.set(name, { current, ...(previous === undefined ? {} : { previous }) });
    },
    loads: () => loads,
    break: () => void (broken = true),
    mend: () => void (broken = false),
    close: async () => undefined,
  };
});

secretsContract('in Secrets Manager, over the wire', async () => {
  const records = new Map<string, SecretRecord>();
  const clock = stoppedClock();
  let loads = 0;
  let broken = false;
  const server = await startAwsJsonServer({
    secrets: {
      get(name) {
        if (broken) throw new Error('broken by the test');
        return records.get(name);
      },
      set: (name, record) => records.set(name, record),
    },
    onEvents: () => undefined,
  });
  const client = new SecretsManagerClient(clientAt(server.url));
  const counted = new SecretsManagerClient(clientAt(server.url));
  counted.middlewareStack.add((next) => (args) => ((loads += 1), next(args)), { step: 'initialize' });
  return {
    secrets: createSecrets({ client: counted, prefix: 'lifecycle/', clock }),
    clock,
    async rotate(name, SecretString) {
      const Name = `lifecycle/${name}`;
      const command = records.has(Name)
        ? client.send(new PutSecretValueCommand({ SecretId: Name, SecretString }))
        : client.send(new CreateSecretCommand({ Name, SecretString }));
      await command;
    },
    loads: () => loads,
    break: () => void (broken = true),
    mend: () => void (broken = false),
    async close() {
      client.destroy();
      counted.destroy();
      await server.stop();
    },
  };
});
