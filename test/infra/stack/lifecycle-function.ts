import { expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { AlarmTopic } from '../../../infra/constructs/alarm-topic.ts';
import { LifecycleFunction } from '../../../infra/constructs/lifecycle-function.ts';
import { TenantSecrets } from '../../../infra/constructs/tenant-secrets.ts';
import { SweeperEnvSchema } from '../../../functions/sweeper/env.ts';

function sweeperIn(app: App): LifecycleFunction {
  const stack = new Stack(app, 'Test');
  return new LifecycleFunction(stack, 'Sweeper', {
    name: 'sweeper',
    environment: SweeperEnvSchema,
    configFile: '/nowhere/lifecycle.json',
    memoryMb: 512,
    errorImpact: 'Nothing wakes.',
    alarms: new AlarmTopic(stack, 'Alarms'),
  });
}
const appWithoutBundles = (): App => new App({ context: { 'aws:cdk:bundling-stacks': [] } });

test('a function that lacks a variable is not synthesized, so that a forgotten grant is not found in production', () => {
  const app = appWithoutBundles();
  sweeperIn(app).tell('URGENT_QUEUE_URL', 'u').tell('NORMAL_QUEUE_URL', 'n');
  expect(() => app.synth()).toThrow('functions/sweeper requires LEDGER_TABLE, which no grant sets');
});

test('a variable that nothing reads is refused', () => {
  const app = appWithoutBundles();
  const sweeper = sweeperIn(app)
    .tell('URGENT_QUEUE_URL', 'u')
    .tell('NORMAL_QUEUE_URL', 'n')
    .tell('LEDGER_TABLE', 't')
    .tell('EXPORT_BUCKET', 'b')
    .tell('PEOPLE_TOPIC', 'p');
  sweeper.tell('EVENT_BUS', 'b');
  expect(() => app.synth()).toThrow('functions/sweeper is given EVENT_BUS, which its env.ts does not know');
});

test('what has a default may be left away', () => {
  const app = appWithoutBundles();
  sweeperIn(app)
    .tell('URGENT_QUEUE_URL', 'u')
    .tell('NORMAL_QUEUE_URL', 'n')
    .tell('LEDGER_TABLE', 't')
    .tell('EXPORT_BUCKET', 'b')
    .tell('PEOPLE_TOPIC', 'p');
  expect(() => app.synth()).not.toThrow();
});

test('a secret that does not exist cannot be granted', () => {
  const app = appWithoutBundles();
  const sweeper = sweeperIn(app);
  const secrets = new TenantSecrets(Stack.of(sweeper), 'Secrets', { tenant: 'a', names: ['one'] });
  expect(() => secrets.grantRead(sweeper, ['two'])).toThrow('no secret is called "two"');
});
