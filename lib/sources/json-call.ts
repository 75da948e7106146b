import { AppError } from '../errors.ts';
import { readBody } from '../http/classify.ts';
import { readConnectionError } from '../http/connection.ts';
import { retryAfter } from '../http/retry-after.ts';
import { MINUTE } from '../time.ts';

export interface JsonRequest {
  /** GET where not given. */
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** Below the base, each part encoded. */
  path: string;
  query?: Record<string, string>;
  headers: Record<string, string>;
  body?: string;
}

/** One request to an HR or ticket system; resolves to the JSON of a 2xx answer, undefined: 404. `seen` gets the headers of the answer. */
export type JsonCall = (request: JsonRequest, seen?: (headers: Headers) => void) => Promise<unknown>;

export interface JsonCallOptions {
  baseUrl: string;
  fetch: typeof globalThis.fetch;
  clock: { now(): number };
  /** Ends every request, however many a fetch needs. */
  signal: AbortSignal;
  /** Who is asked, in the words of an error. */
  who?: string;
}

/** A key that is refused is refused for everybody, and trying it often may lock it. */
const REFUSED_KEY = 5 * MINUTE;

/** Our key goes to one host: a redirect is an error, and nothing of an answer becomes an address. */
export function createJsonCall({ baseUrl, fetch, clock, signal, who = 'HR system' }: JsonCallOptions): JsonCall {
  const base = new URL(baseUrl);
  return async ({ method = 'GET', path, query = {}, headers, body }, seen) => {
    const url = new URL(base.pathname.replace(/\/+$/, '') + path, base);
    url.search = new URLSearchParams(query).toString();
    const init = { method, headers: { accept: 'application/json', ...headers }, redirect: 'manual', signal } as const;
    const [answer, text] = await answered(fetch(url, { ...init, ...(body !== undefined && { body }) }), who);
    if (answer.status === 404) return undefined;
    const wait = answer.headers.get('retry-after');
    if (answer.status === 429 || (answer.status === 503 && wait !== null)) {
      const { ms: retryAfterMs } = retryAfter(wait, clock.now());
      throw new AppError('DIRECTORY_RATE_LIMITED', `The ${who} answered ${answer.status}.`, { retryAfterMs });
    }
    const read = readBody(answer.headers.get('content-type'), text);
    seen?.(answer.headers);
    if (answer.ok && read.kind === 'json') return read.value;
    if (answer.ok && read.kind === 'empty' && method !== 'GET') return null;
    const message = `The ${who} answered ${answer.status} with ${read.kind} as its body.`;
    throw new AppError(refusalOf(answer), message, answer.status === 401 ? { retryAfterMs: REFUSED_KEY } : {});
  };
}

async function answered(sent: Promise<Response>, who: string): Promise<[Response, string]> {
  try {
    const answer = await sent;
    return [answer, await answer.text()];
  } catch (thrown) {
    const { reason } = readConnectionError(thrown);
    throw new AppError('DIRECTORY_UNAVAILABLE', `No whole answer of the ${who} came (${reason}).`);
  }
}

function refusalOf({ ok, status }: Response) {
  if (ok) return 'DIRECTORY_UNREADABLE';
  return status >= 500 ? 'DIRECTORY_UNAVAILABLE' : 'DIRECTORY_REFUSED';
}
