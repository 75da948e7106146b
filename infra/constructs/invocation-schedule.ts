import { ArnFormat, type Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ContextAttribute, Schedule, type ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { permission } from './customer-key.ts';
import type { LifecycleFunction } from './lifecycle-function.ts';
import { GivenUp } from './safe-queue.ts';

export interface InvocationScheduleProps {
  readonly expression: ScheduleExpression;
  readonly target: LifecycleFunction;
  /** How long a start that the platform could not deliver is tried again; at least a minute. */
  readonly tryFor: Duration;
  /** How often the platform repeats a run that failed. @default - as the platform does: twice */
  readonly retryAttempts?: number;
}

/**
 * Starts a function by the clock. Its role may start this one and nothing else. A start that came to nothing, because it
 * could not be delivered or every run of it failed, is put away: its time is in it.
 */
export class InvocationSchedule extends Construct {
  constructor(scope: Construct, id: string, { expression, target, tryFor, retryAttempts }: InvocationScheduleProps) {
    super(scope, id);
    const { account } = Stack.of(this);
    const group = { service: 'scheduler', resource: 'schedule-group', resourceName: 'default' };
    const SourceArn = Stack.of(this).formatArn({ ...group, arnFormat: ArnFormat.SLASH_RESOURCE_NAME });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account, 'aws:SourceArn': SourceArn } },
      }),
    });
    const arn = target.fn.functionArn;
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [arn] }));
    const givenUp = new GivenUp(this, 'GivenUp').queueArn;
    for (const one of permission(this, { actions: ['sqs:SendMessage'], resources: [givenUp] })) role.addToPolicy(one);
    target.allow(['sqs:SendMessage'], givenUp).fn.configureAsyncInvoke({
      onFailure: { bind: () => ({ destination: givenUp }) }, // the ready-made one would allow it to read the queue too
      retryAttempts,
    });
    // The ready-made target would allow every version and alias of the function too.
    const input = ScheduleTargetInput.fromObject({ time: ContextAttribute.scheduledTime }); // the same for every attempt
    const retryPolicy = { maximumEventAgeInSeconds: tryFor.toSeconds() };
    const bind = () => ({ arn, role, input, retryPolicy, deadLetterConfig: { arn: givenUp } });
    new Schedule(this, 'Schedule', { schedule: expression, target: { bind } });
  }
}
