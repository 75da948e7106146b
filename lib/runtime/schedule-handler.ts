import type { Invocation } from '../lifecycle/ports.ts';
import { failureFields } from './failure.ts';
import { type LambdaHandler, stack } from './stack.ts';
import type { RuntimeTelemetry } from './telemetry.ts';

/** The stack of scheduled functions. An error is logged and thrown on, so that the platform counts and repeats it. */
export function scheduleHandler<R>(
  work: (event: unknown, invocation: Invocation) => Promise<R>,
  telemetry: RuntimeTelemetry,
): LambdaHandler<unknown, R> {
  return stack(work, telemetry, {
    onError: (error) => {
      telemetry.log('error', 'The run failed.', failureFields(error));
      throw error;
    },
  });
}
