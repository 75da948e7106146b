import { expect, test } from '@jest/globals';
import { CONFIGURATIONS } from './configurations.ts';
import type { Resource } from './synthesized.ts';

type Properties = Resource['Properties'];

/** Where something goes on its own: which property says where it lies when it does not arrive. */
const EDGES: Record<string, (of: Properties) => unknown> = {
  'AWS::Lambda::EventInvokeConfig': (of) => of['DestinationConfig']?.OnFailure?.Destination,
  'AWS::Scheduler::Schedule': (of) => of['Target'].DeadLetterConfig?.Arn,
  'AWS::SNS::Subscription': (of) => of['RedrivePolicy']?.deadLetterTargetArn,
};
/** What keeps something, and for how long; undefined: for ever. */
const KEEPS: Record<string, (of: Properties) => unknown> = {
  'AWS::DynamoDB::GlobalTable': (of) => of['TimeToLiveSpecification']?.Enabled,
  'AWS::Logs::LogGroup': (of) => of['RetentionInDays'],
  'AWS::S3::Bucket': (of) => of['LifecycleConfiguration']?.Rules[0],
  'AWS::SQS::Queue': (of) => of['MessageRetentionPeriod'],
};
/** Hold settings, keys or nothing at all. */
const KEEP_NOTHING = [
  /^AWS::(ApiGatewayV2|Chatbot|CloudWatch|IAM|Lambda|Scheduler)::/,
  /^AWS::(KMS::(Key|Alias)|Events::EventBus|SecretsManager::Secret|SNS::(Topic|TopicPolicy|Subscription))$/,
  /^AWS::(S3::BucketPolicy|SQS::QueuePolicy)$/,
];

const stacks = Object.entries(CONFIGURATIONS);

test.each(stacks)('%s: what goes its own way and does not arrive is put away, whichever way it is', (_, stack) => {
  const ways = Object.entries(EDGES).flatMap(([type, lost]) =>
    stack.ofType(type).map(({ Properties }) => [type, stack.named(lost(Properties) ?? 'nowhere')]),
  );
  expect(ways.length).toBeGreaterThan(1);
  expect(ways.filter(([, where]) => !(where ?? '').endsWith('/GivenUp'))).toEqual([]);
  const started = stack
    .ofType('AWS::Scheduler::Schedule')
    .map(({ Properties }) => Properties['Target'].Arn['Fn::GetAtt'][0]);
  const handled = stack
    .ofType('AWS::Lambda::EventInvokeConfig')
    .map(({ Properties }) => Properties['FunctionName'].Ref);
  expect(new Set(started)).toEqual(new Set(handled));
  expect(stack.ofType('AWS::Events::Rule')).toEqual([]); // one would be such a way too
});

test.each(stacks)(
  '%s: nothing keeps anything for ever, and nothing is there of which that is not known',
  (_, stack) => {
    const types = new Set(Object.values(stack.resources).map(({ Type }) => Type));
    const unknown = [...types].filter((type) => !(type in KEEPS) && !KEEP_NOTHING.some((one) => one.test(type)));
    expect(unknown).toEqual([]);
    for (const [type, until] of Object.entries(KEEPS))
      for (const { Properties } of stack.ofType(type)) expect([type, until(Properties)]).not.toEqual([type, undefined]);
  },
);
