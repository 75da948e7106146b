import { tellExceptions, type ExceptionDeps } from '../../lib/lifecycle/exceptions.ts';
import { sweep, type SweepDeps } from '../../lib/lifecycle/sweep.ts';
import { tellWaiting, type TellDeps } from '../../lib/lifecycle/tell-people.ts';
import type { ReviewDeps } from '../../lib/review/kept.ts';
import { takeReviewInbox } from '../../lib/review/take.ts';
import { takeInbox, type InboxDeps } from '../../lib/roster/inbox.ts';
import { scheduleHandler } from '../../lib/runtime/schedule-handler.ts';
import type { LambdaHandler } from '../../lib/runtime/stack.ts';
import type { RuntimeTelemetry } from '../../lib/runtime/telemetry.ts';

export type SweeperDeps = SweepDeps &
  ExceptionDeps &
  InboxDeps &
  ReviewDeps &
  Pick<TellDeps, 'people'> & { telemetry: RuntimeTelemetry };

/** Each minute: whoever is due is woken, what the configuration newly says of people is told, people on duty hear what waits for them, and each roster and worksheet that came in is taken. */
export function createSweeperHandler(deps: SweeperDeps): LambdaHandler<unknown, { woken: number }> {
  return scheduleHandler(async () => {
    const swept = await sweep(deps);
    await tellExceptions(deps);
    await tellWaiting(deps);
    await takeInbox(deps);
    await takeReviewInbox(deps);
    return swept;
  }, deps.telemetry);
}
