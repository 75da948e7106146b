import { Duration } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { OffboardingEnvSchema } from '../../functions/offboarding/env.ts';
import { OnboardingEnvSchema } from '../../functions/onboarding/env.ts';
import { SweeperEnvSchema } from '../../functions/sweeper/env.ts';
import { WebhookEnvSchema } from '../../functions/webhook/env.ts';
import type { Lane as LaneName } from '../../lib/lifecycle/event.ts';
import { MAIL_HASH_KEY } from '../../lib/config/index.ts';
import type { FunctionName } from '../function-limits.ts';
import { InvocationSchedule } from './invocation-schedule.ts';
import { Lane } from './lane.ts';
import { LifecycleFunction, type LifecycleFunctionProps } from './lifecycle-function.ts';
import { OutcomeBus } from './outcome-bus.ts';
import type { TenantParts } from './tenant-parts.ts';
import { WebhookApi } from './webhook-api.ts';

/** The way of an event: door, two lanes with a worker each, and the sweeper that wakes what waits. */
export class EventPath extends Construct {
  readonly urgent: Lane;
  readonly normal: Lane;
  readonly outcomes: OutcomeBus;
  readonly webhook: WebhookApi;
  private readonly parts: TenantParts;

  constructor(scope: Construct, id: string, parts: TenantParts) {
    super(scope, id);
    this.parts = parts;
    this.outcomes = new OutcomeBus(this, 'Outcomes');
    this.urgent = this.lane('urgent', 'offboarding', Duration.minutes(5), 'Leavers keep their access in Bitsight.');
    this.normal = this.lane(
      'normal',
      'onboarding',
      Duration.minutes(30),
      'Joiners and movers wait for their access in Bitsight.',
    );
    this.addOffboarding();
    this.addOnboarding();
    this.addSweeper();
    this.webhook = new WebhookApi(this, 'Webhook', { door: this.door(), alarms: parts.alarms });
  }

  private door(): LifecycleFunction {
    const door = this.function('Door', {
      name: 'webhook',
      environment: WebhookEnvSchema,
      errorImpact: 'Deliveries are not taken in; senders that do not repeat them lose them.',
    });
    const { secrets, config } = this.parts;
    secrets.grantRead(
      door,
      Object.values(config.sources).map((source) => source.secret),
    );
    this.urgent.grantSend(door);
    this.normal.grantSend(door);
    return door;
  }

  private addOffboarding(): void {
    const errorImpact = 'Leavers keep their access in Bitsight until the sweeper wakes them again.';
    const worker = this.worker('Offboarding', { name: 'offboarding', environment: OffboardingEnvSchema, errorImpact });
    this.urgent.grantSendDead(worker);
    this.urgent.addWorker(worker, { batchSize: 1 });
  }

  private addOnboarding(): void {
    const errorImpact = 'Joiners and movers wait for their access in Bitsight until the sweeper wakes them again.';
    const worker = this.worker('Onboarding', { name: 'onboarding', environment: OnboardingEnvSchema, errorImpact });
    this.normal.grantSendDead(worker);
    this.normal.addWorker(worker, { batchSize: 5 });
  }

  private addSweeper(): void {
    const sweeper = this.function('Sweeper', {
      name: 'sweeper',
      environment: SweeperEnvSchema,
      retryAttempts: 0, // the next minute is sooner
      expectedWithin: Duration.minutes(5),
      errorImpact: 'Effective dates, retries and unproven changes are not taken up again.',
    });
    this.parts.ledger.grantWake(sweeper);
    this.urgent.grantSend(sweeper);
    this.normal.grantSend(sweeper);
    const expression = ScheduleExpression.rate(Duration.minutes(1));
    new InvocationSchedule(this, 'EachMinute', { expression, target: sweeper, tryFor: Duration.minutes(1) });
  }

  /** Both workers run the same reconcile, so both may do the same. */
  private worker(
    id: string,
    props: Pick<LifecycleFunctionProps, 'name' | 'environment' | 'errorImpact'>,
  ): LifecycleFunction {
    const worker = this.function(id, props);
    this.parts.ledger.grantReadWrite(worker);
    this.parts.secrets.grantRead(worker, [this.parts.config.bitsight.tokenSecret, MAIL_HASH_KEY]);
    this.outcomes.grantPublish(worker);
    return worker;
  }

  private function(
    id: string,
    props: Omit<LifecycleFunctionProps, 'memoryMb' | 'alarms' | 'configFile'>,
  ): LifecycleFunction {
    const { alarms, configFile } = this.parts;
    return new LifecycleFunction(this, id, { memoryMb: 512, alarms, configFile, ...props });
  }

  private lane(name: LaneName, worker: FunctionName, lateAfter: Duration, impact: string): Lane {
    return new Lane(this, name, { name, worker, lateAfter, impact, alarms: this.parts.alarms });
  }
}
