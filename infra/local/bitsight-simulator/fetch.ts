import type { SimulatorCore } from './simulator.ts';

/** A `fetch` that ends in the simulator without a socket: for thousands of histories, also with a virtual clock. */
export function fetchFrom(core: SimulatorCore): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const { method, signal } = request;
    const authorization = request.headers.get('authorization') ?? undefined;
    const sent = { method, url: new URL(request.url), authorization, body: await request.text() };
    const answer = await Promise.race([core.handle(sent, () => signal.aborted), aborted(signal)]);
    if (answer === 'reset') throw new TypeError('fetch failed', { cause: cut() });
    const { status, headers, body, midway } = answer;
    return new Response(midway === true ? half(body) : body === '' ? null : body, { status, headers });
  };
}

async function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const giveUp = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
  });
}

/** What undici says of a connection that the other side closed. */
function cut(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
}

function half(body: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(body.slice(0, body.length / 2)));
    },
    pull: (controller) => controller.error(new TypeError('terminated', { cause: cut() })),
  });
}
