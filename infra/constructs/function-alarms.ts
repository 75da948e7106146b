import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { FunctionName } from '../function-limits.ts';
import type { AlarmTopic } from './alarm-topic.ts';

export interface FunctionAlarmsProps {
  readonly name: FunctionName;
  readonly fn: IFunction;
  /** What an error means for the people outside. */
  readonly errorImpact: string;
  /** An alarm is raised when it was not invoked for so long. @default - it is invoked when there is something to do */
  readonly expectedWithin?: Duration;
  readonly alarms: AlarmTopic;
}

export class FunctionAlarms extends Construct {
  constructor(scope: Construct, id: string, { name, fn, errorImpact, expectedWithin, alarms }: FunctionAlarmsProps) {
    super(scope, id);
    const metric = { period: Duration.minutes(5), statistic: 'Sum' };
    alarms.addAlarm(this, `${name}-errors`, { impact: errorImpact, metric: fn.metricErrors(metric) });
    alarms.addAlarm(this, `${name}-throttled`, {
      impact: `The account has no room to run ${name}; its work is late.`,
      metric: fn.metricThrottles(metric),
    });
    if (expectedWithin === undefined) return;
    const period = Duration.minutes(Math.min(60, expectedWithin.toMinutes()));
    alarms.addAlarm(this, `${name}-missing`, {
      impact: `${name} did not run when it should have. ${errorImpact}`,
      metric: fn.metricInvocations({ period, statistic: 'Sum' }),
      periods: Math.ceil(expectedWithin.toMinutes() / period.toMinutes()),
      whenMissing: true,
    });
  }
}
