import { guardsOf } from './guard.ts';

const [REQUESTS, ANSWERS, TICKETS, CHECK] = [
  'lib/sources/mapping/tickets',
  'lib/sources/tickets/answers',
  'lib/lifecycle/tickets',
  'lib/config/check',
];

/** Requests on tickets: which count, that they are looked at again, and that each is answered once. */
export const ON_TICKETS = [
  ...guardsOf('lib/sources/freshservice/answer.ts', [
    [
      'Freshservice: who says no is enough',
      "names.filter((name) => !isRefused || name !== 'approved')",
      'names',
      ANSWERS,
      'one who says no is enough',
    ],
  ]),
  ...guardsOf('lib/sources/mapping/tickets.ts', [
    [
      'only the configured state counts',
      'if (!isOneOf(config.approved, tags)) return [];',
      '',
      REQUESTS,
      'a rejection',
    ],
    [
      'who may approve',
      "if (config.approvers !== undefined && !isOneOf(config.approvers, find(by, body, 'approvers'))) return [];",
      '',
      REQUESTS,
      'a label by somebody who may not approve',
    ],
    [
      'the id of a ticket leads nowhere else',
      "if (ticket.test(reading.ticket ?? '')) return reading;",
      'return reading;',
      REQUESTS,
      'a ticket that would lead elsewhere',
    ],
    [
      'a form says each thing once',
      "if (heading in form) throw unreadable('form: a heading is there twice.');",
      '',
      REQUESTS,
      'a heading that is there twice',
    ],
  ]),
  ...guardsOf('lib/sources/mapping/tickets.ts', [
    [
      'the status of Jira itself',
      "(fieldId || field) == 'status' && fieldtype != 'custom'",
      "field == 'status'",
      REQUESTS,
      'a field of their own',
    ],
  ]),
  ...guardsOf('lib/lifecycle/tickets.ts', [
    [
      'a refusal answers all that asked for the same',
      'person.open.filter(({ event }) => event === request.event)',
      'person.open.filter(({ event }) => event === request.event).slice(0, 1)',
      TICKETS,
      'a redelivery that is taken in at the same moment',
    ],
    [
      'an approval is looked at again',
      'request === undefined || (await tickets.stands(request.source, request.ticket, { timeoutMs: TIMEOUT }))',
      'request === undefined || tickets !== undefined',
      TICKETS,
      'approved no more: held',
    ],
    [
      'who is refused has nothing left of it',
      'facts: withoutAccess(person, request)',
      'facts: person.facts',
      TICKETS,
      'approved no more: held',
    ],
    [
      'one worker answers',
      '(answer.until === undefined || answer.until < wallNow)',
      'wallNow > 0',
      TICKETS,
      'two workers at once',
    ],
    [
      'an answer is given up in the end',
      'clock.now() - answer.at > GIVEN_UP_AFTER',
      'clock.now() - answer.at > Infinity',
      TICKETS,
      'is given up after a week',
    ],
    [
      'no answer without the time to write it down',
      'if (invocation.remainingMs() < TIMEOUT + MARGIN) return',
      'if (invocation.remainingMs() < 0) return',
      TICKETS,
      'no answer is begun that could not be written down',
    ],
  ]),
  ...guardsOf('lib/lifecycle/view.ts', [
    [
      'a ticket says last who somebody is',
      ' + Number(settings !== undefined && isTicketing(settings))',
      '',
      TICKETS,
      'a new address that HR says',
    ],
  ]),
  ...guardsOf('lib/lifecycle/requests.ts', [
    [
      'a reason to wait is said once',
      '|| request.said === end.code',
      '',
      TICKETS,
      'the same reason to wait is not said twice',
    ],
    [
      'a request that is known adds nothing',
      '|| known.some((one) => one.event === id)',
      '',
      TICKETS,
      'a redelivery that is taken in after the first was answered',
    ],
    [
      'what is over has had its answer',
      '|| request.over ||',
      '||',
      TICKETS,
      'what became of it stays to be said while the ticket system is down',
    ],
    [
      'a request that was overtaken is not told what became of the other',
      "end.result === 'held' || isInForce(person, request, now)",
      'true',
      TICKETS,
      'overtook while it waited',
    ],
  ]),
  ...guardsOf('lib/sources/tickets/index.ts', [
    [
      'what is there is read before anything is written',
      'if (isSaid(answer, await api.comments(call, ticket, settings, answer.at - DAY))) return;',
      '',
      ANSWERS,
      'a comment, once, and the ticket is moved',
    ],
    [
      'nobody waits behind a ticket system that does not answer',
      '(leftAlone.get(source) ?? 0) > clock.now()',
      'leftAlone.size < 0',
      ANSWERS,
      'left alone for a minute',
    ],
    [
      'a refused move costs no comment',
      "if (isAppError(error, 'DIRECTORY_REFUSED')) return false;",
      '',
      ANSWERS,
      'a move that is refused',
    ],
  ]),
  ...guardsOf('lib/sources/tickets/words.ts', [
    [
      'no loop over our own comment',
      '|| last.endsWith(wordsOf(answer))',
      '',
      TICKETS,
      'the same words are not said twice in a row',
    ],
  ]),
  ...guardsOf('lib/config/check.ts', [
    ['calls at once have a limit', '...tooManyCalls(config),', '', 'lib/config/check', 'calls to Bitsight at one time'],
    [
      'GitHub names who may approve',
      "source.kind === 'github' && source.approvers === undefined",
      "source.kind === 'github' && source.secret === ''",
      CHECK,
      'of GitHub names who may approve',
    ],
  ]),
];
