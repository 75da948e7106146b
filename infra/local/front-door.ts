import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { gatewayEvent, gatewayResponse, matchRoute } from './gateway-event.ts';
import { listen } from './listen.ts';

export interface FrontDoor {
  /** Without a slash at its end. */
  url: string;
  /** Requests that have no answer yet. */
  readonly pending: number;
  stop(): Promise<void>;
}

/** The limit of API Gateway, bytes. */
const BODY_LIMIT = 10 * 1024 * 1024;
/** Somewhat more than the function may take. */
const CUT_MS = 12_000;

/** An HTTP API on loopback before one function; what API Gateway answers by itself it answers here too. */
export async function startFrontDoor(options: {
  port: number;
  routes: readonly string[];
  invoke: (event: APIGatewayProxyEventV2) => Promise<unknown>;
}): Promise<FrontDoor> {
  let pending = 0;
  const server = createServer((request, response) => {
    pending += 1;
    response.once('close', () => {
      pending -= 1;
      if (!server.listening) server.closeIdleConnections();
    });
    answer(request, response).catch(() => plain(response, 503, 'Service Unavailable')); // the host has logged why
  });
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    if (body === undefined) return plain(response, 413, 'Request Entity Too Large');
    const { method = '', url = '/', rawHeaders } = request;
    const route = matchRoute(options.routes, method, url.split('?')[0] ?? '');
    if (route === undefined) return plain(response, 404, 'Not Found');
    const sourceIp = request.socket.remoteAddress ?? '127.0.0.1';
    const event = gatewayEvent({ method, url, rawHeaders, body, sourceIp, at: Date.now() }, route);
    const { status, headers, body: answered } = gatewayResponse(await options.invoke(event));
    response.writeHead(status, headers).end(answered);
  }
  const url = await listen(server, options.port, '--port');
  return {
    url,
    get pending() {
      return pending;
    },
    stop: () => close(server),
  };
}

function plain(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
}

/** The whole body; undefined when it is larger than the limit, and then the rest is not kept. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes: Buffer = Buffer.from(chunk);
    size += bytes.length;
    if (size <= BODY_LIMIT) chunks.push(bytes);
  }
  return size > BODY_LIMIT ? undefined : Buffer.concat(chunks);
}

/** Takes no new request, answers those that are there, and after a while cuts off who does not finish theirs. */
async function close(server: Server): Promise<void> {
  const closed = new Promise((done) => server.close(done));
  const cut = setTimeout(() => server.closeAllConnections(), CUT_MS);
  await closed;
  clearTimeout(cut);
}
