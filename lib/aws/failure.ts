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

function textAt(value: unknown, ...path: string[]): string | undefined {
  let at = value;
  for (const key of path) at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined;
  return typeof at === 'string' && IDENTIFIER.test(at) ? at : undefined;
}
