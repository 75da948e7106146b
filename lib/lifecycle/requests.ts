import type { Config } from '../config/schema.ts';
import { isAnswered } from '../config/sources.ts';
import type { LifecycleEvent } from './event.ts';
import { heldAt } from './facts.ts';
import type { Person, TicketRequest } from './ledger.ts';
import type { Outcome } from './outcome.ts';
import type { HeldCode, Reason } from './reasons.ts';

/**
 * What a request on a ticket adds to its person; it takes the place of an older one on the same ticket. One that is known
 * already adds nothing, even if two workers take it in at once: it is answered once.
 */
export function asked({ facts, tickets = [] }: Person, event: LifecycleEvent): Pick<Person, 'tickets'> {
  const { source, ticket, access, id } = event;
  const known = [...tickets, ...(facts[source]?.access ?? [])];
  if (ticket === undefined || access === undefined || known.some((one) => one.event === id)) return {};
  const others = tickets.flatMap((one): TicketRequest[] => {
    if (one.source !== source || one.ticket !== ticket) return [one];
    return one.answer === undefined ? [] : [{ ...one, over: true }];
  });
  return { tickets: [...others, { source, ticket, event: id, over: false }] };
}

/** Whether nothing that its source said later is in its place, and its end lies ahead. */
export function isInForce({ facts }: Person, { source, event }: TicketRequest, now: number): boolean {
  return heldAt(facts[source]?.access ?? [], 'access', now)?.event === event;
}

type End = Pick<Outcome, 'result' | 'code' | 'names' | 'what'>;

/**
 * The requests after some open events got their outcome: what is told now is to be said on the ticket, and so is what at
 * last comes of a request that had to wait.
 */
export function answeredRequests(
  person: Person,
  told: readonly Outcome[],
  ending: End,
  config: Config,
  now: number,
): TicketRequest[] {
  return (person.tickets ?? []).flatMap((request): TicketRequest[] => {
    const outcome = told.find(({ event }) => event === request.event);
    const waits = outcome === undefined && person.open.some(({ event }) => event === request.event);
    const end = outcome ?? ending;
    if (waits || request.over || request.said === end.code) return [request];
    const { result, code, names, what } = endOf(person, request, end, now);
    const over = result !== 'held' || code === ('TICKET_NOT_APPROVED' satisfies HeldCode);
    const { answer: _answer, ...rest } = request; // what was not said yet is overtaken
    if (!isAnswered(config.sources[request.source])) return over ? [] : [{ ...rest, said: code }];
    const id = outcome?.id ?? `${request.event}/${code}/${now}`;
    const more = { ...(names && { names }), ...(what !== undefined && { what }) };
    return [{ ...rest, over, said: code, answer: { id, result, code, ...more, at: now, next: now, tries: 0 } }];
  });
}

function endOf(person: Person, request: TicketRequest, end: End, now: number): End {
  if (end.result === 'held' || isInForce(person, request, now)) return end;
  return { result: 'no-op', code: 'OVERTAKEN' satisfies Reason };
}

/** Of a request whose ticket is not approved any more nothing is left to carry out. */
export function withoutAccess({ facts }: Person, { source, event }: TicketRequest): Person['facts'] {
  const { access = [], ...known } = facts[source] ?? {};
  return { ...facts, [source]: { ...known, access: access.filter((saying) => saying.event !== event) } };
}
