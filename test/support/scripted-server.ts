import { once } from 'node:events';
import {
  createServer,
  request as open,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';
import { cut, listen } from '../../infra/local/listen.ts';

export interface Call {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}
export interface Reply {
  status: number;
  headers?: IncomingHttpHeaders;
  body: string | Buffer;
}
export const json = (status: number, body: unknown, headers: Reply['headers'] = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});
/** `lost`: the connection breaks instead of an answer. `silence`: no answer ever comes. */
export type Answer = (call: Call, n: number) => Promise<Reply | 'lost' | 'silence'> | Reply | 'lost' | 'silence';

/** A real HTTP server on loopback whose every answer the test decides; `n` counts the calls from 1. */
export async function startScriptedServer(
  answer: Answer,
): Promise<{ url: string; calls: Call[]; stop: () => Promise<void> }> {
  const calls: Call[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = await callOf(request);
    const reply = await answer(call, calls.push(call));
    if (reply === 'lost') request.socket.destroy();
    else if (reply !== 'silence') response.writeHead(reply.status, reply.headers).end(reply.body);
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  return { url: await listen(server), calls, stop: () => cut(server) };
}

/** Passes a call on to another server as it came. */
export async function forward(target: string, { method, path, headers, body }: Call): Promise<Reply> {
  const outgoing = open(target + path, { method, headers, agent: false });
  const answered: Promise<[IncomingMessage]> = once(outgoing, 'response').then(([message]) => [message]);
  outgoing.end(body);
  const [message] = await answered;
  return { status: message.statusCode ?? 0, headers: message.headers, body: await buffer(message) };
}

async function callOf(request: IncomingMessage): Promise<Call> {
  const { method = '', url: path = '', headers } = request;
  return { method, path, headers, body: await buffer(request) };
}
