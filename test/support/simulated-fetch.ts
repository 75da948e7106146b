import type { SimulatorCore } from '../../infra/local/bitsight-simulator/simulator.ts';

type Told = (url: URL, method: string) => unknown;
const nobody: Told = () => undefined;

/**
 * A simulator in this process as `fetch`: the answer, or the error that Node's fetch throws when a connection is cut. No
 * socket, so that thousands of readings take seconds.
 */
export function simulatedFetch(core: SimulatorCore, before = nobody, after = nobody): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    const method = init?.method ?? 'GET';
    await before(url, method);
    const authorization = new Headers(init?.headers).get('authorization') ?? undefined;
    const body = typeof init?.body === 'string' ? init.body : '';
    const answer = await core.handle({ method, url, authorization, body });
    await after(url, method);
    if (answer === 'reset' || answer.midway === true)
      throw new TypeError('fetch failed', {
        cause: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }),
      });
    return new Response(answer.body === '' ? null : answer.body, { status: answer.status, headers: answer.headers });
  };
}
