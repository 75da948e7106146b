import {
  createBitsightClient,
  type BitsightClient,
  type BitsightOptions,
  type CallRecord,
} from '../../lib/bitsight/index.ts';
import { json, startScriptedServer, type Answer, type Call, type Reply } from './scripted-server.ts';

export const GUID = '33333333-dddd-3333-dddd-dddddddddddd';

export { json };
export const html = (status: number): Reply => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: '<!DOCTYPE html><html><body>Attention required</body></html>',
});
export const userWith = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  guid: GUID,
  email: 'ines@example.com',
  formal_name: 'Ines Example',
  roles: [{ name: 'User', slug: 'customer_user' }],
  ...fields,
});
export const pageOf = (results: unknown[], next: string | null = null, count = results.length): Reply =>
  json(200, { links: { next, previous: null }, count, results });

export interface Scripted {
  client: BitsightClient;
  url: string;
  calls: Call[];
  records: CallRecord[];
  slept: number[];
  /** Whether a forced refresh was asked for, each time that the token was. */
  tokens: boolean[];
}

type Script = (Awaited<ReturnType<Answer>> | Answer)[];

/** Runs `act` with a client of a real server that answers in the order of `script`; the last answer stays. */
export async function withBitsight<T>(
  script: Script,
  act: (scripted: Scripted) => Promise<T>,
  options: Partial<BitsightOptions> = {},
): Promise<T> {
  const server = await startScriptedServer((call, n) => {
    const answer = script[Math.min(n, script.length) - 1] ?? 'lost';
    return typeof answer === 'function' ? answer(call, n) : answer;
  });
  const scripted = { url: server.url, calls: server.calls, records: [], slept: [], tokens: [] };
  const client = createBitsightClient({ baseUrl: server.url, ...recording(scripted), ...options });
  try {
    return await act({ ...scripted, client });
  } finally {
    await server.stop();
  }
}

export const TOKEN = 'b1f0c0ffee-token-of-a-test-5d2e';
export const NEW_TOKEN = 'a-new-token-of-a-test';

function recording({ records, slept, tokens }: Omit<Scripted, 'client' | 'url' | 'calls'>) {
  return {
    apiToken: async ({ refresh = false }: { refresh?: boolean } = {}) => {
      tokens.push(refresh);
      return tokens.includes(true) ? NEW_TOKEN : TOKEN;
    },
    fetch: globalThis.fetch,
    clock: {
      now: () => Date.UTC(2026, 8, 1),
      sleep: async (ms: number) => {
        slept.push(ms);
      },
    },
    random: () => 0.5,
    product: { name: 'test-product', version: '1.2.3' },
    onCall: (record: CallRecord) => {
      records.push(record);
    },
  };
}
