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

export const ERRORS = {
  CONFIG_INVALID: {
    happened: 'no',
    again: false,
    http: 500,
    mend: 'Correct the named setting; nothing was started.',
  },
  ENVIRONMENT_INVALID: {
    happened: 'no',
    again: false,
    http: 500,
    mend: 'Set the named environment variables; the stack and npm start set them for you.',
  },
  REQUEST_UNREADABLE: {
    happened: 'no',
    again: false,
    http: 400,
    mend: 'Send the body that the source is documented to send; the path names the first wrong place.',
  },
  REQUEST_TOO_LARGE: {
    happened: 'no',
    again: false,
    http: 413,
    mend: 'Send at most 256 KiB a delivery.',
  },
  METHOD_NOT_ALLOWED: {
    happened: 'no',
    again: false,
    http: 405,
    mend: 'Deliveries are sent by POST.',
  },
  WEBHOOK_UNVERIFIED: {
    happened: 'no',
    again: false,
    http: 401,
    mend: 'Check the URL and the signing secret of this source on both sides.',
  },
  SECRET_UNAVAILABLE: {
    happened: 'no',
    again: true,
    http: 503,
    mend: 'Check that the named secret exists, has a value and may be read by this function.',
  },
  QUEUE_UNAVAILABLE: {
    happened: 'no',
    again: true,
    http: 503,
    mend: 'Nothing to do for the sender but to send again; see the alarm of the door.',
  },
  STORE_UNAVAILABLE: {
    happened: 'unknown',
    again: true,
    http: 503,
    mend: 'Check the ledger table: throttling, permissions, region.',
  },
  STORE_CONFLICT: {
    happened: 'no',
    again: true,
    http: 503,
    mend: 'Another worker was faster too often; the work is taken up again by itself.',
  },
  LEDGER_UNREADABLE: {
    happened: 'no',
    again: false,
    http: 500,
    mend: 'The named item does not have the shape this version writes; see docs/ARCHITECTURE.md, Ledger.',
  },
  MESSAGE_UNREADABLE: {
    happened: 'no',
    again: false,
    http: 500,
    mend: 'The message is kept in the dead-letter queue with this reason.',
  },
  OUTCOMES_UNAVAILABLE: {
    happened: 'unknown',
    again: true,
    http: 503,
    mend: 'Check the event bus: permissions, region. The outcomes are kept and published again by themselves.',
  },
  ARCHIVE_UNAVAILABLE: {
    happened: 'unknown',
    again: true,
    http: 503,
    mend: 'Check the export bucket: permissions, region, encryption key.',
  },

  SNAPSHOT_UNREADABLE: {
    happened: 'no',
    again: false,
    http: 500,
    mend: 'The named file is not as this version wrote it; take the snapshot of that date out of the way and run again.',
  },
  ROSTER_UNREADABLE: {
    happened: 'no',
    again: false,
    http: 400,
    mend: 'Export it as CSV in UTF-8 with a header line and a column called email.',
  },
  ROSTER_REFUSED: {
    happened: 'no',
    again: false,
    http: 400,
    mend: 'Nothing was changed and nobody was told; see docs/sources/roster.md, Refused.',
  },
  REVIEW_REFUSED: {
    happened: 'no',
    again: false,
    http: 400,
    mend: 'Nothing of it was taken in; see docs/access-review.md, Refused.',
  },
  REVIEW_UNFINISHED: {
    happened: 'no',
    again: false,
    http: 409,
    mend: 'npm run ops -- review status <review> says what each row waits for.',
  },

  BITSIGHT_READ_ONLY: {
    happened: 'no',
    again: false,
    http: 500,
    mend: 'This client was made with readOnly: true and sends nothing but GET.',
  },
  BITSIGHT_REQUEST_INVALID: {
    happened: 'no',
    again: false,
    http: 500,
    mend: 'The named field is not one that the API pages document.',
  },
  BITSIGHT_DEADLINE: {
    happened: 'no',
    again: true,
    http: 503,
    mend: 'Too little time was left to start the call; it is taken up again by itself.',
  },
  BITSIGHT_UNREACHABLE: {
    happened: 'no',
    again: true,
    http: 503,
    mend: 'Check DNS, TLS, proxy and the base URL.',
  },
  BITSIGHT_NO_ANSWER: {
    happened: 'unknown',
    again: true,
    http: 503,
    mend: 'The connection broke or the time ran out after the request was sent; the truth is read before anything is repeated.',
  },
  BITSIGHT_RATE_LIMITED: {
    happened: 'no',
    again: true,
    http: 503,
    mend: 'Bitsight asked to wait; all workers pause until then.',
  },
  BITSIGHT_SERVER: {
    happened: 'unknown',
    again: true,
    http: 503,
    mend: 'Bitsight answered with a server error; the truth is read before anything is repeated.',
  },
  BITSIGHT_AUTHENTICATION: {
    happened: 'no',
    again: true,
    http: 503,
    mend: 'Bitsight refuses the API token, also after it was read anew: store a valid one.',
  },
  BITSIGHT_PERMISSION_DENIED: {
    happened: 'no',
    again: true,
    http: 503,
    mend: 'The API token may not do this: use the token of an Admin or a company API token.',
  },
  BITSIGHT_BLOCKED: {
    happened: 'unknown',
    again: true,
    http: 503,
    mend: 'Something in front of Bitsight answered with a page instead of JSON: check network, proxy and allow-lists.',
  },
  BITSIGHT_NOT_FOUND: {
    happened: 'no',
    again: false,
    http: 404,
    mend: 'No such user or path; check the base URL if every call says so.',
  },
  BITSIGHT_REFUSED: {
    happened: 'unknown',
    again: false,
    http: 502,
    mend: 'Bitsight refused the request; for a new account it is read back whether the address is taken.',
  },
  BITSIGHT_UNEXPECTED_ANSWER: {
    happened: 'unknown',
    again: true,
    http: 502,
    mend: 'The answer is not what the API pages describe; the named path is the first wrong place.',
  },
  BITSIGHT_FOREIGN_ORIGIN: {
    happened: 'no',
    again: false,
    http: 502,
    mend: 'The API named an address on another host; the token is not sent there. Check the base URL.',
  },
  BITSIGHT_LIST_INCOMPLETE: {
    happened: 'no',
    again: true,
    http: 503,
    mend: 'The population moved while it was read; it is read again, and nothing is published until it is whole.',
  },
  BITSIGHT_LIST_TOO_LONG: {
    happened: 'no',
    again: false,
    http: 503,
    mend: 'Nothing was begun that could not end: set night.requests to 2 or 3, or run npm run export, which has no such limit.',
  },

  DIRECTORY_RATE_LIMITED: {
    happened: 'no',
    again: true,
    http: 503,
    mend: 'The HR system asked to wait; nobody of this source is looked up until then.',
  },
  DIRECTORY_UNAVAILABLE: {
    happened: 'no',
    again: true,
    http: 503,
    mend: 'The HR system did not answer; it is asked again by itself. Check sources.<id>.fetch.baseUrl if it never does.',
  },
  DIRECTORY_REFUSED: {
    happened: 'no',
    again: true,
    http: 503,
    mend: 'The HR system refuses the look-up: check the key in sources.<id>.fetch.secret, what it may see, and the baseUrl.',
  },
  DIRECTORY_UNREADABLE: {
    happened: 'no',
    again: true,
    http: 502,
    mend: 'The answer of the HR system is not what its pages describe; the named path is the first wrong place.',
  },

  TICKETS_UNAVAILABLE: {
    happened: 'unknown',
    again: true,
    http: 503,
    mend: 'The ticket system is asked again by itself; check answer.baseUrl, answer.secret and what its account may do if it never answers.',
  },

  INVOCATION_OVER: {
    happened: 'unknown',
    again: true,
    http: 503,
    mend: 'The time of the invocation ran out; sending again is safe.',
  },
  PAUSED: {
    happened: 'no',
    again: true,
    http: 503,
    mend: 'All calls wait: Bitsight asked for it, or did not answer any of them; see which in the log.',
  },
  FROZEN: {
    happened: 'no',
    again: true,
    http: 503,
    mend: 'The configuration freezes this kind of change for these days; it is carried out afterwards.',
  },
  STOPPED: {
    happened: 'no',
    again: true,
    http: 503,
    mend: 'All writes are stopped by a person; resume when it is safe.',
  },
  LEASE_TOO_SHORT: {
    happened: 'no',
    again: true,
    http: 503,
    mend: 'Too little lease was left to start the call; the work is taken up again by itself.',
  },
  BATCH_UNKNOWN: { happened: 'no', again: false, http: 404, mend: 'List the batches that wait and name one of them.' },
  BATCH_CLOSED: {
    happened: 'no',
    again: false,
    http: 409,
    mend: 'What was decided once stays decided; what still has to be done is planned anew.',
  },
  CREATION_QUOTA: {
    happened: 'no',
    again: true,
    http: 503,
    mend: 'Bitsight has no room for another account: free some, have the limit raised, or wait for the next month.',
  },
  ADMINS_BUSY: {
    happened: 'no',
    again: true,
    http: 503,
    mend: 'Another Admin is leaving at this moment; this one is looked at again by itself.',
  },
  FENCED_OFF: {
    happened: 'unknown',
    again: true,
    http: 503,
    mend: 'Nothing to do: the lease ran out while this worker stood still, and another one goes on with the work.',
  },
  PERSON_UNKNOWN: {
    happened: 'no',
    again: false,
    http: 404,
    mend: 'A person is named by pid, e-mail address or <source>:<employee id>; check the spelling.',
  },
  PERSON_BUSY: { happened: 'no', again: false, http: 409, mend: 'npm run ops -- show <person> tells what is open.' },
  ADDRESS_IN_USE: {
    happened: 'no',
    again: false,
    http: 409,
    mend: 'Let the account go first, or give it another address in Bitsight.',
  },
  LETTER_UNKNOWN: { happened: 'no', again: false, http: 404, mend: 'npm run ops -- dead lists those there are.' },
  PROBE_LEFT: {
    happened: 'unknown',
    again: false,
    http: 502,
    mend: 'Remove what stands in Bitsight under the address you named, and under the same with +probe.',
  },
  AWS_UNAVAILABLE: {
    happened: 'no',
    again: true,
    http: 503,
    mend: 'Try again; where access was denied, take on the role that docs/operating.md names.',
  },
  DEPLOYMENT_FAILED: {
    happened: 'unknown',
    again: false,
    http: 500,
    mend: 'Read what the CDK said above; it rolls back by itself.',
  },
  AWS_IDENTITY: {
    happened: 'no',
    again: false,
    http: 500,
    mend: 'Sign in to AWS, and name the profile by AWS_PROFILE where you have several.',
  },
  READER_BUSY: {
    happened: 'no',
    again: true,
    http: 503,
    mend: 'The night, or another command, reads Bitsight; only one does at once. Try again when it is done.',
  },
  NOT_RUNNING: { happened: 'no', again: true, http: 503, mend: 'Is npm start running? --data names its directory.' },
  NOT_CONFIRMED: { happened: 'no', again: false, http: 400, mend: 'Nothing was changed.' },
  ARGUMENT_INVALID: { happened: 'no', again: false, http: 400, mend: 'See --help.' },
} as const satisfies Record<string, Traits>;

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
