import * as z from 'zod';
import { answeredSources } from '../../config/sources.ts';
import type { Config } from '../../config/schema.ts';
import { AppError, isAppError } from '../../errors.ts';
import type { Clock, Secrets, Telemetry, Tickets } from '../../lifecycle/ports.ts';
import { DAY, MINUTE } from '../../time.ts';
import { createJsonCall } from '../json-call.ts';
import { type Answering, sameName, type TicketApi, type TicketCall } from './api.ts';
import { isSaid, reference, wordsOf } from './words.ts';

/** After a failure nobody else waits for a system that does not answer. */
const LEFT_ALONE = MINUTE;

export interface TicketsOptions {
  sources: Config['sources'];
  secrets: Pick<Secrets, 'current'>;
  fetch: typeof globalThis.fetch;
  clock: Pick<Clock, 'now'>;
  telemetry: Telemetry;
}

/** Each source's own ticket system, by its own key. No system knows a comment that it got before: what is there is read first. */
export function createTickets({ sources, secrets, fetch, clock, telemetry }: TicketsOptions): Tickets {
  const leftAlone = new Map<string, number>();

  async function asking<T>(
    source: string,
    timeoutMs: number,
    ask: (api: TicketApi, call: TicketCall, settings: Answering, approved: string[]) => Promise<T>,
  ): Promise<T> {
    const config = answeredSources(sources).find(([id]) => id === source)?.[1];
    if (config === undefined) throw new AppError('TICKETS_UNAVAILABLE', `Source ${source} has no answer.`);
    if ((leftAlone.get(source) ?? 0) > clock.now())
      throw new AppError('TICKETS_UNAVAILABLE', `The ticket system of ${source} failed a moment ago.`);
    const { kind, answer: settings, approved } = config;
    const { baseUrl, secret, stands = approved } = settings;
    const api = (await import('./systems.ts')).SYSTEMS[kind];
    const authorization = api.authorization(await secrets.current(secret));
    const signal = AbortSignal.timeout(timeoutMs);
    const send = createJsonCall({ baseUrl, fetch, clock, signal, who: 'ticket system' });
    const headers = { authorization, 'user-agent': 'bitsight-user-lifecycle' };
    const typed = { ...headers, 'content-type': 'application/json' };
    const call: TicketCall = ({ json, ...request }) =>
      send({ ...request, ...(json === undefined ? { headers } : { headers: typed, body: JSON.stringify(json) }) });
    try {
      return await ask(api, call, settings, stands);
    } catch (error) {
      if (!isAppError(error) && !(error instanceof z.ZodError)) throw error;
      if (isAppError(error, 'DIRECTORY_UNAVAILABLE', 'DIRECTORY_RATE_LIMITED'))
        leftAlone.set(source, clock.now() + LEFT_ALONE);
      if (isAppError(error)) throw new AppError('TICKETS_UNAVAILABLE', `${source}: ${error.message}`, waitOf(error));
      const path = error.issues[0]?.path.join('.');
      throw new AppError('TICKETS_UNAVAILABLE', `${source}: Its answer is not as documented at ${path}.`);
    }
  }

  return {
    stands: (source, ticket, { timeoutMs }) =>
      asking(source, timeoutMs, async (api, call, settings, approved) => {
        const states = (await api.states(call, ticket, settings)) ?? [];
        return states.some((state) => approved.some((name) => sameName(state, name)));
      }),
    answer: (source, ticket, answer, { timeoutMs }) =>
      asking(source, timeoutMs, async (api, call, settings) => {
        if (isSaid(answer, await api.comments(call, ticket, settings, answer.at - DAY))) return;
        const { done } = settings;
        if (answer.result !== 'held' && done !== undefined && !(await isMoved(api, call, ticket, settings, done)))
          telemetry.count('TicketNotMoved', 1, { source });
        const said = await api.comment(call, ticket, settings, `${wordsOf(answer)} ${reference(answer)}`);
        if (said === undefined) throw new AppError('TICKETS_UNAVAILABLE', 'The ticket is gone, or may not be seen.');
      }),
  };
}

/** What the system refuses a person has to do; nobody is left without the comment for it. */
async function isMoved(
  api: TicketApi,
  call: TicketCall,
  ticket: string,
  settings: Answering,
  to: string,
): Promise<boolean> {
  try {
    return (await api.move(call, ticket, settings, to)) !== false;
  } catch (error) {
    if (isAppError(error, 'DIRECTORY_REFUSED')) return false;
    throw error;
  }
}

const waitOf = ({ retryAfterMs }: AppError) => (retryAfterMs === undefined ? {} : { retryAfterMs });
