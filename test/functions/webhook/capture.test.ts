import { expect, test } from '@jest/globals';
import { createCapture } from '../../../functions/webhook/capture.ts';
import { createWebhookHandler } from '../../../functions/webhook/handler.ts';
import { httpHandler } from '../../../lib/runtime/http-handler.ts';
import { CapturedSchema } from '../../../lib/sources/capture.ts';
import { DIALECTS, sign } from '../../../lib/webhooks/index.ts';
import { HOUR } from '../../../lib/time.ts';
import { countingIds, NOON, sourcesWith } from '../../support/deliveries.ts';
import { contextWith, keptTelemetry, webhookRequest } from '../../support/lambda.ts';
import { createMemoryArchive, type MemoryObjects } from '../../support/memory/archive.ts';

const SECRET = 'a secret that nobody knows';
/** The last day that is captured is today, the 22nd, in Berlin; NOON is 13:00 there. */
const capture = { until: '2026-11-22' };
const sources = sourcesWith({
  hr: { kind: 'standard-webhooks', secret: 'hr', auth: 'github', timeZone: 'Europe/Berlin', capture },
  shown: { kind: 'standard-webhooks', secret: 'hr', auth: 'bearer', capture },
  quiet: { kind: 'standard-webhooks', secret: 'hr', auth: 'github' },
});
const hired = {
  type: 'employee.hired',
  timestamp: '2026-11-22T11:00:00Z',
  data: { employeeId: '7', workEmail: 'kim@example.com' },
};

function door({ before = async () => undefined }: { before?: () => Promise<void> } = {}) {
  const objects: MemoryObjects = new Map();
  const told = keptTelemetry();
  let now = NOON;
  let opened = 0;
  const deps = { config: { sources }, clock: { now: () => now }, ids: countingIds(), telemetry: told };
  const archive = async () => {
    opened += 1;
    return createMemoryArchive({ objects, before });
  };
  const handler = createWebhookHandler({
    ...deps,
    secrets: { accepted: async () => [SECRET] },
    lanes: { send: async () => undefined },
    capture: createCapture({ ...deps, archive }),
  });
  const answer = httpHandler((event) => handler(event, { remainingMs: () => 10_000, wallNow: () => now }), told);
  const kept = () =>
    [...objects].map(([key, { body }]) => ({ key, ...CapturedSchema.parse(JSON.parse(Buffer.from(body).toString())) }));
  async function send(source: string, body: unknown, secret = SECRET) {
    const raw = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const dialect = source === 'shown' ? DIALECTS.bearer : DIALECTS.github;
    const request = webhookRequest(source, raw, sign(dialect, secret, { body: raw }), { base64: true });
    return (await answer(request, contextWith())).statusCode;
  }
  return { send, kept, told, opened: () => opened, pass: (ms: number) => void (now += ms) };
}

test('what a source sends is kept as it came, whatever it was answered: accepted, refused, unreadable', async () => {
  const { send, kept } = door();
  expect([await send('hr', hired), await send('hr', hired, 'another secret, as long'), await send('hr', '{')]).toEqual([
    200, 401, 400,
  ]);
  const all = kept();
  expect(all.map(({ status }) => status)).toEqual([200, 401, 400]);
  expect(all[0]).toMatchObject({
    key: expect.stringMatching(/^capture\/hr\/2026-11-22T12:00:00\.000Z-/),
    method: 'POST',
    url: 'https://hooks.example.com/webhooks/hr',
    headers: { 'x-hub-signature-256': expect.stringMatching(/^sha256=[0-9a-f]{64}$/) },
  });
  expect(JSON.parse(Buffer.from(all[0]?.body ?? []).toString())).toEqual(hired);
});

test('a header that is itself the secret is kept as its hash', async () => {
  const { send, kept } = door();
  await send('shown', hired);
  expect(kept().map(({ headers }) => headers['authorization'])).toEqual([
    expect.stringMatching(/^Bearer sha256:[0-9a-f]{64} \(26 characters\)$/),
  ]);
});

test('nothing is kept of a source without capture, nor of none; nothing is loaded for it', async () => {
  const { send, kept, opened } = door();
  expect([await send('quiet', hired), await send('nobody', hired)]).toEqual([200, 401]);
  expect([kept(), opened()]).toEqual([[], 0]);
});

test('it ends with its last day, in the zone of the source', async () => {
  const { send, kept, pass } = door();
  pass(11 * HOUR - 1);
  await send('hr', hired);
  expect(kept()).toHaveLength(1);
  pass(1);
  expect(await send('hr', hired)).toBe(200);
  expect(kept()).toHaveLength(1);
});

test('sixty an hour are kept of a source, so that nobody can fill the bucket', async () => {
  const { send, kept, pass } = door();
  for (let n = 0; n < 61; n++) await send('hr', hired, 'another secret, as long');
  expect(kept()).toHaveLength(60);
  await send('shown', hired);
  pass(HOUR);
  await send('hr', hired);
  expect(kept()).toHaveLength(62);
});

test('a failure to keep it is counted, and the answer is the same', async () => {
  const { send, told } = door({ before: () => Promise.reject(new Error('no bucket')) });
  expect([await send('hr', hired), await send('hr', '{')]).toEqual([200, 400]);
  expect(told.counts.filter(({ metric }) => metric === 'CaptureFailed')).toHaveLength(2);
});
