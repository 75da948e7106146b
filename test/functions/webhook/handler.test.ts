import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createWebhookHandler, type WebhookDeps } from '../../../functions/webhook/handler.ts';
import { AppError } from '../../../lib/errors.ts';
import { httpHandler } from '../../../lib/runtime/http-handler.ts';
import { jsonIn } from '../../../lib/json.ts';
import { LaneMessageSchema, type Lane } from '../../../lib/lifecycle/event.ts';
import { createTelemetry } from '../../../lib/runtime/telemetry.ts';
import { DIALECTS, sign } from '../../../lib/webhooks/index.ts';
import { SourceSchema } from '../../../lib/config/index.ts';
import { countingIds, NOON, sourcesWith } from '../../support/deliveries.ts';
import { contextWith, keptTelemetry, webhookRequest } from '../../support/lambda.ts';
import { vectorOf } from '../../support/vectors.ts';
import { written } from '../../support/written.ts';

const values: Record<string, string[]> = {
  'hr-webhook': ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
  'bamboo-webhook': [vectorOf('bamboohr').secret],
};
const sources = sourcesWith({
  hr: { kind: 'standard-webhooks', secret: 'hr-webhook', toleranceSeconds: null },
  bamboo: { kind: 'bamboohr', secret: 'bamboo-webhook', toleranceSeconds: null },
});
const timestamp = '2026-11-22T11:00:00Z';
const hired = {
  type: 'employee.hired',
  timestamp,
  data: { employeeId: '7', workEmail: 'kim@example.com', lastName: 'Example' },
};
const left = { type: 'employee.terminated', timestamp, data: { employeeId: '7' } };

/** The door behind its real stack, and what it did. */
function door(more: Partial<WebhookDeps> = {}) {
  const sent: { lane: Lane; body: string }[] = [];
  const asked: string[] = [];
  const told = keptTelemetry();
  const deps: WebhookDeps = {
    config: { sources },
    secrets: {
      accepted: (name) => {
        asked.push(name);
        return Promise.resolve(values[name] ?? []);
      },
    },
    lanes: {
      send: (lane, messages) =>
        Promise.resolve(void sent.push(...messages.map((message) => ({ lane, body: JSON.stringify(message) })))),
    },
    clock: { now: () => NOON },
    ids: countingIds(),
    telemetry: told,
    ...more,
  };
  const handler = httpHandler(createWebhookHandler(deps), deps.telemetry);
  const answer = (request: ReturnType<typeof webhookRequest>) => handler(request, contextWith());
  return { sent, asked, told, answer };
}

function signed(
  body: unknown,
  { source = 'hr', secret = values['hr-webhook']?.[0] ?? '', id = 'msg_1', at = NOON } = {},
) {
  const raw = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return webhookRequest(source, raw, sign(DIALECTS['standard-webhooks'], secret, { body: raw, id, at }), {
    base64: true,
  });
}

describe('a delivery that is signed', () => {
  test('is enqueued and answered with the ids that follow it', async () => {
    const { answer, sent } = door();
    expect(await answer(signed(hired))).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"events":["received-1"]}',
    });
    expect(sent.map(({ lane }) => lane)).toEqual(['normal']);
    expect(LaneMessageSchema.parse(jsonIn(sent[0]?.body ?? ''))).toMatchObject({
      type: 'event',
      event: { id: 'hr:msg_1:0', received: 'received-1', receivedAt: NOON, source: 'hr', kind: 'joiner' },
    });
  });

  test('and may be a termination goes the urgent way, so that it never waits behind joiners', async () => {
    const { answer, sent } = door();
    await answer(signed(left));
    expect(sent.map(({ lane }) => lane)).toEqual(['urgent']);
  });

  test('and says several things sends each its way, the urgent ones first', async () => {
    const { answer, sent } = door();
    const data = { ...hired.data, startDate: '2026-12-01', terminationDate: '2027-03-31' };
    const { body } = await answer(signed({ ...hired, data }));
    expect(JSON.parse(body)).toEqual({ events: ['received-1', 'received-2'] });
    expect(sent.map(({ lane }) => lane)).toEqual(['urgent', 'normal']);
  });

  test('again has the same event id and a received id of its own', async () => {
    const { answer, sent } = door();
    await answer(signed(hired));
    await answer(signed(hired, { at: NOON + 5000 }));
    const messages = sent.map(({ body }) => LaneMessageSchema.parse(jsonIn(body)));
    expect(messages).toMatchObject([
      { event: { id: 'hr:msg_1:0', received: 'received-1' } },
      { event: { id: 'hr:msg_1:0', received: 'received-2' } },
    ]);
  });

  test('with the secret before the last rotation is accepted', async () => {
    expect(await door().answer(signed(hired, { secret: values['hr-webhook']?.[1] ?? '' }))).toMatchObject({
      statusCode: 200,
    });
  });
});

describe('the public capture of BambooHR with its own signature', () => {
  const { raw, headers } = vectorOf('bamboohr');

  test.each([true, false])('is accepted as bytes, also in base64 (%s)', async (base64) => {
    const { answer, sent } = door();
    expect(await answer(webhookRequest('bamboo', raw, headers, { base64 }))).toMatchObject({ statusCode: 200 });
    const bodyHash = createHash('sha256').update(raw).digest('hex');
    expect(LaneMessageSchema.parse(jsonIn(sent[0]?.body ?? ''))).toMatchObject({
      event: {
        id: `bamboo:${bodyHash}:0`,
        bodyHash,
        kind: 'mover',
        said: 1_658_248_023_000,
        attributes: { firstName: 'Tefi' },
      },
    });
  });

  test('is refused with any one byte changed', async () => {
    const { answer, sent } = door();
    for (let at = 0; at < raw.length; at += 7) {
      const changed = Buffer.from(raw);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await answer(webhookRequest('bamboo', changed, headers, { base64: true }))).toMatchObject({
        statusCode: 401,
      });
    }
    expect(sent).toEqual([]);
  });

  test('is refused as too old where its time is checked', async () => {
    const checked = { config: { sources: sourcesWith({ bamboo: { kind: 'bamboohr', secret: 'bamboo-webhook' } }) } };
    const { answer, told } = door(checked);
    expect(await answer(webhookRequest('bamboo', raw, headers))).toMatchObject({ statusCode: 401 });
    expect(told.counts).toContainEqual({
      metric: 'DeliveryRefused',
      value: 1,
      dimensions: { source: 'bamboo', reason: 'too-old' },
    });
  });
});

describe('a delivery that nobody we know signed', () => {
  const wrong = { secret: 'whsec_BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB' };
  const refused = signed(hired, wrong);

  test.each([
    ['an unknown source', signed(hired, { ...wrong, source: 'nobody' })],
    ['an unknown source with a signature of a known one', signed(hired, { source: 'nobody' })],
    ['a source named like what every object has', signed(hired, { source: 'constructor' })],
    ['a source named like a prototype', signed(hired, { source: '__proto__' })],
    ['no signature', webhookRequest('hr', '{}', {})],
    ['no body', { ...refused, body: undefined }],
    ['no source at all', { ...refused, pathParameters: undefined }],
    ['a signature of another source', signed(hired, { source: 'bamboo' })],
    ['a signature and no JSON: what is not verified is not parsed', { ...refused, body: 'bm8ganNvbg==' }],
  ])('%s gets the very same answer as a wrong signature, and nothing is enqueued', async (_, request) => {
    const { answer, sent, told } = door();
    expect(await answer(request as typeof refused)).toEqual(await door().answer(refused)); // -- undefined where the types say absent
    expect(sent).toEqual([]);
    expect(told.counts).toContainEqual(expect.objectContaining({ metric: 'DeliveryRefused' }));
  });

  test('the answer names neither source nor reason', async () => {
    const { statusCode, body } = await door().answer(refused);
    expect(statusCode).toBe(401);
    expect(JSON.parse(body)).toEqual({
      error: 'WEBHOOK_UNVERIFIED',
      message: 'The delivery could not be verified.',
      mend: expect.any(String),
      requestId: 'request-1',
    });
  });

  test('an unknown source takes the same work: a secret is asked for and the body is hashed', async () => {
    const { answer, asked } = door();
    await answer(signed(hired, { source: 'nobody' }));
    expect(asked).toEqual(['hr-webhook']);
  });

  test('a roster has no address: its name is as unknown as any other, and it is nobody to stand in', async () => {
    const people = SourceSchema.parse({ kind: 'roster' });
    const { answer, asked } = door({ config: { sources: { people, ...sources } } });
    expect(await answer(signed(hired, { source: 'people' }))).toMatchObject({ statusCode: 401 });
    expect(asked).toEqual(['hr-webhook']);
  });

  test('without any source everything is refused', async () => {
    expect(await door({ config: { sources: {} } }).answer(signed(hired))).toMatchObject({ statusCode: 401 });
  });

  test('a replay after the window is refused', async () => {
    const config = { sources: sourcesWith({ hr: { kind: 'standard-webhooks', secret: 'hr-webhook' } }) };
    expect(await door({ config }).answer(signed(hired))).toMatchObject({ statusCode: 401 });
    expect(await door({ config }).answer(signed(hired, { at: Date.now() }))).toMatchObject({ statusCode: 200 });
  });
});

describe('what cannot be read', () => {
  test.each([
    ['no JSON', 'kim@example.com', 'not JSON'],
    ['a wrong place', { ...hired, data: { employeeId: '7', firstName: ['kim@example.com'] } }, 'data.firstName: '],
    ['a forged prototype', '{"__proto__":{"type":"employee.hired"}}', '__proto__'],
    ['too deep a body', '['.repeat(1000) + ']'.repeat(1000), 'deeper'],
  ])('%s is a 400 that names the place and quotes nothing', async (_, body, place) => {
    const { answer, sent } = door();
    const { statusCode, body: text } = await answer(signed(body));
    expect(statusCode).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ error: 'REQUEST_UNREADABLE', message: expect.stringContaining(place) });
    expect(text).not.toContain('kim@');
    expect(sent).toEqual([]);
  });

  test('one byte more than 256 KiB is refused before anything is computed', async () => {
    const { answer, asked } = door();
    expect(await answer(signed(' '.repeat(256 * 1024 + 1)))).toMatchObject({ statusCode: 413 });
    expect(asked).toEqual([]);
    const padded = JSON.stringify(hired).padEnd(256 * 1024);
    expect(await answer(signed(padded))).toMatchObject({ statusCode: 200 });
  });

  test.each(['GET', 'PUT', 'DELETE', 'OPTIONS'])('%s is answered with what is allowed', async (method) => {
    const request = webhookRequest('hr', '', {}, { method });
    expect(await door().answer(request)).toMatchObject({ statusCode: 405, headers: { allow: 'POST' } });
  });
});

const down = (code: 'SECRET_UNAVAILABLE' | 'QUEUE_UNAVAILABLE') => () => Promise.reject(new AppError(code, 'Down.'));

describe('when something of ours is down the sender is asked to send again, since a 4xx would lose the event', () => {
  test.each([
    ['the secrets, for a known source', { secrets: { accepted: down('SECRET_UNAVAILABLE') } }, 'hr'],
    [
      'the secrets, for an unknown one: the outage does not tell them apart',
      { secrets: { accepted: down('SECRET_UNAVAILABLE') } },
      'nobody',
    ],
    ['a secret that is no key', { secrets: { accepted: () => Promise.resolve(['']) } }, 'hr'],
    [
      'fault 47: the queue: nothing of the event is kept, its sender has it still',
      { lanes: { send: down('QUEUE_UNAVAILABLE') } },
      'hr',
    ],
  ])('%s', async (_, deps, source) => {
    const { answer, sent } = door(deps);
    expect(await answer(signed(hired, { source }))).toMatchObject({
      statusCode: 503,
      headers: { 'retry-after': '30' },
    });
    expect(sent).toEqual([]);
  });
});

describe('any body at all', () => {
  const shapes = fc.oneof(
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
    {
      weight: 4,
      arbitrary: mutated([
        hired,
        left,
        {
          employees: [
            { id: '5', action: 'Created', fields: { 'Hire Date': '2026-12-01', Status: { value: 'Active' } } },
          ],
        },
      ]),
    },
  );

  test.each(['hr', 'bamboo'])('to %s, signed or not, is a clear answer and never our failure', async (source) => {
    const { answer, sent } = door();
    const answers: Record<number, number> = {};
    const property = fc.asyncProperty(shapes, fc.boolean(), async (text, isSigned) => {
      const body = Buffer.from(text);
      const dialect = DIALECTS[source === 'hr' ? 'standard-webhooks' : 'bamboohr'];
      const secret = source === 'hr' ? values['hr-webhook'] : values['bamboo-webhook'];
      const headers = sign(dialect, secret?.[0] ?? '', {
        body: isSigned ? body : Buffer.from(`${text}.`),
        id: 'msg_1',
        at: NOON,
      });
      sent.length = 0;
      const { statusCode, body: answered } = await answer(webhookRequest(source, body, headers, { base64: true }));
      expect([200, 400, ...(isSigned ? [] : [401])]).toContain(statusCode);
      if (!isSigned) expect(statusCode).toBe(401);
      const messages = sent.map(({ body }) => LaneMessageSchema.parse(jsonIn(body)));
      const ids = messages.map((message) => message.type === 'event' && message.event.received);
      expect(new Set(ids)).toEqual(new Set(statusCode === 200 ? JSON.parse(answered).events : []));
      answers[statusCode] = (answers[statusCode] ?? 0) + 1;
    });
    await fc.assert(property, { seed: 7, numRuns: 500 });
    expect(Math.min(answers[200] ?? 0, answers[400] ?? 0, answers[401] ?? 0)).toBeGreaterThan(20);
  });
});

test('no secret, signature, address or name reaches a log line or a metric', async () => {
  const text = await written(async () => {
    const { answer } = door({ telemetry: createTelemetry('webhook') });
    await answer(signed(hired, { id: 'kim@example.com' }));
    await answer(signed(left));
    await answer(signed(hired, { secret: 'whsec_BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB' }));
    await answer(signed(hired, { source: 'kim@example.com' }));
    await answer(signed('kim@example.com'));
    await answer(signed({ ...hired, data: { workEmail: ['kim@example.com'] } }));
    await answer(webhookRequest('bamboo', vectorOf('bamboohr').raw, vectorOf('bamboohr').headers));
    await door({
      telemetry: createTelemetry('webhook'),
      lanes: { send: () => Promise.reject(new Error('kim@example.com')) },
    }).answer(signed(hired));
  });
  expect(text).toContain('EventAccepted');
  expect(text).toContain('source-unknown');
  expect(text).toContain('signature-wrong');
  for (const secret of [...Object.values(values).flat(), 'whsec_', 'v1,', 'kim', 'Example', 'Tefi', 'Adams'])
    expect(text).not.toContain(secret);
});

/** JSON like the given ones, with values swapped, dropped and put where they do not belong. */
function mutated(bodies: unknown[]): fc.Arbitrary<string> {
  const strange = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('0000-00-00', '9999-12-31', '2026-02-30', '1900-01-01', '', ' ', 1e308, -1, 'x'.repeat(1001)),
  );
  return fc.tuple(fc.constantFrom(...bodies), fc.nat(30), strange).map(([body, at, value]) => {
    let seen = 0;
    return JSON.stringify(body, (_, inner: unknown) => (seen++ === at ? value : inner));
  });
}
