import { type Call, type Reply, startScriptedServer } from '../scripted-server.ts';

export type Json = Record<string, unknown>;
/** What the vendor's page says a request has; a wrong one is answered with why, so that a test shows it. */
export type Route = (call: Call, url: URL) => Reply | undefined;

export const json = (status: number, body: unknown, headers: Reply['headers'] = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});
export const basic = (credential: string): string => `Basic ${Buffer.from(credential).toString('base64')}`;

/** A real HTTP server that answers as the first route that takes a request; others are refused, and kept in `refused`. */
export async function startStandIn(...routes: Route[]) {
  const refused: string[] = [];
  const server = await startScriptedServer((call) => {
    const url = new URL(call.path, 'http://localhost');
    for (const route of routes) {
      const reply = route(call, url);
      if (reply !== undefined) return reply;
    }
    refused.push(`${call.method} ${call.path}`);
    return json(400, { error: 'no such request in the documentation' });
  });
  return { ...server, refused };
}
