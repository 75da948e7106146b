import type { SQSEvent } from 'aws-lambda';
import { describe, expect, test } from '@jest/globals';
import { AppError, ERRORS, type ErrorCode } from '../../../lib/errors.ts';
import { jsonAnswer } from '../../../lib/runtime/http-answer.ts';
import { httpHandler } from '../../../lib/runtime/http-handler.ts';
import { scheduleHandler } from '../../../lib/runtime/schedule-handler.ts';
import { sqsHandler } from '../../../lib/runtime/sqs-handler.ts';
import { contextWith, keptTelemetry, webhookRequest } from '../../support/lambda.ts';

const request = webhookRequest('hr', '{}', {});
const codes = Object.keys(ERRORS).filter((code): code is ErrorCode => code in ERRORS);

async function answerTo(error: unknown, told = keptTelemetry()) {
  const work = () => {
    throw error;
  };
  return httpHandler(work, told)(request, contextWith());
}

describe('HTTP', () => {
  test('what the work answers is the answer', async () => {
    const handler = httpHandler(
      (_, invocation) => Promise.resolve(jsonAnswer(200, { left: invocation.remainingMs() })),
      keptTelemetry(),
    );
    expect(await handler(request, contextWith())).toEqual(jsonAnswer(200, { left: 60_000 }));
  });

  test.each(codes)('%s has the status of the table, and our own faults are not told', async (code) => {
    const { statusCode, headers, body } = await answerTo(new AppError(code, 'the secret hr-webhook'));
    expect(statusCode).toBe(ERRORS[code].http);
    expect(JSON.parse(body)).toMatchObject({ error: code, requestId: 'request-1' });
    expect(body.includes('hr-webhook')).toBe(statusCode < 500);
    expect(headers['retry-after']).toBe(statusCode === 503 ? '30' : undefined);
    expect(headers['allow']).toBe(statusCode === 405 ? 'POST' : undefined);
  });

  test('a wait that is known is told, in whole seconds and never too short', async () => {
    const { headers } = await answerTo(new AppError('PAUSED', 'Paused.', { retryAfterMs: 1001 }));
    expect(headers['retry-after']).toBe('2');
  });

  test('an error that nobody planned is a 500 without details, and logged by name and place', async () => {
    const told = keptTelemetry();
    const answer = await answerTo(new TypeError('kim@example.com is not iterable'), told);
    expect(answer).toEqual(jsonAnswer(500, { error: 'INTERNAL', requestId: 'request-1' }));
    expect(told.logs).toMatchObject([
      {
        level: 'error',
        fields: { code: 'INTERNAL', reason: 'TypeError', what: expect.stringContaining('handlers.test.ts') },
      },
    ]);
    expect(JSON.stringify(told)).not.toContain('kim@');
  });

  test('an answer that is not ready before the platform kills is a 503: the sender tries again', async () => {
    const context = contextWith({ getRemainingTimeInMillis: () => 250 });
    const handler = httpHandler(() => new Promise(() => undefined), keptTelemetry());
    expect(await handler(request, context)).toMatchObject({ statusCode: 503, headers: { 'retry-after': '30' } });
  });

  test('a failure is counted by its code', async () => {
    const told = keptTelemetry();
    await answerTo(new AppError('QUEUE_UNAVAILABLE', 'Sending failed.'), told);
    expect(told.counts).toEqual([{ metric: 'RequestFailed', value: 1, dimensions: { code: 'QUEUE_UNAVAILABLE' } }]);
  });
});

function batch(...ids: string[]): SQSEvent {
  const attributes = { SentTimestamp: '0', SenderId: 'us', ApproximateFirstReceiveTimestamp: '0' };
  const origin = {
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:111122223333:normal',
    awsRegion: 'eu-central-1',
  };
  const records = ids.map((messageId, index) => ({
    messageId,
    body: `body of ${messageId}`,
    receiptHandle: 'handle',
    attributes: { ...attributes, ApproximateReceiveCount: String(index + 1) },
    messageAttributes: {},
    md5OfBody: '',
    ...origin,
  }));
  return { Records: records };
}

describe('SQS', () => {
  test('each record gets its own result, and a failure does not touch its neighbours', async () => {
    const told = keptTelemetry();
    const seen: unknown[] = [];
    const handler = sqsHandler(
      (record) => {
        seen.push(record);
        if (record.messageId === 'b') throw new AppError('STORE_UNAVAILABLE', 'Get failed.');
        return Promise.resolve(record.messageId === 'c' ? 'again' : 'done');
      },
      told,
      { needMs: 1000 },
    );
    expect(await handler(batch('a', 'b', 'c', 'd'), contextWith())).toEqual({
      batchItemFailures: [{ itemIdentifier: 'b' }, { itemIdentifier: 'c' }],
    });
    expect(seen).toHaveLength(4);
    expect(seen[1]).toEqual({ messageId: 'b', body: 'body of b', receiveCount: 2 });
    expect(told.logs).toMatchObject([{ level: 'error', fields: { code: 'STORE_UNAVAILABLE', key: 'b', attempt: 2 } }]);
  });

  test('fault 11: records for which too little time is left are handed back untouched', async () => {
    let left = 3000;
    const seen: string[] = [];
    const handler = sqsHandler(
      ({ messageId }) => {
        seen.push(messageId);
        left -= 1500;
        return Promise.resolve('done');
      },
      keptTelemetry(),
      { needMs: 1000 },
    );
    const answer = await handler(batch('a', 'b', 'c', 'd'), contextWith({ getRemainingTimeInMillis: () => left }));
    expect(seen).toEqual(['a', 'b']);
    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: 'c' }, { itemIdentifier: 'd' }]);
  });

  test('one after the other: each worker makes one call at a time', async () => {
    let running = 0;
    const handler = sqsHandler(
      async () => {
        expect(++running).toBe(1);
        await Promise.resolve();
        running--;
        return 'done';
      },
      keptTelemetry(),
      { needMs: 1000 },
    );
    expect(await handler(batch('a', 'b', 'c'), contextWith())).toEqual({ batchItemFailures: [] });
  });
});

describe('schedule', () => {
  test('the result is the platform’s, and the invocation has a clock', async () => {
    const handler = scheduleHandler(
      (event, invocation) => Promise.resolve({ event, left: invocation.remainingMs() }),
      keptTelemetry(),
    );
    expect(await handler({ time: 'now' }, contextWith())).toEqual({ event: { time: 'now' }, left: 60_000 });
  });

  test('an error is logged and thrown on, so that the platform counts it', async () => {
    const told = keptTelemetry();
    const handler = scheduleHandler(() => Promise.reject(new AppError('STORE_UNAVAILABLE', 'Query failed.')), told);
    await expect(handler({}, contextWith())).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(told.logs).toMatchObject([
      { level: 'error', fields: { code: 'STORE_UNAVAILABLE', message: 'Query failed.' } },
    ]);
  });
});
