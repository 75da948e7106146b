import withMiddleware from '@middy/core';
import type { Context } from 'aws-lambda';
import type { Invocation } from '../lifecycle/ports.ts';
import { invocationOf } from './invocation.ts';
import type { RuntimeTelemetry } from './telemetry.ts';

export type LambdaHandler<E, R> = (event: E, context: Context) => Promise<R>;

interface Options<R> {
  /** What is answered instead of an error; without it the error is the platform's. */
  onError?: (error: unknown, context: Context) => R;
  /** Milliseconds before the platform's kill at which the work counts as failed by `early`; without it: never. */
  early?: { ms: number; error: () => Error };
}

/** The one middy stack that all functions share: the invocation's id in every line, its clock as a port, errors mapped. */
export function stack<E, R>(
  work: (event: E, invocation: Invocation, context: Context) => Promise<R>,
  telemetry: RuntimeTelemetry,
  { onError, early }: Options<R> = {},
): LambdaHandler<E, R> {
  const handler = withMiddleware<E, R>((event: E, context: Context) => work(event, invocationOf(context), context), {
    timeoutEarlyInMillis: early?.ms ?? 0,
    timeoutEarlyResponse: () => {
      throw early?.error();
    },
  }).before(({ context }) => telemetry.begin?.(context));
  if (onError !== undefined) {
    handler.onError((request) => {
      request.response = onError(request.error, request.context);
    });
  }
  return (event, context) => handler(event, context);
}
