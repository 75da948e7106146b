import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { LifecycleFunction } from './lifecycle-function.ts';

const DUE = 'due';
const { STRING, NUMBER } = AttributeType;

/** The ledger (docs/ARCHITECTURE.md, Ledger). It outlives the stack. Items are never deleted but by their `ttl`. */
export class LedgerTable extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string) {
    super(scope, id);
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
      timeToLiveAttribute: 'ttl',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /** One item at a time, and the items of one partition. */
  grantReadWrite(fn: LifecycleFunction): void {
    fn.allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'], this.table.tableArn);
    fn.tell('LEDGER_TABLE', this.table.tableName);
  }

  /** What is due, the persons it names, and the members of a batch. */
  grantWake(fn: LifecycleFunction): void {
    fn.allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'], this.table.tableArn);
    fn.allow(['dynamodb:Query'], `${this.table.tableArn}/index/${DUE}`);
    fn.tell('LEDGER_TABLE', this.table.tableName);
  }

  /** Everything, besides: for the night alone. */
  grantScan(fn: LifecycleFunction): void {
    fn.allow(['dynamodb:Scan'], this.table.tableArn);
  }
}
