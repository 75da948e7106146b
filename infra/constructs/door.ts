import { Construct } from 'constructs';
import { WebhookEnvSchema } from '../../functions/webhook/env.ts';
import { webhookSources } from '../../lib/config/index.ts';
import type { Lane } from './lane.ts';
import { LifecycleFunction } from './lifecycle-function.ts';
import type { TenantParts } from './tenant-parts.ts';
import { WebhookApi } from './webhook-api.ts';

export interface DoorProps {
  readonly parts: TenantParts;
  readonly lanes: readonly Lane[];
}

/** Takes deliveries in: it may read what senders sign with, and send to the lanes. Nothing else. */
export class Door extends Construct {
  /** Without the id of a source, with a slash at its end. */
  readonly url: string;

  constructor(scope: Construct, id: string, { parts, lanes }: DoorProps) {
    super(scope, id);
    const { config, configFile, alarms, secrets } = parts;
    const door = new LifecycleFunction(this, 'Run', {
      name: 'webhook',
      environment: WebhookEnvSchema,
      configFile,
      errorImpact: 'Deliveries are not taken in; senders that do not repeat them lose them.',
      alarms,
    });
    const signing = webhookSources(config.sources).map(([, source]) => source.secret);
    secrets.grantRead(door, signing);
    for (const lane of lanes) lane.grantSend(door);
    this.url = `${new WebhookApi(this, 'Webhook', { door, alarms }).api.apiEndpoint}/webhooks/`;
  }
}
