import { normalise } from '../../../infra/local/bitsight-simulator/account.ts';
import type { Call, CallRecord } from '../../../infra/local/bitsight-simulator/record.ts';
import { SETTLE_MS } from './policy.ts';
import type { Pause } from './pauses.ts';

/** Workers at a time besides the one that was told to wait, and what all of Bitsight's callers may do at once. */
const OTHER_WORKERS = 3;
const MOST_AT_ONCE = 6;

/**
 * Calls that began in a pause although it was in the ledger before their gate was read. Each worker may have read it
 * before, for one call with its repetitions and further pages, so that more than those are too many.
 */
export function callsInPauses(record: CallRecord, pauses: readonly Pause[]): string[] {
  return pauses.flatMap(({ seen, until }) => {
    const begun = new Set(record.callsDuring(seen, until).map(questionOf));
    return begun.size <= OTHER_WORKERS ? [] : [`${begun.size} calls began in the pause until ${until}`];
  });
}

function questionOf({ method, path, query, email = '' }: Call): string {
  const params = new URLSearchParams(query);
  params.delete('offset');
  return `${method} ${path} ${params.toString()} ${email}`;
}

export function tooManyAtOnce({ maximumConcurrent: most }: CallRecord): string[] {
  return most <= MOST_AT_ONCE ? [] : [`${most} calls at once`];
}

/** POSTs that were sent again, or anew, before it was known that there is no account. `slackMs`: what a timer may be early. */
export function rashPosts({ calls }: CallRecord, slackMs: number): string[] {
  const posts = Map.groupBy(
    calls.filter(({ method }) => method === 'POST'),
    ({ email = '' }) => email,
  );
  return [...posts].flatMap(([email, all]) =>
    all.slice(1).flatMap((second, n) => {
      const first = all[n];
      if (first === undefined || surelyNot(first)) return [];
      const reads = searchesFor(email, calls, endOf(first), second.at);
      const known = first.effects.length > 0 ? wasRemoved(first, calls, reads) : wasAbsentTwice(reads, slackMs);
      return known ? [] : [`POST of ${email} at ${first.at} was followed by another at ${second.at}`];
    }),
  );
}

const endOf = ({ at, end }: Call): number => end?.at ?? at;

/** 401, 429 and the 403 of the API itself say that nothing was done. */
function surelyNot({ end }: Call): boolean {
  return end?.status === 401 || end?.status === 429 || end?.faults.includes('forbidden') === true;
}

interface Read {
  at: number;
  /** By which parameters it searched. */
  by: string;
}

/** Faults that leave an answer as true as it would have been. */
const HARMLESS = new Set(['slow', 'churn']);

/** Whole answers to searches for one address in between. */
function searchesFor(email: string, calls: readonly Call[], from: number, to: number): Read[] {
  return calls.flatMap(({ method, query, at, end }) => {
    if (
      method !== 'GET' ||
      at < from ||
      at > to ||
      end?.status !== 200 ||
      !end.faults.every((one) => HARMLESS.has(one))
    )
      return [];
    const params = new URLSearchParams(query);
    const by = ['email', 'email_q'].find((name) => normalise(params.get(name) ?? '') === email);
    return by === undefined ? [] : [{ at, by: `${by} ${params.get('is_company_api_token') ?? ''}` }];
  });
}

/** It was made: then it was deleted since, and a search found nobody after that. */
function wasRemoved({ effects }: Call, calls: readonly Call[], reads: readonly Read[]): boolean {
  const guid = effects[0]?.change.after?.guid;
  const removal = calls
    .flatMap((call) => call.effects)
    .find(({ change }) => change.after === null && change.before?.guid === guid);
  return removal !== undefined && reads.some(({ at }) => at >= removal.at);
}

/** Both filters, with company tokens and without, each answered twice a settle time apart. */
function wasAbsentTwice(reads: readonly Read[], slackMs: number): boolean {
  const times = Map.groupBy(reads, ({ by }) => by);
  const apart = [...times.values()].filter((all) => (all.at(-1)?.at ?? 0) - (all[0]?.at ?? 0) >= SETTLE_MS - slackMs);
  return apart.length === 4;
}
