import { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { keyOf } from './customer-key.ts';
import type { LifecycleFunction } from './lifecycle-function.ts';

export interface AlarmSettings {
  /** Who notices and how, in a sentence. */
  readonly impact: string;
  readonly metric: IMetric;
  /** @default - the alarm is raised from this value on: 1 */
  readonly threshold?: number;
  /** @default - raised by the first period: 1 */
  readonly periods?: number;
  /** Raise it when the metric stays below the threshold or is not there at all. @default false */
  readonly whenMissing?: boolean;
}

/** Where alarms go, and what functions tell people: subscribe the people on duty to the topic. The text of an alarm names nobody. */
export class AlarmTopic extends Construct {
  readonly topic: Topic;
  /** All that were added. */
  readonly alarms: Alarm[] = [];

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { enforceSSL: true, masterKey: keyOf(this) });
    // A topic with a policy of its own, which enforceSSL makes, loses the one that lets CloudWatch in.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        actions: ['sns:Publish'],
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
  }

  grantTell(fn: LifecycleFunction): void {
    fn.allow(['sns:Publish'], this.topic.topicArn).tell('PEOPLE_TOPIC', this.topic.topicArn);
  }

  /** `heading` is the id of the alarm and the heading of its section in docs/runbook.md. */
  addAlarm(scope: Construct, heading: string, settings: AlarmSettings): Alarm {
    const { impact, metric, threshold = 1, periods = 1, whenMissing = false } = settings;
    const { LESS_THAN_THRESHOLD, GREATER_THAN_OR_EQUAL_TO_THRESHOLD } = ComparisonOperator;
    const alarm = new Alarm(scope, heading, {
      metric,
      threshold,
      evaluationPeriods: periods,
      alarmDescription: `${impact} See docs/runbook.md#${heading}`,
      comparisonOperator: whenMissing ? LESS_THAN_THRESHOLD : GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: whenMissing ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    this.alarms.push(alarm);
    return alarm;
  }
}
