import type { ApiRequest } from '../../infra/local/bitsight-simulator/core.ts';
import type { Answer } from '../../infra/local/bitsight-simulator/misbehave.ts';
import type { SimulatorCore } from '../../infra/local/bitsight-simulator/simulator.ts';
import type { Shift } from './queues.ts';
import type { Schedule } from './schedule.ts';

/** One request as the worker saw it. */
export interface ClientCall {
  shift: Shift;
  at: number;
  endAt?: number;
  method: string;
  path: string;
  query: URLSearchParams;
  body: string;
  /** The address in the body, or the one that is searched for; lower case. */
  email: string | undefined;
  /** Status of a whole JSON answer; otherwise what the worker cannot know. */
  answer: number | 'unknown';
}

export interface Line {
  core: SimulatorCore;
  schedule: Schedule;
  shift: () => Shift;
  /** Deadline of a call, milliseconds. */
  timeoutMs: number;
  /** Share of the requests that arrive after their connection broke. */
  stray: () => number;
  count: (what: string) => void;
  /** Until the request leaves; its deadline runs already. */
  delay: (call: ClientCall) => Promise<void>;
  begin: (call: ClientCall) => void;
}

/** The simulator's core as `fetch` of one worker: answers take their time, and who waits too long gives up. */
export function fetchOf(line: Line): typeof globalThis.fetch {
  const { schedule } = line;
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const body = typeof init.body === 'string' ? init.body : '';
    const authorization = new Headers(init.headers).get('authorization') ?? undefined;
    const call = callOf(line.shift(), schedule.now(), init.method ?? 'GET', url, body);
    await line.delay(call);
    if (schedule.now() - call.at > line.timeoutMs) throw tooLong();
    line.begin(call);
    const answer = await carry(line, call, { method: call.method, url, authorization, body });
    await schedule.wait(schedule.latency(150), call.shift);
    call.endAt = schedule.now();
    if (answer === 'too late') throw tooLong();
    if (answer === 'reset' || answer.midway === true) throw brokenOff();
    call.answer = known(answer) ? answer.status : 'unknown';
    return responseOf(answer);
  };
}

/** All that a client reads of a response; a real one costs as much as everything else in a call. */
function responseOf({ status, headers, body }: Exclude<Answer, 'reset'>): Response {
  const get = (name: string): string | null => headers[name.toLowerCase()] ?? null;
  return { status, headers: { get }, text: async () => body } as unknown as Response; // -- see above
}

async function carry(line: Line, call: ClientCall, request: ApiRequest): Promise<Answer | 'too late'> {
  const { core, schedule, timeoutMs } = line;
  if (schedule.chance(line.stray())) {
    line.count('fault request arrives after its connection broke');
    schedule.at(schedule.now() + schedule.between(0, timeoutMs), () => void core.handle(request));
    return 'reset';
  }
  const tooLate = Promise.withResolvers<'too late'>();
  const patience = Math.min(call.at + timeoutMs - schedule.now(), call.shift.endsAt - schedule.now());
  const giveUp = schedule.at(schedule.now() + patience, () => tooLate.resolve('too late'));
  const answer = await Promise.race([core.handle(request), tooLate.promise]);
  giveUp();
  if (answer === 'too late') line.count('fault client gave up');
  return answer;
}

function callOf(shift: Shift, at: number, method: string, url: URL, body: string): ClientCall {
  const query = url.searchParams;
  const email = /"email":"([^"]*)"/.exec(body)?.[1] ?? query.get('email') ?? query.get('email_q') ?? undefined;
  return { shift, at, method, path: url.pathname, query, body, email: email?.trim().toLowerCase(), answer: 'unknown' };
}

const tooLong = (): DOMException => new DOMException('The operation was aborted due to timeout', 'TimeoutError');

function brokenOff(): TypeError {
  return new TypeError('fetch failed', {
    cause: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }),
  });
}

function known({ status, body }: Exclude<Answer, 'reset'>): boolean {
  if (status >= 500) return false;
  try {
    return body === '' || JSON.parse(body) !== undefined;
  } catch {
    return false; // a page, or half an answer
  }
}
