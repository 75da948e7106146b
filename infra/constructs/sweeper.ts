import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { SweeperEnvSchema } from '../../functions/sweeper/env.ts';
import { METRIC_NAMESPACE } from '../../lib/lifecycle/ports.ts';
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
      retryAttempts: 0, // the next minute is sooner
      expectedWithin: Duration.minutes(5),
      errorImpact: 'Effective dates, retries and unproven changes are not taken up again.',
      alarms,
    });
    ledger.grantWake(target);
    for (const lane of lanes) lane.grantSend(target);
    bucket.grantInbox(target);
    alarms.addAlarm(this, 'roster-refused', {
      impact: 'A roster was not taken in; whom it says to have joined, moved or left stays as before.',
      metric: new Metric({
        namespace: METRIC_NAMESPACE,
        metricName: 'RosterRefused',
        dimensionsMap: { service: 'sweeper' },
        period: Duration.minutes(5),
        statistic: 'Sum',
      }),
    });
    alarms.addAlarm(this, 'batch-waiting', {
      impact: 'More people were to be changed than a fuse allows; the rest waits for a decision, real leavers too.',
      metric: new Metric({
        namespace: METRIC_NAMESPACE,
        metricName: 'OpenBatches',
        dimensionsMap: { service: 'sweeper' },
        period: Duration.minutes(5),
        statistic: 'Maximum',
      }),
    });
    const minute = Duration.minutes(1);
    new InvocationSchedule(this, 'EachMinute', { expression: ScheduleExpression.rate(minute), target, tryFor: minute });
  }
}
