import type { CoreOptions } from '../../../infra/local/bitsight-simulator/options.ts';
import { SimulatorCore } from '../../../infra/local/bitsight-simulator/simulator.ts';
import * as z from 'zod';

export const START = Date.UTC(2026, 10, 23, 9);
export const TOKEN = 'token-of-the-tests';
const UserSchema = z.looseObject({ guid: z.string(), email: z.string() });
export const PageSchema = z.object({
  links: z.object({ next: z.string().nullable(), previous: z.string().nullable() }),
  count: z.number(),
  results: z.array(UserSchema),
});

/** A core under a clock that only the test turns, and a short way to ask it. */
export function bench(options: CoreOptions = {}) {
  let now = START;
  const clock = { now: () => now, sleep: async (ms: number) => void (now += ms) };
  const core = new SimulatorCore({ users: 5, tokens: [TOKEN], clock, ...options });
  const ask = async (method: string, path: string, body?: unknown, token = TOKEN) => {
    const authorization = `Basic ${Buffer.from(`${token}:ignored`).toString('base64')}`;
    const sent = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await core.handle({ method, url: new URL(path, 'http://test'), authorization, body: sent });
    if (answer === 'reset') return { status: 0, headers: {}, text: '', body: undefined };
    const json = answer.headers['content-type'] === 'application/json';
    return {
      status: answer.status,
      headers: answer.headers,
      text: answer.body,
      body: json ? read(answer.body) : undefined,
    };
  };
  const user = async (method: string, path: string, body?: unknown) =>
    UserSchema.parse((await ask(method, path, body)).body);
  const page = async (query = '') => PageSchema.parse((await ask('GET', `/ratings/v2/users${query}`)).body);
  return { core, ask, user, page, advance: (ms: number) => void (now += ms) };
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return 'cut';
  }
}

export const ANNA = { email: 'Anna.Berg@example.com', formal_name: 'Anna Berg', roles: [{ slug: 'customer_user' }] };
