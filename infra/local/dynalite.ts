import type { Server } from 'node:http';
// @ts-expect-error -- dynalite has no types of its own; MakeServer says what is used
import dynalite from 'dynalite';
import { listen } from './listen.ts';

const makeServer: (options: { path?: string; createTableMs?: number }) => Server = dynalite;

/** DynamoDB on one machine, on loopback; kept under `path` where one is given, else in memory. */
export async function startDynalite(
  options: { path?: string } = {},
): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = makeServer({ createTableMs: 0, ...options });
  return {
    url: await listen(server),
    stop: () => new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))),
  };
}
