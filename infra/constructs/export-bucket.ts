import { CfnElement, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { INBOX } from '../../lib/roster/inbox.ts';
import type { LifecycleFunction } from './lifecycle-function.ts';

/** Snapshots and reviews, with a log of who read them. Both outlive the stack. */
export class ExportBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const safe = {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
    };
    const accessLog = new Bucket(this, 'AccessLog', { ...safe, lifecycleRules: [{ expiration: Duration.days(365) }] });
    this.bucket = new Bucket(this, 'Bucket', {
      ...safe,
      versioned: true,
      serverAccessLogsBucket: accessLog,
      lifecycleRules: [
        {
          abortIncompleteMultipartUploadAfter: Duration.days(1),
          noncurrentVersionExpiration: Duration.days(90),
        },
      ],
    });
  }

  grantReadWrite(fn: LifecycleFunction): void {
    fn.allow(['s3:ListBucket'], this.bucket.bucketArn);
    fn.allow(['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'], this.bucket.arnForObjects('*'));
    fn.tell('EXPORT_BUCKET', this.bucket.bucketName);
    Validations.of(fn).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${this.logicalId}.Arn>/*]`,
      reason: 'The objects of this one bucket, which holds nothing else; their names carry the date.',
    });
  }

  /** Takes rosters in: reads and removes what lies in the inbox, keeps under `roster/` what it made of it. */
  grantInbox(fn: LifecycleFunction): void {
    fn.allow(['s3:ListBucket'], this.bucket.bucketArn);
    fn.allow(['s3:DeleteObject'], this.bucket.arnForObjects(`${INBOX}*`));
    fn.allow(['s3:GetObject'], this.bucket.arnForObjects(`${INBOX}*`), this.bucket.arnForObjects('roster/taken/*'));
    fn.allow(['s3:AbortMultipartUpload', 's3:PutObject'], this.bucket.arnForObjects('roster/*'));
    fn.tell('EXPORT_BUCKET', this.bucket.bucketName);
    for (const objects of [`${INBOX}*`, 'roster/*', 'roster/taken/*'])
      Validations.of(fn).acknowledge({
        id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${this.logicalId}.Arn>/${objects}]`,
        reason: 'Files of these folders of one bucket; whoever puts them there names them.',
      });
  }

  private get logicalId(): string {
    const resource = this.bucket.node.defaultChild;
    return CfnElement.isCfnElement(resource) ? Stack.of(this).getLogicalId(resource) : '';
  }
}
