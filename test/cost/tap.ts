import * as z from 'zod';
import { forward, startScriptedServer, type Call } from '../support/scripted-server.ts';

/** What went over the wire to AWS. */
export interface Traffic {
  /** `DynamoDB.GetItem` → how often. */
  calls: Record<string, number>;
  /** Of DynamoDB, as it counts them for an on-demand table; writes to the index `due` are among the writes. A scan costs what there is. */
  units: { read: number; write: number };
  /** Bytes of objects that were put. */
  put: number;
}

/** Stands between the functions and AWS, and counts. Passes everything on but for one wish: to be told what DynamoDB would charge. */
export async function startTap(environment: Record<string, string>) {
  let traffic = nothing();
  const wakes = new Map<string, string>();
  const count = (name: string): void => void (traffic.calls[name] = (traffic.calls[name] ?? 0) + 1);

  async function dynamo(target: string, call: Call, operation: string) {
    const body: unknown = { ...JSON.parse(call.body.toString()), ReturnConsumedCapacity: 'TOTAL' };
    const bytes = Buffer.from(JSON.stringify(body));
    const headers = { ...call.headers, 'content-length': String(bytes.length) };
    const reply = await forward(target, { ...call, headers, body: bytes });
    const consumed = AnswerSchema.parse(JSON.parse(reply.body.toString())).ConsumedCapacity?.CapacityUnits ?? 0;
    if (operation !== 'Scan') traffic.units[operation === 'PutItem' ? 'write' : 'read'] += consumed;
    if (operation === 'PutItem' && reply.status === 200) traffic.units.write += indexWrites(wakes, body);
    return reply;
  }

  async function answer(target: string, call: Call) {
    const name = nameOf(call);
    count(name);
    if (name.startsWith('S3.PUT')) traffic.put += call.body.length;
    const [service, operation = ''] = name.split('.');
    return service === 'DynamoDB' ? dynamo(target, call, operation) : forward(target, call);
  }

  const urls = Object.entries(environment).filter(([name]) => name.startsWith('AWS_ENDPOINT_URL_'));
  const servers = await Promise.all(urls.map(([, target]) => startScriptedServer((call) => answer(target, call))));
  return {
    environment: { ...environment, ...Object.fromEntries(urls.map(([name], n) => [name, servers[n]?.url ?? ''])) },
    /** What came since this was asked last. */
    take: (): Traffic => {
      const taken = traffic;
      traffic = nothing();
      return taken;
    },
    stop: async () => void (await Promise.all(servers.map(({ stop }) => stop()))),
  };
}

const nothing = (): Traffic => ({ calls: {}, units: { read: 0, write: 0 }, put: 0 });

const AnswerSchema = z.object({ ConsumedCapacity: z.object({ CapacityUnits: z.number() }).optional() });

const SERVICES: Record<string, string> = {
  DynamoDB_20120810: 'DynamoDB',
  AmazonSQS: 'SQS',
  secretsmanager: 'SecretsManager',
  AWSEvents: 'EventBridge',
};

function nameOf({ method, path, headers }: Call): string {
  const [service = '', operation = ''] = String(headers['x-amz-target'] ?? '').split('.');
  if (operation !== '') return `${SERVICES[service] ?? service}.${operation}`;
  return `S3.${path.includes('list-type=2') ? 'LIST' : method}`;
}

const text = z.object({ S: z.string() });
const PutSchema = z.object({
  Item: z.object({ pk: text, sk: text, lane: text.optional(), wakeAt: z.object({ N: z.string() }).optional() }),
});

/** An entry of an index by `lane` and `wakeAt` that moves is taken out and put in: dynalite does not count those. */
function indexWrites(wakes: Map<string, string>, body: unknown): number {
  const { pk, sk, lane, wakeAt } = PutSchema.parse(body).Item;
  const key = `${pk.S}/${sk.S}`;
  const [before, after] = [wakes.get(key), lane && wakeAt && `${lane.S}/${wakeAt.N}`];
  if (after === undefined) wakes.delete(key);
  else wakes.set(key, after);
  return before === after ? 0 : Number(before !== undefined) + Number(after !== undefined);
}
