import type * as z from 'zod';
import { AppError, type ErrorCode } from '../errors.ts';

/** `path` with `{guid}` in place of a guid and without a query. */
export interface Place {
  method: string;
  path: string;
}

/** A call to Bitsight that failed. Holds method, path and status: never a body, header, token, guid or e-mail. */
export class BitsightError extends AppError {
  readonly method: string;
  /** With `{guid}` in place of a guid, without a query. */
  readonly path: string;
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    place: Place,
    answer: { status?: number; retryAfterMs?: number | undefined } = {},
  ) {
    const { status, retryAfterMs } = answer;
    super(code, `${place.method} ${place.path}: ${message}`, retryAfterMs === undefined ? {} : { retryAfterMs });
    this.method = place.method;
    this.path = place.path;
    this.status = status;
  }
}

/** The first wrong place and what is wrong there; never the value. */
export function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue === undefined ? 'unreadable' : `${issue.path.join('.') || 'the whole'}: ${issue.message}`;
}

/** Reads what a caller asks for: BITSIGHT_REQUEST_INVALID names the first field that is wrong. */
export function parseRequest<T>(schema: z.ZodType<T>, value: unknown, place: Place): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new BitsightError('BITSIGHT_REQUEST_INVALID', `${firstIssue(result.error)}.`, place);
}
