import { createWebhookHandler } from '../../functions/webhook/handler.ts';
import { isAppError } from '../../lib/errors.ts';
import { dialectOf, DIALECTS, sign } from '../../lib/webhooks/index.ts';
import { webhookSources } from '../../lib/config/index.ts';
import { keptTelemetry, webhookRequest } from './lambda.ts';
import type { Hooks } from './memory/hooks.ts';
import { createMemoryLanes } from './memory/lanes.ts';
import type { TestWorld } from './world.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
let nth = 0;

/** The real door before a world: what it accepts lies in the world's queues; wall and domain time are the world's. */
export function doorOf(world: TestWorld, hooks: Hooks = {}) {
  const told = keptTelemetry();
  const handler = createWebhookHandler({
    config: world.config,
    secrets: { accepted: () => Promise.resolve([SECRET]) },
    lanes: createMemoryLanes({ queues: world.queues, ...hooks }),
    clock: world.clock,
    ids: world.ids,
    telemetry: told,
  });
  const invocation = { remainingMs: () => 10_000, wallNow: () => world.clock.now() };
  /** The HTTP status of the answer to a delivery signed `at`. */
  async function deliver(body: object, { id = `msg_${(nth += 1)}`, at = world.clock.now(), source = 'hr' } = {}) {
    const raw = Buffer.from(JSON.stringify(body));
    const known = webhookSources(world.config.sources).find(([name]) => name === source)?.[1];
    const dialect = known === undefined ? DIALECTS['standard-webhooks'] : dialectOf(known);
    const headers = { 'content-type': 'application/json', ...sign(dialect, SECRET, { body: raw, id, at }) };
    const request = webhookRequest(source, raw, headers, { base64: true });
    try {
      return (await handler(request, invocation)).statusCode;
    } catch (error) {
      if (isAppError(error)) return error.traits.http;
      throw error;
    }
  }
  return { deliver, told };
}
