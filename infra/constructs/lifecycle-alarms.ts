import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRIC_NAMESPACE } from '../../lib/lifecycle/ports.ts';
import type { FunctionName } from '../function-limits.ts';
import type { AlarmTopic } from './alarm-topic.ts';

interface Watched {
  service: FunctionName;
  metric: string;
  dimensions?: Record<string, string>;
  statistic: 'Sum' | 'Maximum';
  /** Raised from this value on; 1. */
  threshold?: number;
  impact: string;
}

/** What people have to hear of, by the heading of its section in docs/runbook.md. */
const WATCHED: Record<string, Watched> = {
  'roster-refused': {
    service: 'sweeper',
    metric: 'RosterRefused',
    statistic: 'Sum',
    impact: 'A roster was not taken in; whom it says to have joined, moved or left stays as before.',
  },
  'worksheet-refused': {
    service: 'sweeper',
    metric: 'WorksheetRefused',
    statistic: 'Sum',
    impact: 'A worksheet of an access review was not taken in; what it says is not decided.',
  },
  'hr-system-unanswering': {
    service: 'offboarding',
    metric: 'DirectoryFailed',
    statistic: 'Maximum',
    threshold: 5,
    impact: 'Events that say only that something changed wait for their HR system, leavers among them.',
  },
  'answer-given-up': {
    service: 'onboarding',
    metric: 'AnswerGivenUp',
    statistic: 'Sum',
    impact: 'Whoever asked for access on a ticket was not told what became of it.',
  },
  'batch-waiting': {
    service: 'sweeper',
    metric: 'OpenBatches',
    statistic: 'Maximum',
    impact: 'More people were to be changed than a fuse allows; the rest waits for a decision, real leavers too.',
  },
  'exception-ending': {
    service: 'sweeper',
    metric: 'ExceptionsEnding',
    statistic: 'Maximum',
    impact: 'Somebody whom HR does not know loses access within two weeks, as the exceptions say.',
  },
  'monthly-creations-nearly-used': {
    service: 'onboarding',
    metric: 'CreationQuotaUsedPercent',
    dimensions: { quota: 'month' },
    statistic: 'Maximum',
    threshold: 80,
    impact: 'Joiners will have to wait for the next month: most accounts that may be made in this one are made.',
  },
  'active-accounts-nearly-used': {
    service: 'onboarding',
    metric: 'CreationQuotaUsedPercent',
    dimensions: { quota: 'active' },
    statistic: 'Maximum',
    threshold: 80,
    impact: 'Joiners will have to wait until others leave: most accounts that may be active are.',
  },
};

/** Alarms on what the functions count. */
export class LifecycleAlarms extends Construct {
  constructor(scope: Construct, id: string, alarms: AlarmTopic) {
    super(scope, id);
    for (const [heading, { service, metric, dimensions, statistic, threshold = 1, impact }] of Object.entries(
      WATCHED,
    )) {
      const of = { namespace: METRIC_NAMESPACE, metricName: metric, dimensionsMap: { service, ...dimensions } };
      alarms.addAlarm(this, heading, {
        impact,
        threshold,
        metric: new Metric({ ...of, statistic, period: Duration.minutes(5) }),
      });
    }
  }
}
