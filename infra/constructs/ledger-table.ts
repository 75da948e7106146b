import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  CfnGlobalTable,
  ProjectionType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { keyOf } from './customer-key.ts';
import type { LifecycleFunction } from './lifecycle-function.ts';

const DUE = 'due';
const { STRING, NUMBER } = AttributeType;

/** The ledger (docs/ARCHITECTURE.md, Ledger). It outlives the stack. Items are never deleted but by their `ttl`. */
export class LedgerTable extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const key = keyOf(this);
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: STRING },
      sortKey: { name: 'sk', type: STRING },
      globalSecondaryIndexes: [
        {
          indexName: DUE,
          partitionKey: { name: 'lane', type: STRING },
          sortKey: { name: 'wakeAt', type: NUMBER },
          projectionType: ProjectionType.KEYS_ONLY,
        },
      ],
      billing: Billing.onDemand(),
      encryption: key && TableEncryptionV2.awsManagedKey(),
      timeToLiveAttribute: 'ttl',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // TableV2 takes a key for its replicas only where the region is known when the stack is synthesized.
    const table = this.table.node.defaultChild;
    if (key !== undefined && table instanceof CfnGlobalTable)
      table.addPropertyOverride('Replicas.0.SSESpecification.KMSMasterKeyId', key.keyArn);
  }

  /** Of the index of what is due. */
  get dueArn(): string {
    return `${this.table.tableArn}/index/${DUE}`;
  }

  /** One item at a time, and the items of one partition. */
  grantReadWrite(fn: LifecycleFunction): void {
    fn.allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'], this.table.tableArn);
    fn.tell('LEDGER_TABLE', this.table.tableName);
  }

  /** What is due, the persons it names, and the members of a batch. */
  grantWake(fn: LifecycleFunction): void {
    fn.allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'], this.table.tableArn);
    fn.allow(['dynamodb:Query'], this.dueArn);
    fn.tell('LEDGER_TABLE', this.table.tableName);
  }

  /** Everything, besides: for the night alone. */
  grantScan(fn: LifecycleFunction): void {
    fn.allow(['dynamodb:Scan'], this.table.tableArn);
  }
}
