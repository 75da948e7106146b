import { AccountRootPrincipal, CompositePrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { MAIL_HASH_KEY } from '../../lib/config/index.ts';
import { INBOX } from '../../lib/roster/inbox.ts';
import { type RoleName, ROLES } from '../ops/roles.ts';
import { permission } from './customer-key.ts';
import type { ExportBucket } from './export-bucket.ts';
import type { Lane } from './lane.ts';
import type { TenantParts } from './tenant-parts.ts';

export interface OperatorRolesProps extends Pick<TenantParts, 'config' | 'ledger' | 'secrets'> {
  readonly bucket: ExportBucket;
  /** None without webhooks. */
  readonly lanes: readonly Lane[];
}

/** Partitions of the ledger that a person's command writes: aliases, decisions, the gate, people. */
const WRITTEN = ['A#*', 'D', 'G', 'P#*'];
const REVIEWS = ['V#*'];
const ROSTERS = ['O#*'];
const BATCHES = ['B#*'];
const ALARMS = {
  service: 'cloudwatch',
  resource: 'alarm',
  resourceName: '*',
  arnFormat: ArnFormat.COLON_RESOURCE_NAME,
};

const DESCRIPTIONS: Record<RoleName, string> = {
  Reader: 'Looks at everything, changes nothing.',
  Operator: 'Decides over one person, stops, adopts, takes rosters in, holds reviews. May read the API token.',
  Approver: 'An operator who also releases and rejects batches, arms, and puts tokens and keys in.',
};

/**
 * What people may do with the operator's commands (infra/ops/roles.ts). Who may take a role on is decided by the
 * permissions that the account gives its people, over the role's ARN.
 */
export class OperatorRoles extends Construct {
  /** ARNs. */
  readonly arns: Record<RoleName, string>;

  constructor(scope: Construct, id: string, props: OperatorRolesProps) {
    super(scope, id);
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:cloudwatch:<AWS::Region>:<AWS::AccountId>:alarm:*]',
      reason:
        'Alarms are asked for by a prefix of their names, which IAM does not know as a limit; it is reading alone.',
    });
    const grants = [this.readerMay(props), this.operatorMay(props), this.approverMay(props)];
    const arnOf = (name: RoleName, level: number): [RoleName, string] => {
      const role = new Role(this, name, { assumedBy: people(), description: DESCRIPTIONS[name] });
      const statements = grants
        .slice(0, level + 1)
        .flat()
        .flatMap((grant) => permission(this, grant));
      for (const statement of statements) role.addToPolicy(statement);
      return [name, role.roleArn];
    };
    this.arns = Object.fromEntries(ROLES.map(arnOf)) as typeof this.arns; // -- one for each
  }

  private readerMay({ ledger, secrets, bucket, lanes }: OperatorRolesProps): Grant[] {
    const stack = Stack.of(this);
    return [
      { actions: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan'], resources: [ledger.table.tableArn] },
      { actions: ['dynamodb:Query'], resources: [ledger.dueArn] },
      { actions: ['secretsmanager:GetSecretValue'], resources: [secrets.arnOf(MAIL_HASH_KEY)] },
      { actions: ['cloudwatch:DescribeAlarms'], resources: [stack.formatArn(ALARMS)] }, // asked for by a prefix of their names
      { actions: ['cloudformation:DescribeStacks'], resources: [stack.stackId] },
      { actions: ['s3:ListBucket'], resources: [bucket.bucket.bucketArn] },
      { actions: ['s3:GetObject'], resources: bucket.objects(this, '') },
      // looking takes a message for a moment, and gives it back
      ...over(['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility'], deadLetters(lanes)),
    ];
  }

  private operatorMay({ config, ledger, secrets, bucket, lanes }: OperatorRolesProps): Grant[] {
    const [partitions, folders] =
      lanes.length === 0
        ? [[...WRITTEN, ...REVIEWS], ['review/']]
        : [
            [...WRITTEN, ...REVIEWS, ...ROSTERS],
            ['review/', 'roster/', INBOX],
          ];
    return [
      writing(ledger, partitions),
      { actions: ['secretsmanager:GetSecretValue'], resources: [secrets.arnOf(config.bitsight.tokenSecret)] },
      { actions: ['secretsmanager:ListSecretVersionIds'], resources: secrets.arnsOfPeople() },
      ...over(['s3:AbortMultipartUpload', 's3:PutObject'], bucket.objects(this, ...folders)),
      ...over(
        ['sqs:SendMessage'],
        lanes.map(({ queue }) => queue.queueArn),
      ),
      ...over(['sqs:DeleteMessage'], deadLetters(lanes)),
    ];
  }

  /** Nothing separates `arm` from `stop` but the command: both write the one item of the gate. */
  private approverMay({ ledger, secrets, lanes }: OperatorRolesProps): Grant[] {
    const rotating = ['PutSecretValue', 'UpdateSecretVersionStage'];
    return [
      {
        actions: rotating.map((action) => `secretsmanager:${action}`),
        resources: secrets.arnsOfPeople(),
      },
      ...(lanes.length === 0 ? [] : [writing(ledger, BATCHES)]),
    ];
  }
}

interface Grant {
  actions: string[];
  resources: string[];
  conditions?: Record<string, Record<string, unknown>>;
}

/** A permission over nothing is not one. */
const over = (actions: string[], resources: string[]): Grant[] =>
  resources.length === 0 ? [] : [{ actions, resources }];
const deadLetters = (lanes: readonly Lane[]): string[] => lanes.map((lane) => lane.deadLetters.queueArn);

function writing({ table }: TenantParts['ledger'], partitions: string[]): Grant {
  return {
    actions: ['dynamodb:PutItem'],
    resources: [table.tableArn],
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions },
      Null: { 'dynamodb:LeadingKeys': 'false' }, // all of no values would be true
    },
  };
}

/**
 * Users of IAM by a second factor and under their own name, which is what a decision is written down under. Whoever
 * comes through a role (Identity Center, a federation) has proven the second factor where AWS does not see it: to demand
 * it here would shut them out.
 */
function people(): CompositePrincipal {
  const account = new AccountRootPrincipal();
  return new CompositePrincipal(
    account.withConditions({
      Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      StringEquals: { 'sts:RoleSessionName': '${aws:username}' },
    }),
    account.withConditions({ Null: { 'aws:username': 'true' } }),
  );
}
