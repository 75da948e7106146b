import {
  CloudFormationClient,
  DescribeStacksCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { clientSettings } from '../../lib/aws/clients.ts';
import { failure, orFailure } from '../../lib/aws/failure.ts';
import { AppError } from '../../lib/errors.ts';
import { identity } from '../ops/frame/stack.ts';

/** The AWS account and region that the credentials of this shell mean. Failures are AWS_IDENTITY and AWS_UNAVAILABLE. */
export interface Account {
  region: string;
  /** ARN of whose credentials these are. */
  caller(): Promise<string>;
  hasStack(name: string): Promise<boolean>;
  /** Takes the protection against being deleted off a stack. */
  unprotect(stack: string): Promise<void>;
}

/** @throws AppError ARGUMENT_INVALID where no region is named. */
export function openAccount(env: NodeJS.ProcessEnv): Account {
  const region = env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'];
  if (region === undefined || region === '')
    throw new AppError('ARGUMENT_INVALID', 'Name the region: export AWS_REGION=eu-central-1, for example.');
  const formation = new CloudFormationClient({ ...clientSettings(), region });
  return {
    region,
    caller: () => identity(region),
    async hasStack(StackName) {
      try {
        const { Stacks = [] } = await formation.send(new DescribeStacksCommand({ StackName }));
        return Stacks.length > 0;
      } catch (error) {
        if (error instanceof Error && /does not exist/.test(error.message)) return false;
        throw failure('AWS_UNAVAILABLE', `Asking AWS for the stack ${StackName}`, error);
      }
    },
    async unprotect(StackName) {
      const off = { StackName, EnableTerminationProtection: false };
      await orFailure('AWS_UNAVAILABLE', `Taking the protection off ${StackName}`, () =>
        formation.send(new UpdateTerminationProtectionCommand(off)),
      );
    },
  };
}
