import { isAnswered } from '../config/sources.ts';
import { isAppError } from '../errors.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../time.ts';
import type { Desired } from './decide.ts';
import { changePerson, type ReadPerson } from './identity.ts';
import type { Person, TicketRequest } from './ledger.ts';
import type { Lifecycle, Next } from './reconcile.ts';
import { held, LOOK_AGAIN, released, rested } from './release.ts';
import { isInForce, withoutAccess } from './requests.ts';

/** Longest time for all that is asked of a ticket system at once, milliseconds; and what must be left to write it down. */
const TIMEOUT = 10 * SECOND;
const MARGIN = 5 * SECOND;
const LONGEST_WAIT = HOUR;
const GIVEN_UP_AFTER = 7 * DAY;

/**
 * Looks again at the ticket whose request is about to be carried out; undefined: it is approved, or none asked. Of one
 * that is not, or not any more, nothing is left, and the rest goes on without it.
 */
export async function refuseWithdrawn(
  lifecycle: Lifecycle,
  person: ReadPerson,
  desired: Desired,
): Promise<Next | undefined> {
  const { config, clock, store, tickets } = lifecycle;
  const now = clock.now();
  const request =
    desired.kind === 'account' && desired.decided
      ? person.tickets?.find(
          (one) => !one.over && isAnswered(config.sources[one.source]) && isInForce(person, one, now),
        )
      : undefined;
  if (request === undefined || (await tickets.stands(request.source, request.ticket, { timeoutMs: TIMEOUT }))) return;
  const without = { ...person, facts: withoutAccess(person, request) };
  const end = held('TICKET_NOT_APPROVED', request.ticket);
  const answers = person.open.filter(({ event }) => event === request.event).map(({ received }) => received);
  const next = released(without, config, answers, end, now);
  return (await store.put({ ...next, wakeAt: now }, person.v)) === undefined ? 'lost' : 'again';
}

/** Answers that nobody is writing, and that were not tried, or may be tried again. */
export function dueReplies({ tickets = [] }: Person, now: number, wallNow: number): TicketRequest[] {
  return tickets.filter(
    ({ answer }) =>
      answer !== undefined && answer.next <= now && (answer.until === undefined || answer.until < wallNow),
  );
}

/** Theirs alone until this invocation is over: no ticket system knows a comment that it got before. */
export function claimReplies(person: Person, due: readonly TicketRequest[], now: number, until: number): Person {
  if (due.length === 0) return person;
  const tickets = person.tickets?.map((request) =>
    request.answer !== undefined && due.includes(request)
      ? { ...request, answer: { ...request.answer, next: now + LOOK_AGAIN, until } }
      : request,
  );
  return { ...person, ...(tickets && { tickets }) };
}

/** Says on their tickets what became of requests. Whatever comes of it, what was done stays done. */
export async function reply(
  lifecycle: Lifecycle,
  { pid, wakeAt }: Person,
  due: readonly TicketRequest[],
): Promise<void> {
  const { store, clock, config } = lifecycle;
  const left = new Map<string, TicketRequest['answer']>();
  for (const request of due) left.set(request.event, await tried(lifecycle, request));
  await changePerson(store, pid, (latest) => {
    const tickets = (latest.tickets ?? []).flatMap((request): TicketRequest[] => {
      const { answer, ...rest } = request;
      if (answer === undefined || !isOf(due, request)) return [request];
      const later = left.get(request.event);
      if (later !== undefined) return [{ ...rest, answer: later }];
      return request.over ? [] : [rest];
    });
    const said = { ...latest, tickets };
    const soonest = Math.min(latest.wakeAt ?? Infinity, ...tickets.flatMap(({ answer }) => answer?.next ?? []));
    // a mark that somebody else set meanwhile stays
    if (latest.wakeAt === wakeAt) return rested(said, config, clock.now());
    return soonest === Infinity ? said : { ...said, wakeAt: soonest };
  });
}

/** The answer that was tried, and no newer one. */
function isOf(due: readonly TicketRequest[], { event, answer }: TicketRequest): boolean {
  return due.some((one) => one.event === event && one.answer?.id === answer?.id);
}

/** What is left to be said: undefined, or the answer with the time of its next try. */
async function tried(lifecycle: Lifecycle, request: TicketRequest): Promise<TicketRequest['answer']> {
  const { clock, invocation, telemetry, tickets } = lifecycle;
  const { source, ticket, answer } = request;
  if (answer === undefined) return undefined;
  const { until: _until, ...free } = answer;
  if (invocation.remainingMs() < TIMEOUT + MARGIN) return { ...free, next: clock.now() + MINUTE };
  try {
    await tickets.answer(source, ticket, answer, { timeoutMs: TIMEOUT });
    telemetry.count('TicketAnswered', 1, { source });
    return undefined;
  } catch (error) {
    if (!isAppError(error)) throw error;
    const { code, message, retryAfterMs = 0 } = error;
    const attempt = answer.tries + 1;
    const isOver = clock.now() - answer.at > GIVEN_UP_AFTER;
    telemetry.count(isOver ? 'AnswerGivenUp' : 'AnswerFailed');
    telemetry.log(isOver ? 'error' : 'warn', 'a ticket is not answered', { code, reason: message, source, attempt });
    const wait = Math.max(retryAfterMs, Math.min(LONGEST_WAIT, MINUTE * 2 ** Math.min(answer.tries, 10)));
    return isOver ? undefined : { ...free, tries: attempt, next: Math.ceil(clock.now() + wait) };
  }
}
