import { json, type Call, type Reply, startScriptedServer } from '../scripted-server.ts';

export { basic } from '../../../lib/sources/tickets/api.ts';
export { json };
export type Json = Record<string, unknown>;
/** What the vendor's page says a request has; a wrong one is answered with why, so that a test shows it. */
export type Route = (call: Call, url: URL) => Reply | undefined;

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
