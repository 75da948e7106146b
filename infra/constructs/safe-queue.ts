import { Duration, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { RETENTION } from '../../lib/retention.ts';
import { keyOf } from './customer-key.ts';

/** Encrypted, reached over TLS alone, and nothing stays for longer than `keptDays`. */
export class SafeQueue extends Queue {
  constructor(scope: Construct, id: string, { keptDays, ...props }: QueueProps & { readonly keptDays: number }) {
    const encryptionMasterKey = keyOf(scope);
    const encryption = encryptionMasterKey === undefined ? QueueEncryption.SQS_MANAGED : QueueEncryption.KMS;
    const retentionPeriod = Duration.days(keptDays);
    super(scope, id, { ...props, encryption, encryptionMasterKey, retentionPeriod, enforceSSL: true });
  }
}

/** Where what came to nothing is put away, for people to look at. */
export class GivenUp extends SafeQueue {
  constructor(scope: Construct, id: string) {
    super(scope, id, { keptDays: RETENTION.deadLetters.days });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SQS3',
      reason: 'It is where dead letters go; nothing receives from it, so nothing can fail behind it.',
    });
  }
}
