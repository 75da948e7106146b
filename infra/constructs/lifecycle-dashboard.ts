import { Duration } from 'aws-cdk-lib';
import { AlarmStatusWidget, Dashboard, GraphWidget, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRIC_NAMESPACE } from '../../lib/lifecycle/ports.ts';
import type { AlarmTopic } from './alarm-topic.ts';

interface Drawn {
  metric: string;
  /** Beside `service`: one line for each of its values. */
  by?: string;
  statistics: readonly string[];
}

/** Left to right and top to bottom, by title. */
const GRAPHS: Record<string, readonly Drawn[]> = {
  'Events taken in': [
    { metric: 'EventAccepted', statistics: ['Sum'] },
    { metric: 'DeliveryRefused', statistics: ['Sum'] },
    { metric: 'DeliveryIgnored', statistics: ['Sum'] },
  ],
  'What became of them': [{ metric: 'Outcome', by: 'result', statistics: ['Sum'] }],
  'Time to proof, milliseconds': [{ metric: 'TimeToProof', by: 'what', statistics: ['p50', 'p95', 'Maximum'] }],
  'Calls to Bitsight by answer': [{ metric: 'BitsightCall', by: 'answer', statistics: ['Sum'] }],
  'Waiting for Bitsight or for a person': [
    { metric: 'CircuitOpened', statistics: ['Sum'] },
    { metric: 'FuseBlown', statistics: ['Sum'] },
    { metric: 'OpenBatches', statistics: ['Maximum'] },
    { metric: 'LeaverHeld', statistics: ['Sum'] },
    { metric: 'MessageFailed', statistics: ['Sum'] },
  ],
  'Share of the creations that is used, per cent': [
    { metric: 'CreationQuotaUsedPercent', by: 'quota', statistics: ['Maximum'] },
  ],
  Nights: [
    { metric: 'NightPublished', statistics: ['Sum'] },
    { metric: 'NightDuration', statistics: ['Maximum'] },
  ],
};
const WIDTH = 12;
const WHOLE = 24;

/** Whether it is well, at a glance: every alarm, then what the functions count. */
export class LifecycleDashboard extends Construct {
  constructor(scope: Construct, id: string, { alarms }: AlarmTopic) {
    super(scope, id);
    const graphs = Object.entries(GRAPHS).map(
      ([title, drawn]) => new GraphWidget({ title, width: WIDTH, left: drawn.flatMap(linesOf) }),
    );
    const all = new AlarmStatusWidget({ title: 'Alarms', width: WHOLE, height: 6, alarms: [...alarms] });
    new Dashboard(this, 'Dashboard', { defaultInterval: Duration.days(7), widgets: [[all], graphs] });
  }
}

/** A search, so that a value nobody has seen yet gets its line when it comes. */
function linesOf({ metric, by, statistics }: Drawn): MathExpression[] {
  const dimensions = ['service', ...(by === undefined ? [] : [by])].join(',');
  return statistics.map(
    (statistic) =>
      new MathExpression({
        expression: `SEARCH('{${METRIC_NAMESPACE},${dimensions}} MetricName="${metric}"', '${statistic}', 300)`,
        label: statistics.length === 1 ? '' : statistic,
        usingMetrics: {},
        period: Duration.minutes(5),
      }),
  );
}
