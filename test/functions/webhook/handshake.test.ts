import { describe, expect, test } from '@jest/globals';
import { createWebhookHandler } from '../../../functions/webhook/handler.ts';
import { httpHandler } from '../../../lib/runtime/http-handler.ts';
import { DIALECTS, sign } from '../../../lib/webhooks/index.ts';
import { countingIds, NOON, sourcesWith } from '../../support/deliveries.ts';
import { contextWith, keptTelemetry, webhookRequest } from '../../support/lambda.ts';

const SECRET = 'a secret of some length';
const source = { kind: 'standard-webhooks', secret: 's', auth: 'github', toleranceSeconds: null } as const;
const sources = sourcesWith({
  plain: source,
  hibob: { ...source, auth: 'hibob', handshake: 'hibob-ping' },
  github: { ...source, handshake: 'github-ping' },
  also: { ...source, auth: 'okta' },
  okta: { ...source, auth: 'okta', handshake: 'okta-challenge' },
  events: { ...source, auth: 'bearer', handshake: 'cloudevents' },
});

function door() {
  const sent: unknown[] = [];
  const telemetry = keptTelemetry();
  const handler = httpHandler(
    createWebhookHandler({
      config: { sources },
      secrets: { accepted: () => Promise.resolve([SECRET]) },
      lanes: { send: (_, messages) => Promise.resolve(void sent.push(...messages)) },
      clock: { now: () => NOON },
      ids: countingIds(),
      telemetry,
    }),
    telemetry,
  );
  const answer = (request: ReturnType<typeof webhookRequest>) => handler(request, contextWith());
  return { sent, telemetry, answer };
}

const json = { 'content-type': 'application/json' };
const zen = Buffer.from('{"zen":"Keep it logically awesome."}');
const signed = sign(DIALECTS.github, SECRET, { body: zen });
const challenge = { 'X-Okta-Verification-Challenge': 'h3GV-pB1m_6c' };
const okta = { ...challenge, Authorization: SECRET };
const asks = { 'WebHook-Request-Origin': 'sender.example.com', 'WebHook-Request-Rate': '120' };
const ping = (text: string, name = 'hibob') => webhookRequest(name, text, json);

describe('a handshake that the configuration names is answered, and nothing is enqueued', () => {
  test.each([
    ['HiBob: the text', ping('"Ping test"'), '{"events":[]}', {}],
    ['HiBob: the object', ping('{ "text": "Ping test" }'), '{"events":[]}', {}],
    ['GitHub, signed', webhookRequest('github', zen, { ...signed, 'X-GitHub-Event': 'ping' }), '{"events":[]}', {}],
    ['Okta', webhookRequest('okta', '', okta, { method: 'GET' }), '{"verification":"h3GV-pB1m_6c"}', json],
    [
      'CloudEvents',
      webhookRequest('events', '', asks, { method: 'OPTIONS' }),
      '',
      { allow: 'POST', 'webhook-allowed-origin': 'sender.example.com', 'webhook-allowed-rate': '120' },
    ],
    [
      'CloudEvents that name no rate or an odd one',
      webhookRequest('events', '', { ...asks, 'WebHook-Request-Rate': '1e9\r\n' }, { method: 'OPTIONS' }),
      '',
      { 'webhook-allowed-rate': '*' },
    ],
  ])('%s', async (_, request, body, headers) => {
    const { answer, sent, telemetry } = door();
    const answered = await answer(request);
    expect(answered).toMatchObject({ statusCode: 200, body, headers });
    expect(sent).toEqual([]);
    expect(telemetry.counts).toContainEqual(expect.objectContaining({ metric: 'HandshakeAnswered' }));
  });
});

describe('everything else stays as it is', () => {
  test.each([
    ['HiBob’s ping at a source without the handshake', ping('"Ping test"', 'plain'), 401],
    ['HiBob’s ping at an unknown source', ping('"Ping test"', 'nobody'), 401],
    ['HiBob’s ping within something else', ping('{"text":"Ping test","type":"employee.hired"}'), 401],
    ['GitHub’s ping that nobody signed', webhookRequest('github', zen, { 'X-GitHub-Event': 'ping' }), 401],
    [
      'GitHub’s ping at a source without it',
      webhookRequest('plain', zen, { ...signed, 'X-GitHub-Event': 'ping' }),
      400,
    ],
    ['a delivery of GitHub', webhookRequest('github', zen, { ...signed, 'X-GitHub-Event': 'issues' }), 400],
    ['Okta’s challenge without the secret', webhookRequest('okta', '', challenge, { method: 'GET' }), 401],
    ['the same at a source without the handshake', webhookRequest('plain', '', challenge, { method: 'GET' }), 401],
    [
      'the same at an unknown source: the answer does not tell',
      webhookRequest('nobody', '', challenge, { method: 'GET' }),
      401,
    ],
    ['Okta’s challenge at an unknown source', webhookRequest('nobody', '', okta, { method: 'GET' }), 401],
    [
      'Okta’s challenge at a source of the same secret without it',
      webhookRequest('also', '', okta, { method: 'GET' }),
      405,
    ],
    ['Okta’s challenge by POST', webhookRequest('okta', '', okta), 400],
    ['a GET without a challenge', webhookRequest('okta', '', {}, { method: 'GET' }), 405],
    [
      'a challenge that came twice',
      webhookRequest('okta', '', { ...okta, 'x-okta-verification-challenge': 'b' }, { method: 'GET' }),
      405,
    ],
    [
      'a question for an origin that is none',
      webhookRequest('events', '', { 'webhook-request-origin': '<b>' }, { method: 'OPTIONS' }),
      405,
    ],
    ['a question without an origin', webhookRequest('events', '', {}, { method: 'OPTIONS' }), 405],
    ['a question at a source without it', webhookRequest('plain', '', asks, { method: 'OPTIONS' }), 405],
  ])('%s', async (_, request, status) => {
    const { answer, sent } = door();
    expect(await answer(request)).toMatchObject({ statusCode: status });
    expect(sent).toEqual([]);
  });
});
