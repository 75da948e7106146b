/**
 * The whole error taxonomy: one row a code.
 *
 * - `happened`: what a caller may believe about a write that ended so. `no`: nothing was changed, it may be sent
 *   again. `unknown`: it may have been carried out; only reading tells.
 * - `again`: whether the same work may succeed later without a person doing anything.
 * - `http`: the status for a sender, where the error reaches one.
 * - `mend`: what the reader can do about it.
 */
interface Traits {
  happened: 'no' | 'unknown';
  again: boolean;
  http: number;
  mend: string;
}

const row =
  (happened: Traits['happened'], again: boolean, usual: number) =>
  (mend: string, http = usual): Traits => ({ happened, again, http, mend });
/** Nothing was changed, and nothing will be until somebody does something. */
const refused = row('no', false, 500);
/** Nothing was changed; the same work may succeed later. */
const later = row('no', true, 503);
/** It may have been carried out; the work goes on by itself. */
const unsure = row('unknown', true, 503);
/** It may have been carried out, in whole or in part, and somebody has to look. */
const doubtful = row('unknown', false, 502);

export const ERRORS = {
  CONFIG_INVALID: refused('Correct the named setting; nothing was started.'),
  ENVIRONMENT_INVALID: refused('Set the named environment variables; the stack and npm start set them for you.'),
  REQUEST_UNREADABLE: refused(
    'Send the body that the source is documented to send; the path names the first wrong place.',
    400,
  ),
  REQUEST_TOO_LARGE: refused('Send at most 256 KiB a delivery.', 413),
  METHOD_NOT_ALLOWED: refused('Deliveries are sent by POST.', 405),
  WEBHOOK_UNVERIFIED: refused('Check the URL and the signing secret of this source on both sides.', 401),
  SECRET_UNAVAILABLE: later('Check that the named secret exists, has a value and may be read by this function.'),
  QUEUE_UNAVAILABLE: later('Nothing to do for the sender but to send again; see the alarm of the door.'),
  STORE_UNAVAILABLE: unsure('Check the ledger table: throttling, permissions, region.'),
  STORE_CONFLICT: later('Another worker was faster too often; the work is taken up again by itself.'),
  LEDGER_UNREADABLE: refused(
    'The named item does not have the shape this version writes; see docs/ARCHITECTURE.md, Ledger.',
  ),
  MESSAGE_UNREADABLE: refused('The message is kept in the dead-letter queue with this reason.'),
  OUTCOMES_UNAVAILABLE: unsure(
    'Check the event bus: permissions, region. The outcomes are kept and published again by themselves.',
  ),
  PEOPLE_UNAVAILABLE: unsure('Check the topic of alarms: permissions, region. The message is sent again by itself.'),
  ARCHIVE_UNAVAILABLE: unsure('Check the export bucket: permissions, region, encryption key.'),

  SNAPSHOT_UNREADABLE: refused(
    'The named file is not as this version wrote it; take the snapshot of that date out of the way and run again.',
  ),
  ROSTER_UNREADABLE: refused('Export it as CSV in UTF-8 with a header line and a column called email.', 400),
  ROSTER_REFUSED: refused('Nothing was changed and nobody was told; see docs/sources/roster.md, Refused.', 400),
  REVIEW_REFUSED: refused('Nothing of it was taken in; see docs/access-review.md, Refused.', 400),
  REVIEW_UNFINISHED: refused('npm run ops -- review status <review> says what each row waits for.', 409),

  BITSIGHT_READ_ONLY: refused('This client was made with readOnly: true and sends nothing but GET.'),
  BITSIGHT_REQUEST_INVALID: refused('The named field is not one that the API pages document.'),
  BITSIGHT_DEADLINE: later('Too little time was left to start the call; it is taken up again by itself.'),
  BITSIGHT_UNREACHABLE: later('Check DNS, TLS, proxy and the base URL.'),
  BITSIGHT_NO_ANSWER: unsure(
    'The connection broke or the time ran out after the request was sent; the truth is read before anything is repeated.',
  ),
  BITSIGHT_RATE_LIMITED: later('Bitsight asked to wait; all workers pause until then.'),
  BITSIGHT_SERVER: unsure('Bitsight answered with a server error; the truth is read before anything is repeated.'),
  BITSIGHT_AUTHENTICATION: later('Bitsight refuses the API token, also after it was read anew: store a valid one.'),
  BITSIGHT_PERMISSION_DENIED: later('The API token may not do this: use the token of an Admin or a company API token.'),
  BITSIGHT_BLOCKED: unsure(
    'Something in front of Bitsight answered with a page instead of JSON: check network, proxy and allow-lists.',
  ),
  BITSIGHT_NOT_FOUND: refused('No such user or path; check the base URL if every call says so.', 404),
  BITSIGHT_REFUSED: doubtful(
    'Bitsight refused the request; for a new account it is read back whether the address is taken.',
  ),
  BITSIGHT_UNEXPECTED_ANSWER: unsure(
    'The answer is not what the API pages describe; the named path is the first wrong place.',
    502,
  ),
  BITSIGHT_FOREIGN_ORIGIN: refused(
    'The API named an address on another host; the token is not sent there. Check the base URL.',
    502,
  ),
  BITSIGHT_LIST_INCOMPLETE: later(
    'The population moved while it was read; it is read again, and nothing is published until it is whole.',
  ),
  BITSIGHT_LIST_TOO_LONG: refused(
    'Nothing was begun that could not end: set night.requests to 2 or 3, or run npm run export, which has no such limit.',
    503,
  ),

  DIRECTORY_RATE_LIMITED: later('The HR system asked to wait; nobody of this source is looked up until then.'),
  DIRECTORY_UNAVAILABLE: later(
    'The HR system did not answer; it is asked again by itself. Check sources.<id>.fetch.baseUrl if it never does.',
  ),
  DIRECTORY_REFUSED: later(
    'The HR system refuses the look-up: check the key in sources.<id>.fetch.secret, what it may see, and the baseUrl.',
  ),
  DIRECTORY_UNREADABLE: later(
    'The answer of the HR system is not what its pages describe; the named path is the first wrong place.',
    502,
  ),

  TICKETS_UNAVAILABLE: unsure(
    'The ticket system is asked again by itself; check answer.baseUrl, answer.secret and what its account may do if it never answers.',
  ),

  INVOCATION_OVER: unsure('The time of the invocation ran out; sending again is safe.'),
  PAUSED: later('All calls wait: Bitsight asked for it, or did not answer any of them; see which in the log.'),
  FROZEN: later('The configuration freezes this kind of change for these days; it is carried out afterwards.'),
  STOPPED: later('All writes are stopped by a person; resume when it is safe.'),
  LEASE_TOO_SHORT: later('Too little lease was left to start the call; the work is taken up again by itself.'),
  BATCH_UNKNOWN: refused('List the batches that wait and name one of them.', 404),
  BATCH_CLOSED: refused('What was decided once stays decided; what still has to be done is planned anew.', 409),
  CREATION_QUOTA: later(
    'Bitsight has no room for another account: free some, have the limit raised, or wait for the next month.',
  ),
  ADMINS_BUSY: later('Another Admin is leaving at this moment; this one is looked at again by itself.'),
  FENCED_OFF: unsure(
    'Nothing to do: the lease ran out while this worker stood still, and another one goes on with the work.',
  ),
  PERSON_UNKNOWN: refused(
    'A person is named by pid, e-mail address or <source>:<employee id>; check the spelling.',
    404,
  ),
  PERSON_BUSY: refused('npm run ops -- show <person> tells what is open.', 409),
  ADDRESS_IN_USE: refused('Let the account go first, or give it another address in Bitsight.', 409),
  LETTER_UNKNOWN: refused('npm run ops -- dead lists those there are.', 404),
  PROBE_LEFT: doubtful('Remove what stands in Bitsight under the address you named, and under the same with +probe.'),
  AWS_UNAVAILABLE: later('Try again; where access was denied, take on the role that docs/operating.md names.'),
  DEPLOYMENT_FAILED: doubtful('Read what the CDK said above; it rolls back by itself.', 500),
  AWS_IDENTITY: refused(
    'Sign in to AWS, and name the profile by AWS_PROFILE where you have several; ENOTFOUND or a timeout: AWS cannot be reached.',
  ),
  READER_BUSY: later(
    'The night, or another command, reads Bitsight; only one does at once. Try again when it is done.',
  ),
  NOT_RUNNING: later('Is npm start running? --data names its directory.'),
  NOT_CONFIRMED: refused('Nothing was changed.', 400),
  ARGUMENT_INVALID: refused('See --help.', 400),
} satisfies Record<string, Traits>;

export type ErrorCode = keyof typeof ERRORS;

/** Everything this project throws on purpose. The message names the thing that is wrong, never a body, token or e-mail. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  /** For BITSIGHT_RATE_LIMITED and PAUSED: how long to wait, milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }

  get traits(): Traits {
    return ERRORS[this.code];
  }

  /** One line for people: what is wrong and how to mend it. */
  get line(): string {
    return `${this.code}: ${this.message} ${this.traits.mend}`;
  }
}

/** Whether `error` is one of ours, of this code where one is given. */
export function isAppError(error: unknown, ...codes: ErrorCode[]): error is AppError {
  return error instanceof AppError && (codes.length === 0 || codes.includes(error.code));
}
