import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { failure } from '../../../lib/aws/failure.ts';
import { createPutInAt, currentVersion, type PutInAt } from '../../../lib/aws/secret-version.ts';
import { AppError, isAppError } from '../../../lib/errors.ts';

/** Where people put new values in. */
export interface SecretStore {
  /**
   * Stores `value` beside the current one, and makes it the current one; before that, where something can be proven, it
   * is read back and `prove` tries it. The one before stays acceptable as AWSPREVIOUS. Where anything fails, the current
   * value is as it was. People may not read what senders sign with.
   */
  replace(name: string, value: string, prove?: (stored: string) => Promise<void>): Promise<void>;
  changedAt: PutInAt;
}

/**
 * Secrets Manager, in the stages of its own rotations (user guide, "Lambda rotation functions"): pending, proven,
 * current. What stays pending is nobody's value; the next one takes its place.
 */
export function createSecretStore({ client, prefix }: { client: SecretsManagerClient; prefix: string }): SecretStore {
  return {
    async replace(name, value, prove) {
      const secret = prefix + name;
      try {
        const isFirst = prove !== undefined && (await currentVersion(client, secret)) === undefined;
        if (isFirst) await prove(value); // it is the current one as soon as it is stored
        const version = await stage(client, secret, value);
        if (prove !== undefined) await prove(await read(client, secret, version));
        await promote(client, secret, version);
      } catch (error) {
        throw isAppError(error) ? error : failure('SECRET_UNAVAILABLE', `Storing the secret ${secret}`, error);
      }
    },
    changedAt: createPutInAt({ client, prefix }),
  };
}

async function stage(client: SecretsManagerClient, SecretId: string, SecretString: string): Promise<string> {
  const put = new PutSecretValueCommand({ SecretId, SecretString, VersionStages: ['AWSPENDING'] });
  const { VersionId } = await client.send(put);
  if (VersionId === undefined) throw new AppError('SECRET_UNAVAILABLE', `${SecretId} was stored without a version.`);
  return VersionId;
}

async function read(client: SecretsManagerClient, SecretId: string, VersionId: string): Promise<string> {
  const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId, VersionId }));
  return SecretString;
}

/** The first value that a secret ever has becomes the current one by itself. */
async function promote(client: SecretsManagerClient, SecretId: string, version: string): Promise<void> {
  const current = (await currentVersion(client, SecretId))?.VersionId;
  if (current === version) return;
  await client.send(
    new UpdateSecretVersionStageCommand({
      SecretId,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: version,
      ...(current !== undefined && { RemoveFromVersionId: current }),
    }),
  );
}
