import { jsonIn } from '../../../lib/json.ts';

/** An answer as it came, before the client read anything into it. */
export interface Exchange {
  status: number;
  /** Undefined where it was no JSON. */
  body: unknown;
}

export interface Witness {
  fetch: typeof globalThis.fetch;
  /** The last answer. */
  last(): Exchange | undefined;
}

/** Stands between the client and the network, and remembers what came. */
export function witness(fetch: typeof globalThis.fetch): Witness {
  let last: Exchange | undefined;
  return {
    async fetch(input, init) {
      last = undefined;
      const response = await fetch(input, init);
      const text = await response.clone().text();
      last = { status: response.status, body: jsonIn(text) };
      return response;
    },
    last: () => last,
  };
}
