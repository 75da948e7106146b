import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createWorker, type WorkerDeps } from '../lifecycle/worker.ts';
import { sqsHandler } from './sqs-handler.ts';
import type { LambdaHandler } from './stack.ts';
import type { RuntimeTelemetry } from './telemetry.ts';

/** What one message may need: a look, a change and its proof, each with its deadline. Milliseconds. */
const NEED_MS = 25_000;

export type LaneDeps = WorkerDeps & { telemetry: RuntimeTelemetry };

/** What both lanes do with a message; they differ in who waits behind whom. */
export function laneHandler(deps: LaneDeps): LambdaHandler<SQSEvent, SQSBatchResponse> {
  const work = createWorker(deps);
  return sqsHandler(
    async ({ body }, invocation) => {
      await work(body, invocation);
      return 'done';
    },
    deps.telemetry,
    { needMs: NEED_MS },
  );
}
