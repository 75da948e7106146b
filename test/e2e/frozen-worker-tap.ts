import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from '../../infra/local/listen.ts';

/** One request of one process on its way to a service, and the status of its answer once there is one. */
export interface Tapped {
  service: 'ledger' | 'bitsight';
  /** `GET`, `POST`, … to Bitsight; `GetItem`, `PutItem`, … to the ledger. */
  action: string;
  path: string;
  body: string;
  status?: number;
}

export interface Tap {
  url: string;
  stop(): Promise<void>;
}

/** A stretch of wire before a service: `arrived` sees each request before the service does, and may keep it for a while. */
export async function tap(
  service: Tapped['service'],
  target: string,
  arrived: (tapped: Tapped) => Promise<void> | void,
): Promise<Tap> {
  const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url = '/' } = request;
    const body = await text(request);
    const operation = String(request.headers['x-amz-target'] ?? method);
    const tapped: Tapped = { service, action: operation.split('.').at(-1) ?? '', path: url, body };
    await arrived(tapped);
    const headers = Object.entries(request.headers).filter(
      ([name]) => !/^(host|connection|content-length)$/.test(name),
    );
    const answer = await fetch(new URL(url, target), {
      method,
      headers: headers.map(([name, value]): [string, string] => [name, String(value)]),
      ...(body !== '' && { body }),
    });
    tapped.status = answer.status;
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  };
  const server = createServer((request, response) => void forward(request, response).catch(() => response.destroy()));
  const url = await listen(server, 0, '--port');
  return {
    url,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
