import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { AppError, isAppError } from '../errors.ts';
import type { Invocation } from '../lifecycle/ports.ts';
import { failureFields } from './failure.ts';
import { type HttpAnswer, jsonAnswer } from './http-answer.ts';
import { type LambdaHandler, stack } from './stack.ts';
import type { RuntimeTelemetry } from './telemetry.ts';

/** Seconds after which a sender may try again, where nothing better is known. */
const RETRY_AFTER_SECONDS = 30;

/** The stack of HTTP functions. Every error becomes an answer: ours by the table, any other 500 without details. */
export function httpHandler(
  work: (event: APIGatewayProxyEventV2, invocation: Invocation) => Promise<HttpAnswer>,
  telemetry: RuntimeTelemetry,
): LambdaHandler<APIGatewayProxyEventV2, HttpAnswer> {
  return stack(work, telemetry, {
    onError: (error, context) => {
      const status = isAppError(error) ? error.traits.http : 500;
      telemetry.count('RequestFailed', 1, { code: isAppError(error) ? error.code : 'INTERNAL' });
      telemetry.log(status < 500 ? 'warn' : 'error', 'A request failed.', { ...failureFields(error), status });
      return errorAnswer(error, context);
    },
    early: { ms: 250, error: () => new AppError('INVOCATION_OVER', 'The answer was not ready in time.') },
  });
}

/** What goes wrong on our side is not told outside; what the sender did wrong is, with the way to mend it. */
function errorAnswer(error: unknown, { awsRequestId: requestId }: Context): HttpAnswer {
  if (!isAppError(error)) return jsonAnswer(500, { error: 'INTERNAL', requestId });
  const { http, mend } = error.traits;
  const body = { error: error.code, ...(http < 500 && { message: error.message, mend }), requestId };
  return jsonAnswer(http, body, {
    ...(http === 503 && { 'retry-after': String(retryAfter(error)) }),
    ...(http === 405 && { allow: 'POST' }),
  });
}

function retryAfter({ retryAfterMs }: AppError): number {
  return retryAfterMs === undefined ? RETRY_AFTER_SECONDS : Math.ceil(retryAfterMs / 1000);
}
