import { EventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { LifecycleFunction } from './lifecycle-function.ts';

/** What became of each delivery, as events: for the customer's own rules, for answers on tickets. No personal data. */
export class OutcomeBus extends Construct {
  readonly bus: EventBus;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bus = new EventBus(this, 'Bus');
  }

  grantPublish(fn: LifecycleFunction): void {
    fn.allow(['events:PutEvents'], this.bus.eventBusArn).tell('EVENT_BUS', this.bus.eventBusName);
  }
}
