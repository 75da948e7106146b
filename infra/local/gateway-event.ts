import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { randomUUID } from 'node:crypto';
import * as z from 'zod';

/** A request as it came in: the raw header list keeps repeated headers. */
export interface RawRequest {
  method: string;
  url: string;
  rawHeaders: string[];
  body: Buffer;
  sourceIp: string;
  at: number;
}

/** A route of the door, such as `POST /webhooks/{source}`. */
export interface Route {
  key: string;
  parameters: Record<string, string>;
}

/** The route a request matches; undefined where API Gateway itself would answer 404. */
export function matchRoute(routes: readonly string[], method: string, path: string): Route | undefined {
  for (const key of routes) {
    const [verb, template = ''] = key.split(' ');
    const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    const match = new RegExp(`^${template.replaceAll(/\{\w+\}/g, '([^/]+)')}$`).exec(path);
    if (match === null || verb !== method) continue;
    return { key, parameters: Object.fromEntries(names.map((name, i) => [name, decode(match[i + 1] ?? '')])) };
  }
  return undefined;
}

/** The event of an HTTP API with payload format 2.0: headers lower-case, repeated ones joined by commas, cookies apart. */
export function gatewayEvent(request: RawRequest, route: Route): APIGatewayProxyEventV2 {
  const url = new URL(request.url, 'http://door');
  const { cookie, ...headers } = headersOf(request.rawHeaders);
  const query = queryOf(url.searchParams);
  const encoded = !isText(headers);
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(cookie === undefined ? {} : { cookies: cookie.split(/; ?/) }),
    headers: { ...headers, 'x-forwarded-for': request.sourceIp, 'x-forwarded-proto': 'http' },
    ...(query === undefined ? {} : { queryStringParameters: query }),
    pathParameters: route.parameters,
    requestContext: contextOf(request, route, url.pathname, headers),
    ...(request.body.length === 0 ? {} : { body: request.body.toString(encoded ? 'base64' : 'utf8') }),
    isBase64Encoded: encoded && request.body.length > 0,
  };
}

function contextOf(request: RawRequest, route: Route, path: string, headers: Record<string, string>) {
  const host = headers['host'] ?? 'localhost';
  return {
    accountId: '000000000000',
    apiId: 'local',
    domainName: host,
    domainPrefix: host.split('.')[0] ?? host,
    http: {
      method: request.method,
      path,
      protocol: 'HTTP/1.1',
      sourceIp: request.sourceIp,
      userAgent: headers['user-agent'] ?? '',
    },
    requestId: randomUUID(),
    routeKey: route.key,
    stage: '$default',
    time: new Date(request.at).toISOString(),
    timeEpoch: request.at,
  };
}

function headersOf(raw: string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase();
    const value = raw[i + 1] ?? '';
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ','}${value}`;
  }
  return headers;
}

function queryOf(search: URLSearchParams): Record<string, string> | undefined {
  const names = [...new Set(search.keys())];
  return names.length === 0
    ? undefined
    : Object.fromEntries(names.map((name) => [name, search.getAll(name).join(',')]));
}

/** HTTP APIs hand text and JSON on as text, all else, forms included, in base64; so it is with what is compressed. */
function isText(headers: Record<string, string>): boolean {
  const type = headers['content-type'] ?? 'application/octet-stream';
  return /^(text\/|application\/(json|javascript|xml)\b)/i.test(type) && headers['content-encoding'] === undefined;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // not percent-encoding: taken as it stands
  }
}

const ResultSchema = z.object({
  statusCode: z.int(),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  cookies: z.array(z.string()).default([]),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});

/** What the function answered, as bytes for the caller. Without a `statusCode` the answer itself is the body, as in API Gateway. */
export function gatewayResponse(result: unknown): {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
} {
  const structured = ResultSchema.safeParse(result);
  if (!structured.success) {
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(typeof result === 'string' ? result : JSON.stringify(result)),
    };
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = structured.data;
  return {
    status: statusCode,
    headers: {
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      ...(cookies.length === 0 ? {} : { 'set-cookie': cookies }),
    },
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}
