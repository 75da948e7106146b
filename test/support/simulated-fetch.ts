import type { SimulatorCore } from '../../infra/local/bitsight-simulator/simulator.ts';

/** A fetch that asks a simulator in this process: no socket, so that thousands of readings take seconds. */
export function simulatedFetch(core: SimulatorCore, before: (url: URL) => unknown = () => undefined): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    await before(url);
    const headers = new Headers(init?.headers);
    const authorization = headers.get('authorization') ?? undefined;
    const body = typeof init?.body === 'string' ? init.body : '';
    const answer = await core.handle({ method: init?.method ?? 'GET', url, authorization, body });
    if (answer === 'reset') throw new TypeError('fetch failed');
    return new Response(answer.body === '' ? null : answer.body, { status: answer.status, headers: answer.headers });
  };
}
