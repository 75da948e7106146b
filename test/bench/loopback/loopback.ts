import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { SimulatorCore } from '../../../infra/local/bitsight-simulator/simulator.ts';
import { listen } from '../../../infra/local/listen.ts';
import { bucket } from './bucket.ts';
import type { Call } from './call.ts';
import { jsonServices, Refusal, TARGETS, type LedgerItem } from './json-services.ts';

const BUCKET = 'exports';

/** A gate that lets everything through, as the ledger holds it. */
const yes = { BOOL: true };
const ARMED_GATE: LedgerItem = {
  pk: { S: 'G' },
  sk: { S: 'G' },
  v: { N: '1' },
  nonce: { S: 'armed' },
  schema: { N: '1' },
  stopped: { BOOL: false },
  armed: { M: { joiners: yes, movers: yes, leavers: yes } },
};

/** All that a function calls, on one port, answered at once from memory, so that what is measured is the function. */
export interface Loopback {
  url: string;
  /** What a function needs to find all of it. */
  environment: Record<string, string>;
  /** Calls since the last reset, in order. */
  calls: Call[];
  objects: Map<string, Buffer>;
  /** As at the start: the same calls then get the same answers. */
  reset(): void;
  stop(): Promise<void>;
}

export interface LoopbackOptions {
  /** Values by name. */
  secrets: Record<string, string>;
  /** What its Bitsight accepts, and how many people it has. */
  token: string;
  users: number;
  /** Addresses that have an account besides. */
  accounts?: string[];
  /** What each answer of its Bitsight takes, milliseconds. */
  latencyMs?: number;
}

export async function startLoopback(options: LoopbackOptions): Promise<Loopback> {
  const { secrets, token, users, accounts = [], latencyMs } = options;
  let guids = 0;
  const newGuid = () => `00000000-0000-4000-8000-${String(++guids).padStart(12, '0')}`;
  const bitsight = new SimulatorCore({ users: 0, newGuid });
  if (latencyMs !== undefined) bitsight.faults.set([{ kind: 'slow', ms: latencyMs }]);
  const calls: Call[] = [];
  const items = new Map<string, LedgerItem>();
  const objects = new Map<string, Buffer>();
  const services = jsonServices(secrets, items);
  const store = bucket(objects);

  function answerJson(target: string, body: Buffer, response: ServerResponse): void {
    const [prefix = '', operation = ''] = target.split('.');
    const service = TARGETS[prefix];
    const work = service && services[service]?.[operation];
    if (service === undefined || work === undefined) throw new Error(`the loopback knows no ${target}`);
    const input = JSON.parse(body.toString());
    calls.push({ service, operation, input });
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    try {
      response.end(JSON.stringify(work(input)));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      response.writeHead(400).end(JSON.stringify({ __type: error.message }));
    }
  }

  async function answerBitsight(request: IncomingMessage, url: URL, body: string, response: ServerResponse) {
    const { method = 'GET', headers } = request;
    calls.push({ service: 'bitsight', operation: method, input: { path: url.pathname + url.search, body } });
    const answer = await bitsight.handle({ method, url, authorization: headers.authorization, body });
    if (answer === 'reset') throw new Error('the simulator was told to misbehave');
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  function answerObject(method: string, url: URL, body: Buffer, response: ServerResponse): void {
    const key = decodeURIComponent(url.pathname.slice(`/${BUCKET}/`.length));
    const { operation, status, headers, body: answer } = store({ method, key, query: url.searchParams, body });
    calls.push({
      service: 's3',
      operation,
      input: { key, bytes: body.length, prefix: url.searchParams.get('prefix') },
    });
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(answer) }).end(answer);
  }

  /** SNS takes everything; it alone speaks in forms. */
  function answerTopic(body: Buffer, response: ServerResponse): void {
    const { Action: operation = '', ...input } = Object.fromEntries(new URLSearchParams(body.toString()));
    calls.push({ service: 'sns', operation, input });
    response.setHeader('content-type', 'text/xml');
    response.end(
      `<${operation}Response><${operation}Result><MessageId>1</MessageId></${operation}Result></${operation}Response>`,
    );
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const body = await buffer(request);
    if (url.pathname.startsWith('/__loopback/')) return response.end(JSON.stringify(control(url.pathname)));
    const target = request.headers['x-amz-target'];
    if (typeof target === 'string') return answerJson(target, body, response);
    if (url.pathname.startsWith('/ratings/')) return answerBitsight(request, url, body.toString(), response);
    if (request.headers['content-type']?.includes('form-urlencoded')) return answerTopic(body, response);
    answerObject(request.method ?? 'GET', url, body, response);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.destroy();
      console.error(error); // a defect of the bench itself
    });
  });
  function reset(): void {
    guids = 0;
    items.clear();
    items.set('G G', ARMED_GATE);
    objects.clear();
    calls.length = 0;
    bitsight.reset({ users, tokens: [token] });
    for (const email of accounts) bitsight.create({ email, formal_name: 'Person', friendly_name: 'Person' });
  }
  /** For a process apart: the calls since it last asked, or all as at the start. */
  function control(path: string): Call[] {
    if (path === '/__loopback/reset') reset();
    return calls.splice(0);
  }
  reset();
  const url = await listen(server, 0, '--port');
  return {
    url,
    environment: environmentOf(url),
    calls,
    objects,
    reset,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function environmentOf(url: string): Record<string, string> {
  return {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL: url,
    CONFIG_FILE: 'lifecycle.json',
    SECRET_PREFIX: '',
    LEDGER_TABLE: 'ledger',
    EXPORT_BUCKET: BUCKET,
    EVENT_BUS: 'default',
    PEOPLE_TOPIC: 'arn:aws:sns:eu-central-1:000000000000:people',
    URGENT_QUEUE_URL: `${url}/000000000000/urgent`,
    NORMAL_QUEUE_URL: `${url}/000000000000/normal`,
    DEAD_LETTER_QUEUE_URL: `${url}/000000000000/dead`,
  };
}
