import { sweep, type SweepDeps } from '../../lib/lifecycle/sweep.ts';
import { scheduleHandler } from '../../lib/runtime/schedule-handler.ts';
import type { LambdaHandler } from '../../lib/runtime/stack.ts';
import type { RuntimeTelemetry } from '../../lib/runtime/telemetry.ts';

export type SweeperDeps = SweepDeps & { telemetry: RuntimeTelemetry };

/** Each minute: whoever is due is woken. */
export function createSweeperHandler(deps: SweeperDeps): LambdaHandler<unknown, { woken: number }> {
  return scheduleHandler(() => sweep(deps), deps.telemetry);
}
