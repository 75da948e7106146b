import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { createWebhookHandler } from '../../../functions/webhook/handler.ts';
import { httpHandler } from '../../../lib/runtime/http-handler.ts';
import { sign } from '../../../lib/webhooks/index.ts';
import { countingIds, NOON, sourcesWith } from '../../support/deliveries.ts';
import { ALL_DIALECTS, secretOf } from '../../support/dialects.ts';
import { contextWith, keptTelemetry, webhookRequest } from '../../support/lambda.ts';

/** A source for each dialect, called after it, and one for each system that has a body of its own. */
const nameOf = (dialect: string) => dialect.toLowerCase();
const sources = sourcesWith({
  ...Object.fromEntries(
    Object.entries(ALL_DIALECTS).map(([name, auth]) => [
      nameOf(name),
      { kind: 'standard-webhooks', secret: name, auth, toleranceSeconds: null },
    ]),
  ),
  'of-okta': { kind: 'okta', secret: 'okta' },
  'of-hibob': { kind: 'hibob', secret: 'hibob', fetch: { secret: 'hibob-key' } },
  'of-personio': { kind: 'personio', secret: 'authorization', fetch: { secret: 'personio-key' } },
});
const sent: unknown[] = [];
const telemetry = keptTelemetry();
const handler = httpHandler(
  createWebhookHandler({
    config: { sources },
    secrets: { accepted: (name) => Promise.resolve(ALL_DIALECTS[name] ? [secretOf(ALL_DIALECTS[name])] : []) },
    lanes: { send: (_, messages) => Promise.resolve(void sent.push(...messages)) },
    clock: { now: () => NOON },
    ids: countingIds(),
    telemetry,
  }),
  telemetry,
);

async function statusOf(request: ReturnType<typeof webhookRequest>): Promise<number> {
  const { statusCode, body } = await handler(request, contextWith());
  // a clear answer: who sent it can read what to mend, and nothing of ours
  if (statusCode >= 400) {
    const said: { error: string; mend: string } = JSON.parse(body);
    expect(Object.keys(said)).toEqual(['error', 'message', 'mend', 'requestId']);
  }
  return statusCode;
}

const hired = JSON.stringify({
  type: 'employee.hired',
  timestamp: '2026-11-22T11:00:00Z',
  data: { employeeId: '7', workEmail: 'kim@example.com' },
});
const url = (source: string) => `https://hooks.example.com/webhooks/${source}`;

/** What the sender signs, whatever the body is. */
function signedRequest(name: string, body: Uint8Array, source = nameOf(name)) {
  const dialect = ALL_DIALECTS[name];
  if (dialect === undefined) throw new Error(`no dialect ${name}`);
  const headers = { 'x-tenant': 'acme', 'content-type': 'application/json' };
  const signature = sign(dialect, secretOf(dialect), { body, id: 'msg_1', at: NOON, url: url(source), headers });
  return webhookRequest(source, body, { ...headers, ...signature }, { base64: true });
}

const names = Object.keys(ALL_DIALECTS);
const utf16 = (text: string) => Buffer.from(text, 'utf16le');
const nested = (depth: number) => '{"data":'.repeat(depth) + '1' + '}'.repeat(depth);
/** Of a good body in which something stands under `key`, and the value 7 for who is meant. */
const hostile = (good: string, key = 'employeeId'): [string, Uint8Array | string][] => [
  ['nothing', ''],
  ['a blank', ' '],
  ['half of it', good.slice(0, -5)],
  ['it twice', good + good],
  ['a form', 'type=employee.hired&data[employeeId]=7'],
  ['XML with an entity', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
  ['deep objects', nested(5000)],
  ['deep arrays', '['.repeat(100_000) + ']'.repeat(100_000)],
  ['a deep array that never ends', '['.repeat(200_000)],
  ['a huge array', `[${'0,'.repeat(60_000)}0]`],
  ['a huge array within', good.replace('"7"', `[${'0,'.repeat(60_000)}0]`)],
  ['a prototype', good.replace(`"${key}"`, `"__proto__":{"workEmail":"a@example.com"},"${key}"`)],
  ['a constructor', good.replace(`"${key}"`, `"constructor":{"prototype":{"a":1}},"${key}"`)],
  ['an escaped prototype', good.replace(`"${key}"`, String.raw`"\u005f_proto__":{},"${key}"`)],
  ['UTF-16', utf16(good)],
  ['UTF-16 with its mark', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(good)])],
  ['Latin-1', Buffer.from(good.replace('7', '\u00fc'), 'latin1')],
  ['bytes that no text has', Buffer.from([0xc0, 0xaf, 0xed, 0xa0, 0x80, 0xff])],
  ['zeros', Buffer.alloc(1000)],
  ['a compressed body', gzipSync(good)],
  ['a number beyond all', good.replace('"7"', '1e999')],
  ['an array of it', `[${good}]`],
  ['null', 'null'],
  ['other types everywhere', good.replaceAll(/"[^"]+"(?=[,}])/g, '[]')],
];
const HOSTILE = hostile(hired);

describe.each(names)('what a sender of the dialect %s signs', (name) => {
  test('is accepted when it is good, also with its headers in mixed case', async () => {
    sent.length = 0;
    const request = signedRequest(name, Buffer.from(hired));
    expect(await statusOf(request)).toBe(200);
    const mixed = Object.entries(request.headers).map(([key, value]) => [
      key.replaceAll(/\b\w/g, (c) => c.toUpperCase()),
      value,
    ]);
    expect(await statusOf({ ...request, headers: Object.fromEntries(mixed) })).toBe(200);
    expect(sent).toHaveLength(2);
  });

  test('is refused as unreadable when it is hostile, and nothing is enqueued', async () => {
    sent.length = 0;
    const statuses: Record<string, number> = {};
    for (const [what, body] of HOSTILE) statuses[what] = await statusOf(signedRequest(name, Buffer.from(body)));
    expect(statuses).toEqual(Object.fromEntries(HOSTILE.map(([what]) => [what, 400])));
    expect(sent).toEqual([]);
  });
});

/** What the systems send; who is meant stands under a key and as a value that the hostile ones change. */
const BODIES: [source: string, dialect: string, good: string, key: string][] = [
  [
    'of-okta',
    'okta',
    '{"data":{"events":[{"uuid":"u-1","published":"2026-11-22T11:00:00Z","eventType":"user.lifecycle.suspend","target":[{"id":"7","type":"User"}]}]}}',
    'target',
  ],
  [
    'of-hibob',
    'hibob',
    '{"type":"employee.updated","triggeredAt":"2026-11-22T11:00:00","data":{"employeeId":"7"}}',
    'employeeId',
  ],
  [
    'of-personio',
    'authorization',
    '{"event_name":"person.updated","occurred_at":"2026-11-22T11:00:00Z","payload":{"person":{"id":"7"}}}',
    'person',
  ],
];

test.each(BODIES)('%s takes what its system sends, and no hostile form of it', async (source, dialect, good, key) => {
  sent.length = 0;
  const statusFor = (body: Uint8Array | string) => statusOf(signedRequest(dialect, Buffer.from(body), source));
  expect(await statusFor(good)).toBe(200);
  expect(sent).toHaveLength(1);
  const statuses: Record<string, number> = {};
  for (const [what, body] of hostile(good, key)) statuses[what] = await statusFor(body);
  expect(statuses).toEqual(Object.fromEntries(HOSTILE.map(([what]) => [what, 400])));
  expect(sent).toHaveLength(1);
});

/** Values as somebody would try them who knows the dialects and no secret. */
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.stringMatching(/^(v1,|sha256=|v1=|s=|Bearer |Basic )?[A-Za-z0-9+/=._-]{0,90}([ ,;]v1,[A-Za-z0-9+/]{4}){0,3}$/),
  fc.constantFrom(
    '',
    ' ',
    'v1,',
    'Bearer ',
    'Basic Og==',
    'Bearer eyJhbGciOiJub25lIn0.e30.',
    'Bearer ..',
    '1795348800',
    String(NOON),
    '2026-11-22T12:00:00Z',
    'undefined',
    '__proto__',
    'a'.repeat(9000),
    ','.repeat(5000),
    'v1, '.repeat(2000),
  ),
);
const headerNames = [
  ...new Set(names.flatMap((name) => Object.keys(signedRequest(name, Buffer.from('x')).headers))),
  '__proto__',
  'constructor',
  'x-http-method-override',
  'transfer-encoding',
];
const cased = fc
  .tuple(fc.constantFrom(...headerNames), fc.boolean())
  .map(([name, upper]) => (upper ? name.toUpperCase() : name));
const headers = fc.array(fc.tuple(cased, value), { maxLength: 8 }).map((entries) => Object.fromEntries(entries));
const bodies = fc.oneof(
  fc.constant(Buffer.from(hired)),
  fc.constantFrom(...HOSTILE.filter(([, body]) => body.length < 5000)).map(([, body]) => Buffer.from(body)),
  fc.json().map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
);

test('who knows no secret gets a clear 4xx, whatever the method, the headers and the body; nothing is enqueued, nothing breaks', async () => {
  sent.length = 0;
  const seen = new Set<number>();
  const paths = fc.constantFrom(...names.map(nameOf), 'nobody', '__proto__', 'constructor', '', '../secrets', '%00');
  const method = fc.constantFrom('POST', 'POST', 'POST', 'GET', 'OPTIONS', 'PUT', 'post', '');
  const property = fc.asyncProperty(
    paths,
    method,
    headers,
    bodies,
    fc.boolean(),
    async (path, method, headers, body, base64) => {
      const status = await statusOf(webhookRequest(path, body, headers, { method, base64 }));
      seen.add(status);
      expect([401, 405]).toContain(status);
    },
  );
  await fc.assert(property, { seed: 5, numRuns: 3000 });
  expect(seen).toEqual(new Set([401, 405]));
  expect(sent).toEqual([]);
});

test('who has one good delivery and no secret cannot make another of it by its headers', async () => {
  sent.length = 0;
  let refused = 0;
  const changes = fc.tuple(fc.constantFrom(...names), fc.nat(), value, fc.boolean());
  const property = fc.asyncProperty(changes, async ([name, at, changed, doubled]) => {
    const request = signedRequest(name, Buffer.from(hired));
    const signing = Object.keys(request.headers).filter((header) => !['content-type', 'x-tenant'].includes(header));
    const header = signing[at % signing.length] ?? '';
    fc.pre(changed.trim() !== request.headers[header]);
    const added = doubled ? header.toUpperCase() : header;
    expect(await statusOf({ ...request, headers: { ...request.headers, [added]: changed } })).toBe(401);
    refused++;
  });
  await fc.assert(property, { seed: 6, numRuns: 1500 });
  expect(refused).toBeGreaterThan(1000);
  expect(sent).toEqual([]);
});
