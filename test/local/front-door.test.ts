import { afterEach, describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { once } from 'node:events';
import { request } from 'node:http';
import { startFrontDoor, type FrontDoor } from '../../infra/local/front-door.ts';

const doors: FrontDoor[] = [];
afterEach(async () => {
  await Promise.all(doors.splice(0).map((door) => door.stop()));
});

async function doorWith(invoke: (event: APIGatewayProxyEventV2) => unknown) {
  const events: APIGatewayProxyEventV2[] = [];
  const door = await startFrontDoor({
    port: 0,
    routes: ['POST /webhooks/{source}'],
    invoke: async (event) => {
      events.push(event);
      return invoke(event);
    },
  });
  doors.push(door);
  return { door, events, hook: `${door.url}/webhooks/bamboohr` };
}

describe('the front door on this machine', () => {
  test('makes the event that an HTTP API makes of a delivery', async () => {
    const { events, hook } = await doorWith(() => ({ statusCode: 200 }));
    await fetch(`${hook}?a=1&a=2&b=3`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json; charset=utf-8', 'X-Signed-By': 'Me', cookie: 'c=1; d=2' },
      body: '{"name":"Zoë"}',
    });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      version: '2.0',
      routeKey: 'POST /webhooks/{source}',
      rawPath: '/webhooks/bamboohr',
      rawQueryString: 'a=1&a=2&b=3',
      queryStringParameters: { a: '1,2', b: '3' },
      cookies: ['c=1', 'd=2'],
      headers: { 'content-type': 'application/json; charset=utf-8', 'x-signed-by': 'Me' },
      pathParameters: { source: 'bamboohr' },
      requestContext: {
        http: { method: 'POST', path: '/webhooks/bamboohr', sourceIp: '127.0.0.1' },
        stage: '$default',
      },
      body: '{"name":"Zoë"}',
      isBase64Encoded: false,
    });
    expect(events[0]?.headers).not.toHaveProperty('cookie');
  });

  test('joins repeated headers by commas, since a signature check must see each of them', async () => {
    const { events, hook } = await doorWith(() => ({ statusCode: 200 }));
    const sent = request(hook, { method: 'POST' });
    sent.setHeader('webhook-signature', ['v1,one', 'v1,two']);
    sent.end('x');
    await once(sent, 'response');
    expect(events[0]?.headers['webhook-signature']).toBe('v1,one,v1,two');
  });

  test.each([
    ['application/json', '{}', false],
    ['text/plain', '{}', false],
    ['application/x-www-form-urlencoded', 'a=b', true],
    ['application/octet-stream', 'a', true],
    ['application/json', '', false],
  ])('a body of type %s (%j) is base64: %s', async (type, body, encoded) => {
    const { events, hook } = await doorWith(() => ({ statusCode: 200 }));
    await fetch(hook, { method: 'POST', headers: { 'content-type': type }, body });
    const event = events[0];
    expect(event?.isBase64Encoded).toBe(encoded);
    expect(Buffer.from(event?.body ?? '', encoded ? 'base64' : 'utf8').toString()).toBe(body);
  });

  test('keeps bytes that are no UTF-8 when they are not declared as text', async () => {
    const { events, hook } = await doorWith(() => ({ statusCode: 200 }));
    const bytes = Buffer.from([0xff, 0x00, 0xfe]);
    await fetch(hook, { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: bytes });
    expect(Buffer.from(events[0]?.body ?? '', 'base64')).toEqual(bytes);
  });

  test.each([
    ['GET', '/webhooks/bamboohr'],
    ['POST', '/webhooks'],
    ['POST', '/webhooks/a/b'],
    ['POST', '/elsewhere'],
  ])('%s %s is not found and no function is asked', async (method, path) => {
    const { door, events } = await doorWith(() => ({ statusCode: 200 }));
    expect((await fetch(door.url + path, { method })).status).toBe(404);
    expect(events).toEqual([]);
  });

  test('refuses more than 10 MB as API Gateway does', async () => {
    const { events, hook } = await doorWith(() => ({ statusCode: 200 }));
    const post = async (bytes: number) => (await fetch(hook, { method: 'POST', body: Buffer.alloc(bytes) })).status;
    expect(await post(10 * 1024 * 1024 + 1)).toBe(413);
    expect(events).toEqual([]);
    expect(await post(10 * 1024 * 1024)).toBe(200);
  });

  test('hands on status, headers, cookies and bytes of the answer', async () => {
    const { hook } = await doorWith(() => ({
      statusCode: 202,
      headers: { 'Retry-After': 5 },
      cookies: ['a=1', 'b=2'],
      body: 'AP8=',
      isBase64Encoded: true,
    }));
    const response = await fetch(hook, { method: 'POST' });
    expect(response.status).toBe(202);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255]);
  });

  test('answers 503 when the function dies, so that the sender tries again', async () => {
    const { hook } = await doorWith(() => Promise.reject(new Error('killed')));
    const response = await fetch(hook, { method: 'POST' });
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('killed');
  });

  test('a busy port is one clear line', async () => {
    const { door } = await doorWith(() => ({ statusCode: 200 }));
    const port = Number(new URL(door.url).port);
    await expect(startFrontDoor({ port, routes: [], invoke: async () => null })).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
      message: `Port ${port} is in use; --port 0 takes a free one.`,
    });
  });
});
