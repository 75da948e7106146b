import { json, type Answer, type Call, type Reply } from '../scripted-server.ts';

export { json };

/** `states`: whatever says that it is approved; `moved`: where it was put. Comments, oldest first. */
export interface Ticket {
  states: string[];
  comments: string[];
  moved: string[];
}
/** A status instead of an answer; `lost`: the connection breaks before, `lost after`: once it was carried out. */
export type Fault = number | 'lost' | 'lost after';

export interface TicketRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  json: unknown;
}
export type TicketRow = [id: string, states: string[]];
/** Undefined: nothing of this kind is documented. */
type Route = (request: TicketRequest, tickets: Map<string, Ticket>) => Reply | undefined;

export interface TicketSystem {
  tickets: Map<string, Ticket>;
  /** What was sent that no page of the vendor knows. */
  wrong: string[];
  /** Of each request that came: method and path. */
  asked: string[];
  /** For the next requests, one each. */
  faults: (Fault | undefined)[];
  answer: Answer;
  fetch: typeof globalThis.fetch;
}

export const NOTHING = { status: 204, body: '' };

/** A ticket system that checks what it is sent: method, path, query, key, type and shape of the body. */
export function standIn(authorization: string, tickets: TicketRow[], route: Route): TicketSystem {
  const system: TicketSystem = {
    tickets: new Map(tickets.map(([id, states]) => [id, { states, comments: [], moved: [] }])),
    wrong: [],
    asked: [],
    faults: [],
    answer: (call) => {
      const { method, path, query, json: body } = read(call);
      system.asked.push(`${method} ${path}`);
      const fault = system.faults.shift();
      if (fault === 'lost') return 'lost';
      if (typeof fault === 'number')
        return { status: fault, headers: fault === 429 ? { 'retry-after': '7' } : {}, body: 'no' };
      if (call.headers.authorization !== authorization) return json(401, { message: 'who are you?' });
      const isTyped = method === 'GET' || call.headers['content-type'] === 'application/json';
      const reply = isTyped ? route({ method, path, query, json: body }, system.tickets) : undefined;
      if (reply === undefined) system.wrong.push(`${method} ${call.path} ${call.body.toString()}`);
      return fault === 'lost after' ? 'lost' : (reply ?? json(400, { message: 'not documented' }));
    },
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const { pathname, search } = new URL(request.url);
      const headers = Object.fromEntries(request.headers);
      const body = Buffer.from(await request.arrayBuffer());
      const reply = await system.answer({ method: request.method, path: pathname + search, headers, body }, 0);
      if (typeof reply === 'string') throw new TypeError('fetch failed', { cause: { code: 'UND_ERR_SOCKET' } });
      const empty = reply.status === 204;
      return new Response(empty ? null : String(reply.body), { status: reply.status, headers: textsOf(reply) });
    },
  };
  return system;
}

const textsOf = ({ headers = {} }: Reply): [string, string][] =>
  Object.entries(headers).map(([name, value]) => [name, String(value)]);

function read({ method, path, body }: Call): TicketRequest {
  const { pathname, searchParams } = new URL(path, 'http://x');
  const text = body.toString();
  return {
    method,
    path: pathname,
    query: Object.fromEntries(searchParams),
    json: text === '' ? undefined : JSON.parse(text),
  };
}
