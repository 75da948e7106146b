import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Clock, Secrets } from '../lifecycle/ports.ts';
import { createCachedSecrets, type LoadSecret } from './cached-secrets.ts';
import { clientSettings, type ClientLimits } from './clients.ts';
import { failure } from './failure.ts';

export function createSecretsClient(limits?: Partial<ClientLimits>): SecretsManagerClient {
  return new SecretsManagerClient(clientSettings(limits));
}

/** Secrets Manager, each value remembered for `cacheMs`, milliseconds. A secret is stored under `prefix` + its name. */
export function createSecrets(options: {
  client: SecretsManagerClient;
  prefix: string;
  clock: Pick<Clock, 'now'>;
  cacheMs?: number;
}): Secrets {
  const { client, prefix, clock, cacheMs } = options;
  const load: LoadSecret = async (SecretId, VersionStage) => {
    try {
      return (await client.send(new GetSecretValueCommand({ SecretId, VersionStage }))).SecretString;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw failure('SECRET_UNAVAILABLE', `Reading the secret ${SecretId}`, error);
    }
  };
  const secrets = createCachedSecrets({ load, clock, cacheMs });
  return {
    current: (name, refresh) => secrets.current(prefix + name, refresh),
    accepted: (name) => secrets.accepted(prefix + name),
  };
}
