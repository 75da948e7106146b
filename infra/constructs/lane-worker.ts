import { Construct } from 'constructs';
import { keySettings, MAIL_HASH_KEY } from '../../lib/config/index.ts';
import type { Lane } from './lane.ts';
import { LifecycleFunction, type LifecycleFunctionProps } from './lifecycle-function.ts';
import type { OutcomeBus } from './outcome-bus.ts';
import type { TenantParts } from './tenant-parts.ts';

export interface LaneWorkerProps extends Pick<LifecycleFunctionProps, 'name' | 'environment' | 'errorImpact'> {
  readonly parts: TenantParts;
  readonly lane: Lane;
  readonly batchSize: number;
  readonly outcomes: OutcomeBus;
}

/** Works on one lane. Both workers run the same reconcile, so both may do the same, each with its own queue. */
export class LaneWorker extends Construct {
  constructor(scope: Construct, id: string, { parts, lane, batchSize, outcomes, ...props }: LaneWorkerProps) {
    super(scope, id);
    const { config, configFile, alarms, ledger, secrets } = parts;
    const worker = new LifecycleFunction(this, 'Run', { ...props, configFile, alarms });
    ledger.grantReadWrite(worker);
    const keys = keySettings(config.sources).map(([, { secret }]) => secret);
    secrets.grantRead(worker, [config.bitsight.tokenSecret, MAIL_HASH_KEY, ...keys]);
    outcomes.grantPublish(worker);
    lane.grantSendDead(worker);
    lane.addWorker(worker, { batchSize });
  }
}
