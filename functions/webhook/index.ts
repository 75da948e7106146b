import '../../lib/runtime/jitless.ts';
import { createLanes, createQueueClient } from '../../lib/aws/lanes.ts';
import { createSecrets, createSecretsClient } from '../../lib/aws/secrets.ts';
import { clockAt } from '../../lib/runtime/clock.ts';
import { loadConfig } from '../../lib/runtime/config.ts';
import { parseEnv } from '../../lib/runtime/env.ts';
import { httpHandler } from '../../lib/runtime/http-handler.ts';
import { ids } from '../../lib/runtime/ids.ts';
import { createTelemetry } from '../../lib/runtime/telemetry.ts';
import { WebhookEnvSchema } from './env.ts';
import { createWebhookHandler } from './handler.ts';

const env = parseEnv(WebhookEnvSchema, process.env);
const clock = clockAt(env.CLOCK_SPEED, env.CLOCK_BASE);
const telemetry = createTelemetry('webhook');
// a sender waits three seconds: better a 503 in time, which it repeats, than an answer nobody hears
const limits = { requestTimeoutMs: 1000, maxAttempts: 2 };

export const handler = httpHandler(
  createWebhookHandler({
    config: loadConfig(env.CONFIG_FILE).config,
    secrets: createSecrets({ client: createSecretsClient(limits), prefix: env.SECRET_PREFIX, clock }),
    lanes: createLanes({
      client: createQueueClient(limits),
      urls: { urgent: env.URGENT_QUEUE_URL, normal: env.NORMAL_QUEUE_URL },
    }),
    clock,
    ids: ids(),
    telemetry,
  }),
  telemetry,
);
