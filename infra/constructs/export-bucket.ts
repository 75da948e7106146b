import { CfnElement, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct, type IConstruct } from 'constructs';
import { REVIEW_INBOX } from '../../lib/review/take.ts';
import { NIGHTS } from '../../lib/export/nights.ts';
import { RETENTION } from '../../lib/retention.ts';
import { INBOX } from '../../lib/roster/inbox.ts';
import { CAPTURES } from '../../lib/sources/capture.ts';
import { keyOf } from './customer-key.ts';
import type { LifecycleFunction } from './lifecycle-function.ts';

/** Snapshots and reviews, with a log of who read them. Both outlive the stack. */
export class ExportBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { keepNights }: { keepNights: Duration }) {
    super(scope, id);
    const encryptionKey = keyOf(this);
    const safe = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
    };
    const accessLog = new Bucket(this, 'AccessLog', {
      ...safe,
      encryption: BucketEncryption.S3_MANAGED, // S3 cannot write its log with another key
      lifecycleRules: [{ expiration: Duration.days(RETENTION.bucketLog.days) }],
    });
    this.bucket = new Bucket(this, 'Bucket', {
      ...safe,
      ...(encryptionKey === undefined
        ? { encryption: BucketEncryption.S3_MANAGED }
        : { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }),
      versioned: true,
      serverAccessLogsBucket: accessLog,
      lifecycleRules: [
        {
          abortIncompleteMultipartUploadAfter: Duration.days(1),
          noncurrentVersionExpiration: Duration.days(RETENTION.oldVersion.days),
        },
        { prefix: NIGHTS, expiration: keepNights },
        // raw deliveries: gone within a week, and a day is rounded up twice, when they end and when their versions do
        {
          prefix: CAPTURES,
          expiration: Duration.days(RETENTION.capture.days - 2),
          noncurrentVersionExpiration: Duration.days(1),
        },
        { prefix: CAPTURES, expiredObjectDeleteMarker: true },
      ],
    });
    // what protects them outlives the stack with them
    for (const { policy } of [accessLog, this.bucket]) policy?.applyRemovalPolicy(RemovalPolicy.RETAIN);
  }

  grantReadWrite(fn: LifecycleFunction): void {
    fn.allow(['s3:ListBucket'], this.bucket.bucketArn);
    fn.allow(['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'], ...this.objects(fn, ''));
    fn.tell('EXPORT_BUCKET', this.bucket.bucketName);
  }

  /** Takes rosters and worksheets in: reads and removes what lies in the inboxes, keeps below what it made of it. */
  grantInbox(fn: LifecycleFunction): void {
    fn.allow(['s3:ListBucket'], this.bucket.bucketArn);
    fn.allow(['s3:DeleteObject'], ...this.objects(fn, INBOX, REVIEW_INBOX));
    fn.allow(['s3:GetObject'], ...this.objects(fn, INBOX, REVIEW_INBOX, 'roster/taken/', 'review/'));
    fn.allow(['s3:AbortMultipartUpload', 's3:PutObject'], ...this.objects(fn, 'roster/', 'review/'));
    fn.tell('EXPORT_BUCKET', this.bucket.bucketName);
  }

  /** Keeps raw deliveries of sources that are being set up. */
  grantCapture(fn: LifecycleFunction): void {
    fn.allow(['s3:PutObject'], ...this.objects(fn, CAPTURES));
    fn.tell('EXPORT_BUCKET', this.bucket.bucketName);
  }

  /** Whatever lies under these folders, as a permission of `holder` names it; '' is everything. */
  objects(holder: IConstruct, ...folders: string[]): string[] {
    for (const folder of folders)
      Validations.of(holder).acknowledge({
        id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${this.logicalId}.Arn>/${folder}*]`,
        reason: 'Objects of one bucket, which holds nothing else; dates and the files of people give them their names.',
      });
    return folders.map((folder) => this.bucket.arnForObjects(`${folder}*`));
  }

  private get logicalId(): string {
    const resource = this.bucket.node.defaultChild;
    return CfnElement.isCfnElement(resource) ? Stack.of(this).getLogicalId(resource) : '';
  }
}
