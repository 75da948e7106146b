import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, type PolicyStatementProps, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct, type IConstruct } from 'constructs';

const ID = 'CustomerKey';
const READ = ['kms:Decrypt'];
const WRITE = [...READ, 'kms:GenerateDataKey'];
const TABLE_READ = [...READ, 'kms:DescribeKey'];
const TABLE_WRITE = [
  ...TABLE_READ,
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];
/** What whoever takes an action has to be allowed over the key too, as each service documents it; the rest needs nothing. */
const USED_BY: Readonly<Record<string, readonly string[]>> = {
  'dynamodb:GetItem': TABLE_READ,
  'dynamodb:PutItem': TABLE_WRITE,
  'dynamodb:Query': TABLE_READ,
  'dynamodb:Scan': TABLE_READ,
  's3:GetObject': READ,
  's3:PutObject': WRITE,
  'secretsmanager:GetSecretValue': READ,
  'secretsmanager:PutSecretValue': WRITE,
  'sns:Publish': WRITE,
  'sqs:ReceiveMessage': READ,
  'sqs:SendMessage': WRITE,
};

/**
 * The key that everything is encrypted with where `deployment.customerKey` asks for one; made first, so that each
 * construct finds it by itself. What it encrypted outlives the stack, and so does it.
 */
export class CustomerKey extends Construct {
  readonly key: Key;

  constructor(scope: Stack, tenant: string) {
    super(scope, ID);
    this.key = new Key(this, 'Key', {
      alias: `bitsight-user-lifecycle/${tenant}`,
      description: `Whatever bitsight-user-lifecycle keeps of ${tenant}.`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const { account, partition, region, stackName } = scope;
    // Alarms are published by CloudWatch, and what cannot be delivered is put away by SNS: neither has a role of ours.
    this.allow(['cloudwatch.amazonaws.com', 'sns.amazonaws.com'], ['kms:Decrypt', 'kms:GenerateDataKey*'], {
      StringEquals: { 'aws:SourceAccount': account },
    });
    this.allow(
      [`logs.${region}.amazonaws.com`],
      ['kms:Decrypt*', 'kms:Describe*', 'kms:Encrypt*', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:${stackName}-*`,
        },
      },
    );
  }

  private allow(services: string[], actions: string[], conditions: Record<string, Record<string, string>>): void {
    const principals = services.map((service) => new ServicePrincipal(service));
    this.key.addToResourcePolicy(new PolicyStatement({ principals, actions, resources: ['*'], conditions }));
  }
}

/** The key of the stack around `scope`; undefined: AWS's own keys do. */
export function keyOf(scope: IConstruct): Key | undefined {
  const found = Stack.of(scope).node.tryFindChild(ID);
  return found instanceof CustomerKey ? found.key : undefined;
}

/** Permission for actions of one service, with what the key has to allow so that they are possible, through that service alone. */
export function permission(scope: IConstruct, props: PolicyStatementProps & { actions: string[] }): PolicyStatement[] {
  const statement = new PolicyStatement(props);
  const key = keyOf(scope);
  const actions = [...new Set(props.actions.flatMap((action) => USED_BY[action] ?? []))];
  if (key === undefined || actions.length === 0) return [statement];
  const [service = ''] = props.actions.join().split(':');
  const conditions = { StringEquals: { 'kms:ViaService': `${service}.${Stack.of(scope).region}.amazonaws.com` } };
  return [statement, new PolicyStatement({ actions, resources: [key.keyArn], conditions })];
}
