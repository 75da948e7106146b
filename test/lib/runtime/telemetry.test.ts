import { expect, test } from '@jest/globals';
import { METRIC_NAMESPACE } from '../../../lib/lifecycle/ports.ts';
import { createTelemetry } from '../../../lib/runtime/telemetry.ts';
import { contextWith } from '../../support/lambda.ts';
import { written } from '../../support/written.ts';

const lines = async (work: () => unknown): Promise<Record<string, unknown>[]> =>
  (await written(work))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('a line has what was told, the function and the invocation', async () => {
  const telemetry = createTelemetry('webhook');
  telemetry.begin?.(contextWith());
  const [line] = await lines(() =>
    telemetry.log('warn', 'A request failed.', { code: 'PAUSED', status: 503, message: 'why' }),
  );
  expect(line).toMatchObject({
    level: 'WARN',
    message: 'A request failed.',
    service: 'webhook',
    function_request_id: 'request-1',
    code: 'PAUSED',
    status: 503,
    detail: 'why',
  });
});

test('a key that is not allowed does not come through, whatever the types were told', async () => {
  const fields: Record<string, unknown> = {
    code: 'PAUSED',
    body: 'secret body',
    token: 'secret token',
    path: { a: 'secret object' },
    event: null,
  };
  const text = await written(() => createTelemetry('webhook').log('info', 'Told.', fields));
  expect(text).toContain('PAUSED');
  expect(text).not.toContain('secret');
});

test.each([
  'kim@example.com',
  'No account of Kim.Example+x@example.com was found',
  'GET /users?email=kim%40example.com',
  '"kim@example.com"',
  `${'x'.repeat(5000)}kim@example.com`,
])('an address in %p is masked, as a net below the allow-list', async (text) => {
  const telemetry = createTelemetry('webhook');
  const all = await written(() => {
    telemetry.log('error', text, { reason: text });
    telemetry.count('Something', 1, { reason: text });
  });
  expect(all).not.toMatch(/example\.com|kim/i);
});

test('a place in a package is no address, else no error could be found', async () => {
  const what = 'at run (file:///var/task/node_modules/@middy/core/index.js:1:2)';
  expect(await lines(() => createTelemetry('webhook').log('error', 'Failed.', { what }))).toMatchObject([{ what }]);
});

test('a metric is written at once, for the function alone and with all its dimensions as one set', async () => {
  const telemetry = createTelemetry('webhook');
  const [count, time] = await lines(() => {
    telemetry.count('EventAccepted', 2, { source: 'hr' });
    telemetry.time('Took', 1500);
  });
  expect(count).toMatchObject({ EventAccepted: 2, source: 'hr', service: 'webhook' });
  expect(count?.['_aws']).toMatchObject({
    CloudWatchMetrics: [
      {
        Namespace: METRIC_NAMESPACE,
        Dimensions: [['service'], ['service', 'source']],
        Metrics: [{ Name: 'EventAccepted', Unit: 'Count' }],
      },
    ],
  });
  expect(time).toMatchObject({ Took: 1500, service: 'webhook' });
});

test('dimensions of one metric do not stick to the next', async () => {
  const telemetry = createTelemetry('webhook');
  const [, second] = await lines(() => {
    telemetry.count('EventAccepted', 1, { source: 'hr' });
    telemetry.count('EventAccepted');
  });
  expect(second).not.toHaveProperty('source');
});

test('a metric without a value is left out and told, but ends no work', async () => {
  expect(await lines(() => createTelemetry('webhook').time('Took', Number.NaN))).toMatchObject([
    { level: 'WARN', key: 'Took' },
  ]);
});
