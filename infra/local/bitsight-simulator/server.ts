import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { cut, listen } from '../listen.ts';
import { control } from './control.ts';
import type { Answer } from './misbehave.ts';
import type { CoreOptions } from './options.ts';
import { SimulatorCore } from './simulator.ts';

export interface SimulatorOptions extends CoreOptions {
  /** On loopback, since the control paths ask for no token; 0: any free one. */
  port?: number | undefined;
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

/** @throws AppError ARGUMENT_INVALID for a port that is taken or a data directory that does not fit. */
export async function startSimulator({ port = 0, token, ...options }: SimulatorOptions = {}): Promise<Simulator> {
  const core = new SimulatorCore({ ...(token !== undefined && { tokens: [token] }), ...options });
  const server = createServer((request, response) => {
    // What throws here is a defect of the simulator: no answer, and the client sees a broken connection.
    serve(core, request, response).catch((error: unknown) =>
      response.destroy(new Error('simulator', { cause: error })),
    );
  });
  const url = await listen(server, port).catch((error: unknown) => {
    core.close();
    throw error;
  });
  const stop = async (): Promise<void> => {
    await cut(server);
    core.close();
  };
  return { url, token: core.tokens()[0] ?? '', core, stop };
}

async function serve(core: SimulatorCore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
  const { method = 'GET', headers } = request;
  const body = await text(request);
  const answer = url.pathname.startsWith('/__simulator/')
    ? control(core, method, url, body)
    : await core.handle({ method, url, authorization: headers.authorization, body }, () => response.destroyed);
  send(response, answer);
}

function send(response: ServerResponse, answer: Answer): void {
  if (answer === 'reset') return void response.socket?.resetAndDestroy();
  const { status, headers, body, midway } = answer;
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, ...(status !== 204 && { 'content-length': bytes.length }) });
  if (midway !== true) return void response.end(bytes);
  response.write(bytes.subarray(0, bytes.length / 2), () => response.socket?.resetAndDestroy());
}
