import {
  ListSecretVersionIdsCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
  type SecretVersionsListEntry,
} from '@aws-sdk/client-secrets-manager';
import { failure } from './failure.ts';

/**
 * The version of a secret that is in use; undefined: it has no value. Nobody needs to read it for that. Its date is the
 * day the value was put in: the one of the secret itself moves with every tag and every value that was refused.
 *
 * @throws AppError SECRET_UNAVAILABLE
 */
export async function currentVersion(
  client: SecretsManagerClient,
  SecretId: string,
): Promise<SecretVersionsListEntry | undefined> {
  try {
    const { Versions = [] } = await client.send(new ListSecretVersionIdsCommand({ SecretId }));
    return Versions.find(({ VersionStages = [] }) => VersionStages.includes('AWSCURRENT'));
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw failure('SECRET_UNAVAILABLE', `Asking for the secret ${SecretId}`, error);
  }
}

/** When the value of a secret was put in, epoch milliseconds; undefined: it has none. */
export type PutInAt = (name: string) => Promise<number | undefined>;

/** A secret is stored under `prefix` + its name. */
export function createPutInAt({ client, prefix }: { client: SecretsManagerClient; prefix: string }): PutInAt {
  return async (name) => (await currentVersion(client, prefix + name))?.CreatedDate?.getTime();
}
