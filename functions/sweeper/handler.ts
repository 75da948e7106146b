import { tellExceptions, type ExceptionDeps } from '../../lib/lifecycle/exceptions.ts';
import { sweep, type SweepDeps } from '../../lib/lifecycle/sweep.ts';
import { scheduleHandler } from '../../lib/runtime/schedule-handler.ts';
import type { LambdaHandler } from '../../lib/runtime/stack.ts';
import type { RuntimeTelemetry } from '../../lib/runtime/telemetry.ts';

export type SweeperDeps = SweepDeps & ExceptionDeps & { telemetry: RuntimeTelemetry };

/** Each minute: whoever is due is woken, and what the configuration newly says of people is told. */
export function createSweeperHandler(deps: SweeperDeps): LambdaHandler<unknown, { woken: number }> {
  return scheduleHandler(async () => {
    const swept = await sweep(deps);
    await tellExceptions(deps);
    return swept;
  }, deps.telemetry);
}
