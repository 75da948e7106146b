import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { OffboardingEnvSchema } from '../../functions/offboarding/env.ts';
import { OnboardingEnvSchema } from '../../functions/onboarding/env.ts';
import { Door } from './door.ts';
import type { ExportBucket } from './export-bucket.ts';
import { Lane } from './lane.ts';
import { LaneWorker } from './lane-worker.ts';
import { LifecycleAlarms } from './lifecycle-alarms.ts';
import { OutcomeBus } from './outcome-bus.ts';
import { Sweeper } from './sweeper.ts';
import type { TenantParts } from './tenant-parts.ts';

/** The way of an event: door, two lanes with a worker each, and the sweeper that wakes what waits. */
export class EventPath extends Construct {
  readonly urgent: Lane;
  readonly normal: Lane;
  readonly outcomes: OutcomeBus;
  readonly door: Door;

  constructor(scope: Construct, id: string, parts: TenantParts & { readonly bucket: ExportBucket }) {
    super(scope, id);
    const { alarms, bucket } = parts;
    const outcomes = new OutcomeBus(this, 'Outcomes');
    const urgent = new Lane(this, 'Urgent', {
      name: 'urgent',
      worker: 'offboarding',
      lateAfter: Duration.minutes(5),
      impact: 'Leavers keep their access in Bitsight.',
      alarms,
    });
    const normal = new Lane(this, 'Normal', {
      name: 'normal',
      worker: 'onboarding',
      lateAfter: Duration.minutes(30),
      impact: 'Joiners and movers wait for their access in Bitsight.',
      alarms,
    });
    new LaneWorker(this, 'Offboarding', {
      name: 'offboarding',
      environment: OffboardingEnvSchema,
      errorImpact: 'Leavers keep their access in Bitsight until the sweeper wakes them again.',
      batchSize: 1,
      lane: urgent,
      outcomes,
      parts,
    });
    new LaneWorker(this, 'Onboarding', {
      name: 'onboarding',
      environment: OnboardingEnvSchema,
      errorImpact: 'Joiners and movers wait for their access in Bitsight until the sweeper wakes them again.',
      batchSize: 5,
      lane: normal,
      outcomes,
      parts,
    });
    const lanes = [urgent, normal];
    new Sweeper(this, 'Sweeper', { parts, lanes, bucket });
    new LifecycleAlarms(this, 'Alarms', { alarms, of: ['webhook', 'onboarding', 'offboarding', 'sweeper'] });
    this.door = new Door(this, 'Door', { parts, lanes, bucket });
    this.urgent = urgent;
    this.normal = normal;
    this.outcomes = outcomes;
  }
}
