import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { control } from './control.ts';
import type { Answer } from './misbehave.ts';
import type { CoreOptions } from './options.ts';
import { SimulatorCore } from './simulator.ts';

export interface SimulatorOptions extends CoreOptions {
  /** 0: any free one. */
  port?: number | undefined;
  /** 127.0.0.1 */
  host?: string | undefined;
  /** Short for one of `tokens`. */
  token?: string | undefined;
}
export interface Simulator {
  /** Origin without a slash at the end, for the base URL of a client. */
  url: string;
  /** A token that is accepted, until it is rotated. */
  token: string;
  core: SimulatorCore;
  stop(): Promise<void>;
}

export async function startSimulator({
  port = 0,
  host = '127.0.0.1',
  token,
  ...options
}: SimulatorOptions = {}): Promise<Simulator> {
  const core = new SimulatorCore({ ...(token !== undefined && { tokens: [token] }), ...options });
  const server = createServer((request, response) => {
    serve(core, request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });
  await listen(server, port, host);
  const address = server.address();
  return {
    url: `http://${host}:${typeof address === 'object' ? address?.port : port}`,
    token: core.tokens()[0] ?? '',
    core,
    stop: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      core.close();
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}

async function serve(core: SimulatorCore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
  const method = request.method ?? 'GET';
  const body = await text(request);
  if (url.pathname.startsWith('/__simulator/')) return send(response, control(core, method, url, body));
  const { authorization } = request.headers;
  send(response, await core.handle({ method, url, authorization, body }, () => response.destroyed));
}

function send(response: ServerResponse, answer: Answer): void {
  if (answer === 'reset') return void response.socket?.resetAndDestroy();
  const bytes = Buffer.from(answer.body);
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(answer.status !== 204 && { 'content-length': bytes.length }),
  });
  if (answer.midway !== true) return void response.end(bytes);
  response.write(bytes.subarray(0, bytes.length / 2), () => response.socket?.resetAndDestroy());
}
