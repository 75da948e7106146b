import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { configHash, type Config, secretNames } from '../lib/config/index.ts';
import { AlarmTopic } from './constructs/alarm-topic.ts';
import { CustomerKey } from './constructs/customer-key.ts';
import { EventPath } from './constructs/event-path.ts';
import type { Lane } from './constructs/lane.ts';
import { LifecycleDashboard } from './constructs/lifecycle-dashboard.ts';
import { LedgerTable } from './constructs/ledger-table.ts';
import { NightlyExport } from './constructs/nightly-export.ts';
import { OperatorRoles } from './constructs/operator-roles.ts';
import { PeopleOnDuty } from './constructs/people-on-duty.ts';
import { TenantSecrets } from './constructs/tenant-secrets.ts';

export interface LifecycleStackProps extends StackProps {
  readonly config: Config;
  /** Path of its canonical JSON, which is put beside each bundle. */
  readonly configFile: string;
}

/** One tenant. `features.webhooks: false` leaves the night alone. */
export class LifecycleStack extends Stack {
  constructor(scope: Construct, id: string, { config, configFile, ...props }: LifecycleStackProps) {
    super(scope, id, { terminationProtection: true, ...props });
    const { tenant, features, notify, deployment } = config;
    if (deployment.customerKey) new CustomerKey(this, tenant);
    const parts = {
      config,
      configFile,
      alarms: new AlarmTopic(this, 'Alarms'),
      ledger: new LedgerTable(this, 'Ledger'),
      secrets: new TenantSecrets(this, 'Secrets', { tenant, names: secretNames(config) }),
    };
    this.tell('Region', this.region);
    this.tell('ConfigHash', configHash(config));
    this.tell('AlarmTopic', parts.alarms.topic.topicArn);
    this.tell('LedgerTable', parts.ledger.table.tableName);
    const { bucket } = new NightlyExport(this, 'Night', parts);
    this.tell('ExportBucket', bucket.bucket.bucketName);
    const lanes = features.webhooks ? this.addEventPath({ ...parts, bucket }) : [];
    const { arns } = new OperatorRoles(this, 'People', { ...parts, bucket, lanes });
    for (const [name, arn] of Object.entries(arns)) this.tell(`${name}Role`, arn);
    new PeopleOnDuty(this, 'OnDuty', { notify, tenant, topic: parts.alarms.topic });
    new LifecycleDashboard(this, 'Dashboard', parts.alarms); // last: it shows every alarm
  }

  private addEventPath(parts: ConstructorParameters<typeof EventPath>[2]): Lane[] {
    const { door, urgent, normal, outcomes } = new EventPath(this, 'Events', parts);
    this.tell('WebhookUrl', door.url);
    if (door.target !== undefined) this.tell('DomainTarget', door.target);
    this.tell('EventBus', outcomes.bus.eventBusName);
    for (const [name, lane] of Object.entries({ Urgent: urgent, Normal: normal })) {
      this.tell(`${name}QueueUrl`, lane.queue.queueUrl);
      this.tell(`${name}DeadLetterQueueUrl`, lane.deadLetters.queueUrl);
    }
    return [urgent, normal];
  }

  /** What the operator's commands read of a deployed stack, and the roles that people take on for them. */
  private tell(name: string, value: string): void {
    new CfnOutput(this, `${name}Output`, { value }).overrideLogicalId(name);
  }
}
