import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { laneHandler, type LaneDeps } from '../../lib/runtime/lane-handler.ts';
import type { LambdaHandler } from '../../lib/runtime/stack.ts';

/** The normal lane: joiners and movers, and whoever the sweeper wakes among them. */
export function createOnboardingHandler(deps: LaneDeps): LambdaHandler<SQSEvent, SQSBatchResponse> {
  return laneHandler(deps);
}
