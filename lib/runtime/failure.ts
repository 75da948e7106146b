import { isAppError } from '../errors.ts';
import type { LogFields } from '../lifecycle/ports.ts';

/**
 * What may be logged of an error. The message of a foreign one stays out: parsers and clients quote what they were
 * given. Its name and the place where it was thrown are enough to find it.
 */
export function failureFields(error: unknown): LogFields {
  if (isAppError(error)) {
    return {
      code: error.code,
      message: error.message,
      reason: error.cause === undefined ? undefined : nameOf(error.cause),
    };
  }
  return { code: 'INTERNAL', reason: nameOf(error), what: placeOf(error) };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

function placeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const frame = error.stack?.split('\n').find((line) => /^\s+at /.test(line));
  return frame?.trim();
}
