import '../../lib/runtime/jitless.ts';
import { tmpdir } from 'node:os';
import { createArchive, createArchiveClient } from '../../lib/aws/archive.ts';
import { createPeople, createTopicClient } from '../../lib/aws/people.ts';
import { createPutInAt } from '../../lib/aws/secret-version.ts';
import { createSecrets, createSecretsClient } from '../../lib/aws/secrets.ts';
import { createDynamoClient, createDynamoStore } from '../../lib/aws/store.ts';
import { MAIL_HASH_KEY } from '../../lib/config/index.ts';
import { connectForNight } from '../../lib/export/connect.ts';
import { fileSpools } from '../../lib/export/file-spool.ts';
import { clockAt } from '../../lib/runtime/clock.ts';
import { loadConfig } from '../../lib/runtime/config.ts';
import { parseEnv } from '../../lib/runtime/env.ts';
import { ids } from '../../lib/runtime/ids.ts';
import { PRODUCT } from '../../lib/runtime/product.ts';
import { createTelemetry } from '../../lib/runtime/telemetry.ts';
import { NightlyExportEnvSchema } from './env.ts';
import { createNightlyExportHandler } from './handler.ts';

const env = parseEnv(NightlyExportEnvSchema, process.env);
const { config, hash } = loadConfig(env.CONFIG_FILE);
const clock = clockAt(env.CLOCK_SPEED, env.CLOCK_BASE);
const newIds = ids();
const telemetry = createTelemetry('nightly-export');
const store = createDynamoStore({ client: createDynamoClient(), table: env.LEDGER_TABLE, nonce: () => newIds.next() });
const stored = { client: createSecretsClient(), prefix: env.SECRET_PREFIX };
const secrets = createSecrets({ ...stored, clock });

export const handler = createNightlyExportHandler({
  connect: connectForNight({
    config,
    store,
    secrets,
    clock,
    telemetry,
    fetch: globalThis.fetch,
    random: Math.random,
    product: PRODUCT,
  }),
  store,
  secrets,
  fetch: globalThis.fetch,
  putInAt: createPutInAt(stored),
  archive: createArchive({ client: createArchiveClient(), bucket: env.EXPORT_BUCKET }),
  bucket: env.EXPORT_BUCKET,
  people: createPeople({ client: createTopicClient(), topic: env.PEOPLE_TOPIC, tenant: config.tenant }),
  openSpool: fileSpools(tmpdir()),
  clock,
  ids: newIds,
  telemetry,
  config,
  configHash: hash,
  mailKey: () => secrets.current(MAIL_HASH_KEY),
  product: PRODUCT,
});
