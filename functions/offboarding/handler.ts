import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { laneHandler, type LaneDeps } from '../../lib/runtime/lane-handler.ts';
import type { LambdaHandler } from '../../lib/runtime/stack.ts';

/** The urgent lane: whatever may be a termination never waits behind joiners. */
export function createOffboardingHandler(deps: LaneDeps): LambdaHandler<SQSEvent, SQSBatchResponse> {
  return laneHandler(deps);
}
