import { createDynamoClient, createDynamoStore } from '../aws/store.ts';
import { createEventBridgeClient, createOutcomes } from '../aws/outcomes.ts';
import { createLanes, createQueueClient } from '../aws/lanes.ts';
import { createSecrets, createSecretsClient } from '../aws/secrets.ts';
import { createBitsightClient } from '../bitsight/index.ts';
import { tellCalls } from '../lifecycle/call-telemetry.ts';
import type { Lane } from '../lifecycle/event.ts';
import { createTenant } from '../lifecycle/tenant.ts';
import { createDirectory } from '../sources/directory.ts';
import { createTickets } from '../sources/tickets/index.ts';
import { clockAt } from './clock.ts';
import { loadConfig } from './config.ts';
import { ids } from './ids.ts';
import type { LaneEnv } from './lane-env.ts';
import type { LaneDeps } from './lane-handler.ts';
import { PRODUCT } from './product.ts';
import { createTelemetry } from './telemetry.ts';

/** Everything a worker needs, made once a container. */
export function laneDeps(lane: Lane, service: string, env: LaneEnv): LaneDeps {
  const { config, hash } = loadConfig(env.CONFIG_FILE);
  const clock = clockAt(env.CLOCK_SPEED, env.CLOCK_BASE);
  const telemetry = createTelemetry(service);
  const newIds = ids();
  const secrets = createSecrets({ client: createSecretsClient(), prefix: env.SECRET_PREFIX, clock });
  const bitsight = createBitsightClient({
    baseUrl: config.bitsight.baseUrl,
    apiToken: (options) => secrets.current(config.bitsight.tokenSecret, options),
    fetch: globalThis.fetch,
    clock,
    random: Math.random,
    timeoutMs: config.bitsight.timeoutMs,
    retry: { attempts: 2, maxWaitMs: 0 }, // one fresh socket for a read; every real wait is the ledger's
    product: PRODUCT,
    onCall: tellCalls(telemetry, 'BITSIGHT_NOT_FOUND'), // the answer that a removal hopes for
  });
  return {
    lane,
    bitsight,
    secrets,
    clock,
    telemetry,
    config,
    configHash: hash,
    tenant: createTenant(clock),
    directory: createDirectory({ sources: config.sources, secrets, fetch: globalThis.fetch, clock }),
    tickets: createTickets({ sources: config.sources, secrets, fetch: globalThis.fetch, clock, telemetry }),
    ids: newIds,
    random: Math.random,
    store: createDynamoStore({ client: createDynamoClient(), table: env.LEDGER_TABLE, nonce: () => newIds.next() }),
    lanes: createLanes({ client: createQueueClient(), deadUrls: { [lane]: env.DEAD_LETTER_QUEUE_URL } }),
    outcomes: createOutcomes({ client: createEventBridgeClient(), bus: env.EVENT_BUS }),
  };
}
