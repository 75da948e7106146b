import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { existsSync, readFileSync, statSync } from 'node:fs';
import * as z from 'zod';
import { clientSettings } from '../../../lib/aws/clients.ts';
import { failure, orFailure } from '../../../lib/aws/failure.ts';
import type { Config } from '../../../lib/config/index.ts';
import { AppError } from '../../../lib/errors.ts';
import { stackName } from '../../names.ts';
import { jsonIn } from '../../../lib/json.ts';

/** What infra/stack.ts tells; the queues only with webhooks. */
const OutputsSchema = z.object({
  Region: z.string(),
  ReaderRole: z.string().regex(/^arn:[^:]+:iam::\d+:/),
  LedgerTable: z.string(),
  ExportBucket: z.string(),
  WebhookUrl: z.string().optional(),
  UrgentQueueUrl: z.string().optional(),
  NormalQueueUrl: z.string().optional(),
  UrgentDeadLetterQueueUrl: z.string().optional(),
  NormalDeadLetterQueueUrl: z.string().optional(),
});
export type Outputs = z.infer<typeof OutputsSchema>;

/**
 * What `cdk deploy --outputs-file` wrote of the stack of this configuration.
 *
 * @throws AppError ARGUMENT_INVALID
 */
export function readOutputs(file: string, { tenant, features }: Pick<Config, 'tenant' | 'features'>): Outputs {
  if (!existsSync(file)) throw new AppError('ARGUMENT_INVALID', `There is no ${file}.`);
  const name = stackName(tenant);
  const text = statSync(file).isFile() ? readFileSync(file, 'utf8') : '';
  const { data } = z.record(z.string(), z.unknown()).safeParse(jsonIn(text));
  const outputs = OutputsSchema.safeParse(data?.[name]).data;
  if (outputs === undefined)
    throw new AppError(
      'ARGUMENT_INVALID',
      `${file} does not hold the outputs of ${name}, which --config means; write it with cdk deploy --outputs-file.`,
    );
  if ((outputs.UrgentQueueUrl !== undefined) !== features.webhooks)
    throw new AppError(
      'ARGUMENT_INVALID',
      `${name} was not deployed with this configuration: one has webhooks and the other not.`,
    );
  return outputs;
}

/**
 * Whose credentials these are, asked before anything is done: what cannot be written down is not decided.
 *
 * @throws AppError AWS_IDENTITY
 */
export async function askCaller({ Region: region, ReaderRole }: Outputs): Promise<string> {
  const arn = await identity(region);
  const [theirs, ours] = [arn, ReaderRole].map((one) => one.split(':')[4]);
  if (theirs === ours) return arn;
  throw new AppError('AWS_IDENTITY', `These credentials are of the account ${theirs}, and the stack is in ${ours}.`);
}

export async function identity(region: string): Promise<string> {
  const { Arn } = await orFailure('AWS_IDENTITY', 'Asking AWS whose credentials these are', () =>
    new STSClient({ ...clientSettings(), region }).send(new GetCallerIdentityCommand({})),
  );
  if (Arn !== undefined) return Arn;
  throw new AppError('AWS_IDENTITY', 'AWS does not say whose credentials these are.');
}

/**
 * A stack as CloudFormation describes it; undefined: there is none.
 *
 * @throws AppError AWS_UNAVAILABLE
 */
export async function describeStack(StackName: string, region: string): Promise<Stack | undefined> {
  const formation = new CloudFormationClient({ ...clientSettings(), region });
  try {
    return (await formation.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw failure('AWS_UNAVAILABLE', `Asking AWS for the stack ${StackName}`, error);
  }
}
