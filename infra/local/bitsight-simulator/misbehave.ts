import { refusal, json, type ApiResponse } from './core.ts';
import type { Planned } from './faults.ts';
import type { Page } from './listing.ts';
import type { Account } from './account.ts';
import type { Switches } from './switches.ts';

/** What leaves the simulator: a response, the first half of one and then a cut connection, or nothing but the cut. */
export type Answer = (ApiResponse & { midway?: true }) | 'reset';

/** Where a fault takes its place: before the write, after it, or within the work itself. */
export function stage(fault: Planned): 'before' | 'within' | 'after' {
  if (fault.kind === 'rate-limit' || fault.kind === 'unauthorized' || fault.kind === 'forbidden') return 'before';
  if (fault.kind === 'cut-json') return 'after';
  if (!('when' in fault)) return 'within';
  return fault.when === 'before' ? 'before' : 'after';
}

/** Half of nothing is nothing. */
export function hasEffect(fault: Planned, answer: Answer): boolean {
  return fault.kind !== 'cut-json' || (answer !== 'reset' && answer.body !== '');
}

/** What is answered instead of `answer`. */
export function instead(fault: Planned, answer: Answer, switches: Switches, now: number): Answer {
  switch (fault.kind) {
    case 'rate-limit':
      return throttled(fault.retryAfter, fault.as, switches, now);
    case 'server-error':
      return fault.status === 500 ? refusal(500, 'Internal server error.', switches) : html(fault.status);
    case 'html':
      return html(fault.status);
    case 'reset':
      return fault.when === 'midway' && answer !== 'reset' ? { ...answer, midway: true } : 'reset';
    case 'cut-json':
      return answer === 'reset' ? answer : { ...answer, body: answer.body.slice(0, answer.body.length / 2) };
    case 'unauthorized':
      return refusal(401, 'Invalid token.', switches);
    case 'forbidden':
      return refusal(403, 'You do not have permission to perform this action.', switches);
    default:
      return answer; // the others do their part within the work
  }
}

/** 429; `seconds` of domain time, null: without Retry-After. */
export function throttled(
  seconds: number | null,
  as: 'seconds' | 'http-date',
  switches: Switches,
  now: number,
): ApiResponse {
  const response = refusal(429, 'Request was throttled.', switches);
  if (seconds === null) return response;
  // A date has whole seconds only: rounded up, so that nobody comes back too early.
  const date = new Date(Math.ceil(now / 1000 + seconds) * 1000).toUTCString();
  return { ...response, headers: { ...response.headers, 'retry-after': as === 'seconds' ? String(seconds) : date } };
}

/** A page on its way out, and by how many rows its next link moves on; `fired` hears what took effect. */
export function bend(
  page: Page,
  faults: readonly Planned[],
  fired: (fault: Planned) => void,
): { rows: Account[]; step: number } {
  let bent = { rows: page.rows, step: page.limit };
  for (const fault of faults) {
    const { rows } = bent;
    const [first] = rows;
    if (first === undefined) return bent;
    if (fault.kind === 'short-page') {
      const left = rows.slice(0, fault.rows ?? Math.ceil(rows.length / 2));
      if (left.length === rows.length) continue;
      bent = { rows: left, step: left.length };
    } else if (fault.kind === 'empty-page') bent = { ...bent, rows: [] };
    else if (fault.kind === 'duplicate-row') bent = { ...bent, rows: [first, ...rows] };
    else continue;
    fired(fault);
  }
  return bent;
}

function html(status: number): ApiResponse {
  const body = `<!DOCTYPE html><html><head><title>${status}</title></head><body><h1>Attention required</h1></body></html>`;
  return { ...json(status, null), headers: { 'content-type': 'text/html; charset=UTF-8' }, body };
}
