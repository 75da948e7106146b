import { CloudFormationClient, UpdateTerminationProtectionCommand } from '@aws-sdk/client-cloudformation';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientSettings } from '../../lib/aws/clients.ts';
import { orFailure } from '../../lib/aws/failure.ts';
import { currentVersion } from '../../lib/aws/secret-version.ts';
import { MAIL_HASH_KEY } from '../../lib/config/index.ts';
import { AppError } from '../../lib/errors.ts';
import { secretPrefix } from '../names.ts';
import { describeStack, identity } from '../ops/frame/stack.ts';

/** The AWS account and region that the credentials of this shell mean. Failures are AWS_IDENTITY and AWS_UNAVAILABLE. */
export interface Account {
  region: string;
  /** ARN of whose credentials these are. */
  caller(): Promise<string>;
  /** The status of a stack, such as CREATE_COMPLETE; undefined: there is none. */
  stack(name: string): Promise<string | undefined>;
  /** Whether the key of the address hashes is there. */
  hasMailKey(tenant: string): Promise<boolean>;
  /** Takes the protection against being deleted off a stack. */
  unprotect(stack: string): Promise<void>;
}

/** @throws AppError ARGUMENT_INVALID where no region is named. */
export function openAccount(env: NodeJS.ProcessEnv): Account {
  const region = env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'];
  if (region === undefined || region === '')
    throw new AppError('ARGUMENT_INVALID', 'Name the region: export AWS_REGION=eu-central-1, for example.');
  return {
    region,
    caller: () => identity(region),
    stack: async (name) => (await describeStack(name, region))?.StackStatus,
    async hasMailKey(tenant) {
      const client = new SecretsManagerClient({ ...clientSettings(), region });
      return (await currentVersion(client, secretPrefix(tenant) + MAIL_HASH_KEY)) !== undefined;
    },
    async unprotect(StackName) {
      const formation = new CloudFormationClient({ ...clientSettings(), region });
      const off = { StackName, EnableTerminationProtection: false };
      await orFailure('AWS_UNAVAILABLE', `Taking the protection off ${StackName}`, () =>
        formation.send(new UpdateTerminationProtectionCommand(off)),
      );
    },
  };
}
