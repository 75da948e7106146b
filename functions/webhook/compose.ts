import { createLanes, createQueueClient } from '../../lib/aws/lanes.ts';
import { createSecrets, createSecretsClient } from '../../lib/aws/secrets.ts';
import { clockAt } from '../../lib/runtime/clock.ts';
import { loadConfig } from '../../lib/runtime/config.ts';
import { parseEnv } from '../../lib/runtime/env.ts';
import { httpHandler } from '../../lib/runtime/http-handler.ts';
import { ids } from '../../lib/runtime/ids.ts';
import { createTelemetry } from '../../lib/runtime/telemetry.ts';
import type { Capture, CaptureDeps } from './capture.ts';
import { WebhookEnvSchema, type WebhookEnv } from './env.ts';
import { createWebhookHandler } from './handler.ts';

// a sender waits three seconds: better a 503 in time, which it repeats, than an answer nobody hears
const limits = { requestTimeoutMs: 1000, maxAttempts: 2 };

type Capturing = (deps: Omit<CaptureDeps, 'archive'>, env: WebhookEnv) => Capture | undefined;

/** The door of an environment. */
export function composeDoor(environment: NodeJS.ProcessEnv, capturing?: Capturing) {
  const env = parseEnv(WebhookEnvSchema, environment);
  const deps = {
    config: loadConfig(env.CONFIG_FILE).config,
    clock: clockAt(env.CLOCK_SPEED, env.CLOCK_BASE),
    ids: ids(),
    telemetry: createTelemetry('webhook'),
  };
  const handler = createWebhookHandler({
    ...deps,
    secrets: createSecrets({ client: createSecretsClient(limits), prefix: env.SECRET_PREFIX, clock: deps.clock }),
    lanes: createLanes({
      client: createQueueClient(limits),
      urls: { urgent: env.URGENT_QUEUE_URL, normal: env.NORMAL_QUEUE_URL },
    }),
    capture: capturing?.(deps, env),
  });
  return httpHandler(handler, deps.telemetry);
}
