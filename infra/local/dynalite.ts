import { once } from 'node:events';
import type { Server } from 'node:http';
// @ts-expect-error -- dynalite has no types of its own; MakeServer says what is used
import dynalite from 'dynalite';

const makeServer: (options: { path?: string; createTableMs?: number }) => Server = dynalite;

/** DynamoDB on one machine, on loopback; kept under `path` where one is given, else in memory. */
export async function startDynalite(options: {
  host?: string;
  port?: number;
  path?: string;
}): Promise<{ url: string; stop: () => Promise<void> }> {
  const { host = '127.0.0.1', port = 0, path } = options;
  const server = makeServer({ createTableMs: 0, ...(path === undefined ? {} : { path }) });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host}:${bound}`,
    stop: () => new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))),
  };
}
