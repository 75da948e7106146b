import '../../lib/runtime/jitless.ts';
import { createArchive, createArchiveClient } from '../../lib/aws/archive.ts';
import { createLanes, createQueueClient } from '../../lib/aws/lanes.ts';
import { createPeople, createTopicClient } from '../../lib/aws/people.ts';
import { createDynamoClient, createDynamoStore } from '../../lib/aws/store.ts';
import { clockAt } from '../../lib/runtime/clock.ts';
import { loadConfig } from '../../lib/runtime/config.ts';
import { parseEnv } from '../../lib/runtime/env.ts';
import { ids } from '../../lib/runtime/ids.ts';
import { createTelemetry } from '../../lib/runtime/telemetry.ts';
import { SweeperEnvSchema } from './env.ts';
import { createSweeperHandler } from './handler.ts';

const newIds = ids();
const env = parseEnv(SweeperEnvSchema, process.env);

const { config } = loadConfig(env.CONFIG_FILE);

export const handler = createSweeperHandler({
  archive: createArchive({ client: createArchiveClient(), bucket: env.EXPORT_BUCKET }),
  store: createDynamoStore({ client: createDynamoClient(), table: env.LEDGER_TABLE, nonce: () => newIds.next() }),
  lanes: createLanes({
    client: createQueueClient(),
    urls: { urgent: env.URGENT_QUEUE_URL, normal: env.NORMAL_QUEUE_URL },
  }),
  people: createPeople({ client: createTopicClient(), topic: env.PEOPLE_TOPIC, tenant: config.tenant }),
  config,
  clock: clockAt(env.CLOCK_SPEED, env.CLOCK_BASE),
  telemetry: createTelemetry('sweeper'),
});
