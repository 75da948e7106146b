import { AppError, type ErrorCode } from '../errors.ts';

/** Names of errors and request ids look like this; whatever looks otherwise might hold data and is not repeated. */
const IDENTIFIER = /^[\w.:/+=-]{1,100}$/;

/**
 * What went wrong, as names alone: `PutItem failed: ThrottlingException, request 4QF…`. The SDK's error is not kept as
 * the cause, because it carries the answer, and a parse error quotes from it.
 */
export function failure(code: ErrorCode, what: string, error: unknown): AppError {
  const request = textAt(error, '$metadata', 'requestId');
  const name = textAt(error, 'code') ?? textAt(error, 'name') ?? 'unknown error';
  return new AppError(code, `${what} failed: ${name}${request === undefined ? '' : `, request ${request}`}.`);
}

/** What `work` gives; whatever it fails of is told as a failure. */
export async function orFailure<T>(code: ErrorCode, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failure(code, what, error);
  }
}

function textAt(value: unknown, ...path: string[]): string | undefined {
  let at = value;
  for (const key of path) at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined;
  return typeof at === 'string' && IDENTIFIER.test(at) ? at : undefined;
}
