import { Duration, Names } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { WORKERS_A_LANE } from '../../lib/config/calls-at-once.ts';
import type { Lane as LaneName } from '../../lib/lifecycle/event.ts';
import { RETENTION } from '../../lib/retention.ts';
import { FUNCTION_LIMITS, type FunctionName } from '../function-limits.ts';
import type { AlarmTopic } from './alarm-topic.ts';
import type { LifecycleFunction } from './lifecycle-function.ts';
import { SafeQueue } from './safe-queue.ts';

const CRASHES = 5;

export interface LaneProps {
  readonly name: LaneName;
  /** The function that works on this lane. */
  readonly worker: FunctionName;
  /** The age of the oldest message from which people notice. */
  readonly lateAfter: Duration;
  /** What a message that waits or is dead means for the people outside. */
  readonly impact: string;
  readonly alarms: AlarmTopic;
}

/** A queue with its dead letters. It carries hints and never waiting, so whatever is old is trouble. */
export class Lane extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  private readonly name: LaneName;

  constructor(scope: Construct, id: string, { name, worker, lateAfter, impact, alarms }: LaneProps) {
    super(scope, id);
    this.name = name;
    this.deadLetters = new SafeQueue(this, 'DeadLetters', { keptDays: RETENTION.deadLetters.days });
    this.queue = new SafeQueue(this, 'Queue', {
      keptDays: RETENTION.lane.days, // a dead letter keeps its age: the other queue must hold it longer
      visibilityTimeout: Duration.seconds(6 * FUNCTION_LIMITS[worker].timeoutSeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: CRASHES },
    });
    const metric = { period: Duration.minutes(1), statistic: 'Maximum' };
    alarms.addAlarm(this, `${name}-lane-late`, {
      impact,
      metric: this.queue.metricApproximateAgeOfOldestMessage(metric),
      threshold: lateAfter.toSeconds(),
    });
    alarms.addAlarm(this, `${name}-lane-dead-letters`, {
      impact,
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible(metric),
    });
  }

  grantSend(fn: LifecycleFunction): void {
    fn.allow(['sqs:SendMessage'], this.queue.queueArn);
    fn.tell(`${this.name.toUpperCase()}_QUEUE_URL`, this.queue.queueUrl);
  }

  /** The worker itself puts away what no retry can mend, with the reason. */
  grantSendDead(fn: LifecycleFunction): void {
    fn.allow(['sqs:SendMessage'], this.deadLetters.queueArn);
    fn.tell('DEAD_LETTER_QUEUE_URL', this.deadLetters.queueUrl);
  }

  addWorker(worker: LifecycleFunction, { batchSize }: { batchSize: number }): void {
    const { node, queueArn } = this.queue;
    worker.allow(['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], queueArn);
    // the ready-made source allows more, and the customer's key without a limit; its name stays: two cannot poll one queue
    worker.fn.addEventSourceMapping(`SqsEventSource:${Names.nodeUniqueId(node)}`, {
      eventSourceArn: queueArn,
      batchSize,
      maxConcurrency: WORKERS_A_LANE,
      reportBatchItemFailures: true,
    });
  }
}
