import { Duration } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { SweeperEnvSchema } from '../../functions/sweeper/env.ts';
import type { ExportBucket } from './export-bucket.ts';
import { InvocationSchedule } from './invocation-schedule.ts';
import type { Lane } from './lane.ts';
import { LifecycleFunction } from './lifecycle-function.ts';
import type { TenantParts } from './tenant-parts.ts';

export interface SweeperProps {
  readonly parts: TenantParts;
  readonly lanes: readonly Lane[];
  /** Where rosters come in. */
  readonly bucket: ExportBucket;
}

/** Each minute: wakes who is due, and takes rosters in. */
export class Sweeper extends Construct {
  constructor(scope: Construct, id: string, { parts, lanes, bucket }: SweeperProps) {
    super(scope, id);
    const { configFile, alarms, ledger } = parts;
    const target = new LifecycleFunction(this, 'Run', {
      name: 'sweeper',
      environment: SweeperEnvSchema,
      configFile,
      memoryMb: 1769, // a whole processor: the roster of a large company is read between two sweeps (docs/scale.md)
      expectedWithin: Duration.minutes(5),
      errorImpact: 'Effective dates, retries and unproven changes are not taken up again.',
      alarms,
    });
    ledger.grantWake(target);
    for (const lane of lanes) lane.grantSend(target);
    bucket.grantInbox(target);
    alarms.grantTell(target);
    const minute = Duration.minutes(1);
    new InvocationSchedule(this, 'EachMinute', {
      expression: ScheduleExpression.rate(minute),
      target,
      tryFor: minute,
      retryAttempts: 0, // the next minute is sooner
    });
  }
}
