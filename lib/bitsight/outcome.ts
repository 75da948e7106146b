import type * as z from 'zod';
import { classify, readBody, type Body } from '../http/classify.ts';
import { readConnectionError } from '../http/connection.ts';
import { retryAfter } from '../http/retry-after.ts';
import { BitsightError, firstIssue, type Place } from './errors.ts';

/** How one attempt ended. `waitClamped`: Retry-After asked for a wait that nobody should follow. */
export type Outcome<T> = { status?: number; waitClamped?: boolean } & (
  | { value: T; error?: never }
  | { error: BitsightError }
);

/** An answer whose body was read to its end. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/** What `fetch` threw, before or after the request was sent. */
export function judgeBroken<T>(place: Place, thrown: unknown): Outcome<T> {
  const { nothingSent, reason } = readConnectionError(thrown);
  return {
    error: nothingSent
      ? new BitsightError('BITSIGHT_UNREACHABLE', `no connection was made (${reason}).`, place)
      : new BitsightError('BITSIGHT_NO_ANSWER', `no whole answer came (${reason}).`, place),
  };
}

/** What an answer means, and what it says. */
export function judgeAnswer<T>(place: Place, answer: Answer, schema: z.ZodType<T>, now: number): Outcome<T> {
  const { status, headers } = answer;
  const body = readBody(headers.get('content-type'), answer.text);
  const code = classify(status, body.kind);
  if (code === undefined) return readValue(place, status, body, schema);
  const wait = code === 'BITSIGHT_RATE_LIMITED' ? retryAfter(headers.get('retry-after'), now) : undefined;
  const message = `answered ${status}${body.kind === 'json' ? '' : ` (${DESCRIPTIONS[body.kind]})`}.`;
  const error = new BitsightError(code, message, place, { status, retryAfterMs: wait?.ms });
  return { status, error, ...(wait?.clamped === true && { waitClamped: true }) };
}

const DESCRIPTIONS = { empty: 'no body', html: 'an HTML page', other: 'a body that is not JSON or was cut off' };

function readValue<T>(place: Place, status: number, body: Body, schema: z.ZodType<T>): Outcome<T> {
  const result = schema.safeParse(body.kind === 'json' ? body.value : undefined);
  if (result.success) return { status, value: result.data };
  const message = `answered ${status}, unlike the API pages at ${firstIssue(result.error)}.`;
  return { status, error: new BitsightError('BITSIGHT_UNEXPECTED_ANSWER', message, place, { status }) };
}
