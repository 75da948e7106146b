import { Construct } from 'constructs';
import { WebhookEnvSchema } from '../../functions/webhook/env.ts';
import { webhookSources } from '../../lib/config/index.ts';
import type { ExportBucket } from './export-bucket.ts';
import type { Lane } from './lane.ts';
import { LifecycleFunction } from './lifecycle-function.ts';
import type { TenantParts } from './tenant-parts.ts';
import { WebhookApi } from './webhook-api.ts';

export interface DoorProps {
  readonly parts: TenantParts;
  readonly lanes: readonly Lane[];
  /** Where deliveries are kept of sources that have `capture`. */
  readonly bucket: ExportBucket;
}

/** Takes deliveries in: it may read what senders sign with, send to the lanes, and keep what is captured. Nothing else. */
export class Door extends Construct {
  /** Without the id of a source, with a slash at its end. */
  readonly url: string;
  /** Where `deployment.domain` has to lead. */
  readonly target: string | undefined;

  constructor(scope: Construct, id: string, { parts, lanes, bucket }: DoorProps) {
    super(scope, id);
    const { config, configFile, alarms, secrets } = parts;
    const sources = webhookSources(config.sources).map(([, source]) => source);
    const isCapturing = sources.some(({ capture }) => capture !== undefined);
    const door = new LifecycleFunction(this, 'Run', {
      name: 'webhook',
      entry: isCapturing ? 'capturing' : 'index',
      environment: WebhookEnvSchema,
      configFile,
      errorImpact: 'Deliveries are not taken in; senders that do not repeat them lose them.',
      alarms,
    });
    secrets.grantRead(
      door,
      sources.map(({ secret }) => secret),
    );
    for (const lane of lanes) lane.grantSend(door);
    if (isCapturing) bucket.grantCapture(door);
    const api = new WebhookApi(this, 'Webhook', { door, alarms, domain: config.deployment.domain });
    this.url = `${api.url}/webhooks/`;
    this.target = api.target;
  }
}
