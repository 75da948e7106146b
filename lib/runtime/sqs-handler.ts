import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Invocation } from '../lifecycle/ports.ts';
import { failureFields } from './failure.ts';
import { type LambdaHandler, stack } from './stack.ts';
import type { RuntimeTelemetry } from './telemetry.ts';

export interface QueueRecord {
  messageId: string;
  body: string;
  /** How often the queue handed it out, this time included. */
  receiveCount: number;
}
/** `again`: the message stays in the queue and comes back after its visibility timeout. */
export type RecordResult = 'done' | 'again';

export interface SqsOptions {
  /** Time that one record may need, milliseconds. With less left it is not started but handed back untouched. */
  needMs: number;
}

/** The stack of queue workers: one record after the other, each with its own result. A thrown error is `again`. */
export function sqsHandler(
  work: (record: QueueRecord, invocation: Invocation) => Promise<RecordResult>,
  telemetry: RuntimeTelemetry,
  { needMs }: SqsOptions,
): LambdaHandler<SQSEvent, SQSBatchResponse> {
  const result = async (record: SQSRecord, invocation: Invocation): Promise<RecordResult> => {
    if (invocation.remainingMs() < needMs) return 'again';
    const { messageId, body } = record;
    const receiveCount = Number(record.attributes.ApproximateReceiveCount);
    try {
      return await work({ messageId, body, receiveCount }, invocation);
    } catch (error) {
      telemetry.log('error', 'A message failed.', { ...failureFields(error), key: messageId, attempt: receiveCount });
      return 'again';
    }
  };
  return stack(async (event, invocation) => {
    const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
    for (const record of event.Records) {
      const isDone = (await result(record, invocation)) === 'done';
      if (!isDone) batchItemFailures.push({ itemIdentifier: record.messageId });
    }
    return { batchItemFailures };
  }, telemetry);
}
