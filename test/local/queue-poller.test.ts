import { SendMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REGION } from '../../infra/local/aws.ts';
import { startQueuePoller, type QueuePoller } from '../../infra/local/queue-poller.ts';
import { localAws } from './local-aws.ts';

let path: string;
let local: Awaited<ReturnType<typeof localAws>>;
beforeAll(async () => {
  path = mkdtempSync(join(tmpdir(), 'queue-poller-'));
  local = await localAws(path);
});
afterAll(async () => {
  await local.stop();
  rmSync(path, { recursive: true });
});
const setVisibility = (seconds: number) =>
  local.sqs.send(
    new SetQueueAttributesCommand({
      QueueUrl: local.aws.queues.normal.url,
      Attributes: { VisibilityTimeout: String(seconds) },
    }),
  );
/** What failed is back at once. */
const backAtOnce = () => setVisibility(0);
beforeEach(() => setVisibility(60));
const pollers: QueuePoller[] = [];
afterEach(async () => {
  await Promise.all(pollers.splice(0).map((poller) => poller.stop()));
});

const wake = (pid: string) => ({ schema: 1 as const, type: 'wake' as const, pid });
const pidsOf = (event: SQSEvent): string[] => event.Records.map(({ body }) => JSON.parse(body).pid);

/** Polls the normal lane; `events` grows, `until` waits for what it shows. */
function pollWith(
  invoke: (event: SQSEvent, n: number) => unknown,
  options: { batchSize?: number; concurrency?: number } = {},
) {
  const events: SQSEvent[] = [];
  const lines: string[] = [];
  const poller = startQueuePoller({
    client: local.sqs,
    queue: local.aws.queues.normal,
    region: REGION,
    batchSize: 5,
    concurrency: 1,
    invoke: async (event) => {
      events.push(event);
      return invoke(event, events.length);
    },
    endReceives: () => local.aws.endReceives(),
    log: (line) => lines.push(line),
    ...options,
  });
  pollers.push(poller);
  return { events, lines, poller };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((next) => setTimeout(next, 5));
}
const empty = () => until(() => local.aws.waiting('normal') === 0);

describe('the poller of a lane', () => {
  test('makes the event that Lambda makes of a message and deletes what succeeded', async () => {
    const { events } = pollWith(() => ({ batchItemFailures: [] }));
    await local.sqs.send(
      new SendMessageCommand({
        QueueUrl: local.aws.queues.normal.url,
        MessageBody: '{"pid":"one"}',
        MessageAttributes: { reason: { DataType: 'String', StringValue: 'X' } },
      }),
    );
    await empty();
    expect(events).toHaveLength(1);
    expect(events[0]?.Records[0]).toMatchObject({
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      body: '{"pid":"one"}',
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.stringMatching(/^\d{13}$/) },
      messageAttributes: { reason: { dataType: 'String', stringValue: 'X' } },
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:normal',
      awsRegion: 'eu-central-1',
    });
  });

  test('a batch has at most the size asked for', async () => {
    await local.lanes.send('normal', ['a', 'b', 'c', 'd'].map(wake));
    const { events } = pollWith(() => null, { batchSize: 3 });
    await empty();
    expect(events.flatMap(pidsOf).sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(events.map((event) => event.Records.length)).toEqual([3, 1]);
  });

  test('what is reported as failed comes back, and only that', async () => {
    await backAtOnce();
    await local.lanes.send('normal', ['good', 'bad'].map(wake));
    const { events } = pollWith((event, n) => ({
      batchItemFailures: event.Records.filter(({ body }) => n === 1 && body.includes('bad')).map(({ messageId }) => ({
        itemIdentifier: messageId,
      })),
    }));
    await empty();
    expect(events.map(pidsOf)).toEqual([expect.arrayContaining(['good', 'bad']), ['bad']]);
    expect(events[1]?.Records[0]?.attributes.ApproximateReceiveCount).toBe('2');
  });

  test.each<[string, (event: SQSEvent) => unknown]>([
    ['a function that dies', () => Promise.reject(new Error('killed'))],
    ['a failure that was not in the batch', () => ({ batchItemFailures: [{ itemIdentifier: 'unknown' }] })],
    ['an answer of another form', () => ({ batchItemFailures: 'all' })],
  ])('%s leaves the whole batch in the queue', async (_, fail) => {
    await backAtOnce();
    await local.lanes.send('normal', ['a', 'b'].map(wake));
    const { events } = pollWith((event, n) => (n === 1 ? fail(event) : null));
    await empty();
    expect(events.flatMap(pidsOf).sort()).toEqual(['a', 'a', 'b', 'b']);
  });

  test('runs no more invocations at a time than allowed', async () => {
    await local.lanes.send('normal', ['a', 'b', 'c'].map(wake));
    let running = 0;
    let most = 0;
    const { promise: both, resolve } = Promise.withResolvers<void>();
    pollWith(
      async () => {
        running += 1;
        most = Math.max(most, running);
        if (running === 2) resolve();
        await both;
        running -= 1;
      },
      { batchSize: 1, concurrency: 2 },
    );
    await empty();
    expect(most).toBe(2);
  });

  test('stopping waits for the batch that runs and receives no other', async () => {
    const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
    const { promise: goOn, resolve: finish } = Promise.withResolvers<void>();
    const { events, poller } = pollWith(
      async () => {
        enter();
        await goOn;
      },
      { batchSize: 1 },
    );
    await local.lanes.send('normal', ['a', 'b'].map(wake));
    await entered;
    const stopped = poller.stop();
    finish();
    await stopped;
    expect(events).toHaveLength(1);
    expect(local.aws.waiting('normal')).toBe(1);
    pollWith(() => null);
    await empty();
  });
});
