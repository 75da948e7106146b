import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRIC_NAMESPACE } from '../../lib/lifecycle/ports.ts';
import type { FunctionName } from '../function-limits.ts';
import type { AlarmTopic } from './alarm-topic.ts';

interface Watched {
  services: readonly FunctionName[];
  metric: string;
  dimensions?: Record<string, string>;
  statistic: 'Sum' | 'Maximum';
  /** Over how long is counted; five minutes. */
  period?: Duration;
  /** Raised from this value on; 1. */
  threshold?: number;
  /** Raised when it is so for so many times five minutes; 1. */
  periods?: number;
  impact: string;
}

const WORKERS = ['onboarding', 'offboarding'] as const;
const MINUTES = 60_000;

/** What people have to hear of, by the heading of its section in docs/runbook.md. */
const WATCHED: Record<string, Watched> = {
  'leaver-not-proven': {
    services: WORKERS,
    metric: 'LeaverOpen',
    statistic: 'Maximum',
    threshold: 5 * MINUTES,
    impact: 'Somebody who left has kept access for more than five minutes: nothing is proven yet.',
  },
  'leaver-held': {
    services: WORKERS,
    metric: 'LeaverHeld',
    statistic: 'Sum',
    impact: 'Somebody who left keeps access until a person decides.',
  },
  'token-refused': {
    services: WORKERS,
    metric: 'CircuitOpened',
    dimensions: { code: 'BITSIGHT_AUTHENTICATION' },
    statistic: 'Sum',
    impact: 'Bitsight refuses our API token: nobody is given or loses access until another one is put in.',
  },
  'key-old': {
    services: ['nightly-export'],
    metric: 'KeysOld',
    statistic: 'Maximum',
    period: Duration.days(1), // it is looked once a night
    impact: 'A key is older than it should be: whoever got hold of it once can use it still. Nothing is interrupted.',
  },
  'calls-paused': {
    services: WORKERS,
    metric: 'CircuitOpened',
    statistic: 'Sum',
    impact: 'Bitsight fails for everybody: joiners, movers and leavers wait, and are tried again after a pause.',
  },
  'retry-after-clamped': {
    services: WORKERS,
    metric: 'RetryAfterClamped',
    statistic: 'Sum',
    impact: 'Bitsight asked for a pause that cannot be meant; ours is shorter, and calls may be refused again.',
  },
  'id-said-twice': {
    services: WORKERS,
    metric: 'SameIdOtherBody',
    statistic: 'Sum',
    impact: 'A delivery came under the id of another one and is held: somebody repeats ids, or forges deliveries.',
  },
  'deliveries-refused': {
    services: ['webhook'],
    metric: 'DeliveryRefused',
    statistic: 'Sum',
    threshold: 20,
    impact:
      'Many deliveries fail the check of who sent them: a source with a wrong key is not heard, or somebody tries.',
  },
  'night-implausible': {
    services: ['nightly-export'],
    metric: 'NightImplausible',
    statistic: 'Sum',
    impact: 'More accounts are gone from Bitsight than is plausible; the review of this night says so at its head.',
  },
  'night-damaged': {
    services: ['nightly-export'],
    metric: 'NightDamaged',
    statistic: 'Sum',
    impact: 'A night in the bucket is not what its manifest says: evidence for an auditor was changed or lost.',
  },
  'roster-refused': {
    services: ['sweeper'],
    metric: 'RosterRefused',
    statistic: 'Sum',
    impact: 'A roster was not taken in; whom it says to have joined, moved or left stays as before.',
  },
  'worksheet-refused': {
    services: ['sweeper'],
    metric: 'WorksheetRefused',
    statistic: 'Sum',
    impact: 'A worksheet of an access review was not taken in; what it says is not decided.',
  },
  'hr-system-unanswering': {
    services: WORKERS,
    metric: 'DirectoryFailed',
    statistic: 'Maximum',
    threshold: 5,
    impact: 'Events that say only that something changed wait for their HR system, leavers or joiners.',
  },
  'answer-given-up': {
    services: WORKERS,
    metric: 'AnswerGivenUp',
    statistic: 'Sum',
    impact: 'Whoever asked for access on a ticket was not told what became of it.',
  },
  stopped: {
    services: ['sweeper'],
    metric: 'Stopped',
    statistic: 'Maximum',
    periods: 12,
    impact:
      'Nobody is given or loses access since somebody stopped all writes an hour ago; alarms for leavers are silent.',
  },
  'batch-waiting': {
    services: ['sweeper'],
    metric: 'OpenBatches',
    statistic: 'Maximum',
    periods: 12, // people were told at once, by a message that names the batch
    impact:
      'More people were to be changed than a fuse allows, and for an hour nobody decided; real leavers wait, too.',
  },
  'exception-ending': {
    services: ['sweeper'],
    metric: 'ExceptionsEnding',
    statistic: 'Maximum',
    impact: 'Somebody whom HR does not know loses access within three days, as the exceptions say.',
  },
  'monthly-creations-nearly-used': {
    services: WORKERS,
    metric: 'CreationQuotaUsedPercent',
    dimensions: { quota: 'month' },
    statistic: 'Maximum',
    threshold: 80,
    impact: 'Joiners will have to wait for the next month: most accounts that may be made in this one are made.',
  },
  'active-accounts-nearly-used': {
    services: WORKERS,
    metric: 'CreationQuotaUsedPercent',
    dimensions: { quota: 'active' },
    statistic: 'Maximum',
    threshold: 80,
    impact: 'Joiners will have to wait until others leave: most accounts that may be active are.',
  },
};

export interface LifecycleAlarmsProps {
  readonly alarms: AlarmTopic;
  /** The functions that are there. */
  readonly of: readonly FunctionName[];
}

/** Alarms on what the functions count. */
export class LifecycleAlarms extends Construct {
  constructor(scope: Construct, id: string, { alarms, of }: LifecycleAlarmsProps) {
    super(scope, id);
    for (const [heading, { threshold = 1, periods = 1, impact, ...watched }] of Object.entries(WATCHED))
      if (watched.services.every((service) => of.includes(service)))
        alarms.addAlarm(this, heading, { impact, threshold, periods, metric: metricOf(watched) });
  }
}

type Measured = Omit<Watched, 'impact' | 'threshold' | 'periods'>;

function metricOf({ services, metric, dimensions, statistic, period = Duration.minutes(5) }: Measured): IMetric {
  const each = services.map((service) => {
    const of = { namespace: METRIC_NAMESPACE, metricName: metric, dimensionsMap: { service, ...dimensions } };
    return [service, new Metric({ ...of, statistic, period })] as const;
  });
  const [[, only] = []] = each;
  if (only !== undefined && each.length === 1) return only;
  const expression = statistic === 'Sum' ? 'SUM(METRICS())' : 'MAX(METRICS())';
  return new MathExpression({ expression, usingMetrics: Object.fromEntries(each), period });
}
