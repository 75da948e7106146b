import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type * as z from 'zod';
import { NightlyExportEnvSchema } from '../../functions/nightly-export/env.ts';
import { OffboardingEnvSchema } from '../../functions/offboarding/env.ts';
import { OnboardingEnvSchema } from '../../functions/onboarding/env.ts';
import { SweeperEnvSchema } from '../../functions/sweeper/env.ts';
import { WebhookEnvSchema } from '../../functions/webhook/env.ts';
import { LEDGER_TABLE_DEFINITION } from '../../infra/local/ledger-table.ts';
import { METRIC_NAMESPACE } from '../../lib/lifecycle/ports.ts';
import { sourceFiles } from '../support/source-files.ts';
import { CONFIGURATIONS } from './stack/configurations.ts';
import './stack/customer-key.ts'; // one suite: to load the CDK takes longer than all of this
import './stack/keeping.ts';
import './stack/lifecycle-function.ts';
import { permissionsPage } from './stack/page.ts';
import './stack/permissions.ts';
import type { Resource } from './stack/synthesized.ts';

const { full, 'night only': night } = CONFIGURATIONS;
const runbook = await readFile(new URL('../../docs/runbook.md', import.meta.url), 'utf8');

const ENVIRONMENTS: Record<string, z.ZodObject> = {
  webhook: WebhookEnvSchema,
  onboarding: OnboardingEnvSchema,
  offboarding: OffboardingEnvSchema,
  sweeper: SweeperEnvSchema,
  'nightly-export': NightlyExportEnvSchema,
};

test.each(Object.entries(ENVIRONMENTS))(
  '%s is given exactly the variables that its env.ts requires',
  (name, schema) => {
    const required = Object.keys(schema.shape).filter((key) => !schema.shape[key]?.safeParse(undefined).success);
    const given = full.functionCalled(name).Properties['Environment'].Variables;
    expect(Object.keys(given).sort()).toEqual(required.sort());
  },
);

test('every function runs on Node 24 and arm64, in the time it was designed for', () => {
  const seconds = Object.keys(ENVIRONMENTS).map((name) => full.functionCalled(name).Properties['Timeout']);
  expect(seconds).toEqual([10, 60, 60, 30, 900]);
  for (const { Properties } of full.ofType('AWS::Lambda::Function')) {
    expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
  }
});

test('fault 52: no function takes concurrency away from another, or waits at none of its own; who is throttled, and a lane that does not move, are alarms', () => {
  const alarms = full.ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
  const seen = (metric: string, dimension: string) =>
    alarms.flatMap(({ MetricName, Dimensions, Threshold }) =>
      MetricName === metric
        ? Dimensions.flatMap(({ Name, Value }: { Name: string; Value: Record<string, unknown> }) =>
            Name === dimension ? [[full.named(Value), Threshold]] : [],
          )
        : [],
    );
  const functions = full.ofType('AWS::Lambda::Function');
  for (const { Properties } of functions) expect(Properties['ReservedConcurrentExecutions']).toBeUndefined();
  expect(seen('Throttles', 'FunctionName')).toHaveLength(functions.length);
  expect(new Set(seen('Throttles', 'FunctionName').map(([, threshold]) => threshold))).toEqual(new Set([1]));
  expect(seen('ApproximateAgeOfOldestMessage', 'QueueName')).toEqual([
    ['Events/Urgent/Queue', 300],
    ['Events/Normal/Queue', 1800],
  ]);
});

const workersOf = ({ ofType, named, resources }: typeof full) =>
  ofType('AWS::Lambda::EventSourceMapping').map(({ Properties }) => ({
    ...Properties,
    queuePath: named(Properties['EventSourceArn']),
    queue: resources[Properties['EventSourceArn']['Fn::GetAtt'][0]],
    worker: resources[Properties['FunctionName'].Ref],
  }));

test('each lane has its worker: leavers one by one, the others five at most, two at once, failures one by one', () => {
  const common = { FunctionResponseTypes: ['ReportBatchItemFailures'], ScalingConfig: { MaximumConcurrency: 2 } };
  expect(workersOf(full)).toEqual([
    expect.objectContaining({ ...common, queuePath: 'Events/Urgent/Queue', BatchSize: 1 }),
    expect.objectContaining({ ...common, queuePath: 'Events/Normal/Queue', BatchSize: 5 }),
  ]);
});

test('fault 55: a message stays invisible for six times its function has, so that no second worker takes it meanwhile', () => {
  for (const { queue, worker } of workersOf(full))
    expect(queue?.Properties['VisibilityTimeout']).toBeGreaterThanOrEqual(6 * worker?.Properties['Timeout']);
  expect(workersOf(full)).toHaveLength(2);
});

test('lanes have dead letters, which are kept longer than what waits; every queue is encrypted and takes TLS only', () => {
  const queues = full.ofType('AWS::SQS::Queue');
  const [dead = [], living = []] = [false, true].map((has) =>
    queues.filter(({ Properties }) => (Properties['RedrivePolicy'] !== undefined) === has),
  );
  expect(living.map(({ Properties }) => Properties['RedrivePolicy'].maxReceiveCount)).toEqual([5, 5]);
  expect(living.map(({ Properties }) => full.named(Properties['RedrivePolicy'].deadLetterTargetArn))).toEqual([
    'Events/Urgent/DeadLetters',
    'Events/Normal/DeadLetters',
  ]);
  for (const { Properties } of queues) expect(Properties['SqsManagedSseEnabled']).toBe(true);
  for (const { Properties } of dead) expect(Properties['MessageRetentionPeriod']).toBe(14 * 86_400);
  for (const { Properties } of living) expect(Properties['MessageRetentionPeriod']).toBe(4 * 86_400);
  expect(full.ofType('AWS::SQS::QueuePolicy').map(deniesPlainText)).toEqual(queues.map(() => true));
});

test('the ledger is the table that the tests and one machine run on', () => {
  const [table] = full.ofType('AWS::DynamoDB::GlobalTable');
  expect(table?.Properties).toMatchObject(LEDGER_TABLE_DEFINITION);
  expect(table?.Properties['GlobalSecondaryIndexes']).toHaveLength(1);
});

test('the ledger outlives mistakes: restorable, protected, kept; only its ttl deletes', () => {
  const [table] = full.ofType('AWS::DynamoDB::GlobalTable');
  expect(table).toMatchObject({
    DeletionPolicy: 'Retain',
    Properties: {
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      Replicas: [
        {
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        },
      ],
    },
  });
});

test('snapshots are private, versioned, encrypted, sent over TLS only, logged and kept', () => {
  const buckets = full.ofType('AWS::S3::Bucket');
  const priv = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };
  expect(buckets).toHaveLength(2);
  for (const bucket of buckets) {
    expect(bucket).toMatchObject({ DeletionPolicy: 'Retain', Properties: { PublicAccessBlockConfiguration: priv } });
    expect(bucket.Properties['BucketEncryption']).toBeDefined();
  }
  expect(full.ofType('AWS::S3::BucketPolicy').map(deniesPlainText)).toEqual([true, true]);
  expect(buckets[1]?.Properties).toMatchObject({
    VersioningConfiguration: { Status: 'Enabled' },
    LifecycleConfiguration: {
      Rules: [
        { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
        { Prefix: 'nights/', ExpirationInDays: 1100 },
        // raw deliveries, with their versions, within a week
        { Prefix: 'capture/', ExpirationInDays: 5, NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
        { Prefix: 'capture/', ExpiredObjectDeleteMarker: true },
      ],
    },
  });
  expect(full.named(buckets[1]?.Properties['LoggingConfiguration'].DestinationBucketName)).toBe(
    'Night/Archive/AccessLog',
  );
});

test('secrets are made empty under the prefix of the tenant; only the key of the hashes is generated, and kept', () => {
  const secrets = full.ofType('AWS::SecretsManager::Secret').map(({ Properties, DeletionPolicy }) => ({
    name: Properties['Name'],
    generated: 'GenerateSecretString' in Properties || 'SecretString' in Properties,
    kept: DeletionPolicy === 'RetainExceptOnCreate', // else a first deployment that failed keeps the name
  }));
  expect(secrets).toEqual([
    { name: 'bitsight-user-lifecycle/test/bitsight-api-token', generated: false, kept: false },
    { name: 'bitsight-user-lifecycle/test/bamboohr-webhook', generated: false, kept: false },
    { name: 'bitsight-user-lifecycle/test/hr-webhook', generated: false, kept: false },
    { name: 'bitsight-user-lifecycle/test/mail-hash-key', generated: true, kept: true },
  ]);
  expect(full.functionCalled('webhook').Properties['Environment'].Variables.SECRET_PREFIX).toBe(
    'bitsight-user-lifecycle/test/',
  );
});

test('the only way in is the webhook address, far from its limits, and its log names nobody', () => {
  const routes = full.ofType('AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties['RouteKey']);
  expect(routes).toEqual(['POST /webhooks/{source}', 'GET /webhooks/{source}', 'OPTIONS /webhooks/{source}']);
  const [stage] = full.ofType('AWS::ApiGatewayV2::Stage');
  expect(stage?.Properties['DefaultRouteSettings'].ThrottlingRateLimit).toBeGreaterThanOrEqual(1000);
  const fields = Object.values(JSON.parse(stage?.Properties['AccessLogSettings'].Format)).map(String);
  expect(fields.filter((field) => /ip|path|agent|identity|authorizer|query/i.test(field))).toEqual([]);
});

test('the night starts at its time in its zone, and the sweeper each minute; every attempt tells the planned time', () => {
  const schedules = full.ofType('AWS::Scheduler::Schedule').map(({ Properties }) => ({
    when: `${Properties['ScheduleExpression']} ${Properties['ScheduleExpressionTimezone']}`,
    what: full.named(Properties['Target'].Arn),
    input: JSON.parse(Properties['Target'].Input),
  }));
  const input = { time: '<aws.scheduler.scheduled-time>' };
  expect(schedules).toEqual([
    { when: 'cron(5 4 * * ? *) Europe/Berlin', what: 'Night/Run/Function', input },
    { when: 'rate(1 minute) Etc/UTC', what: 'Events/Sweeper/Run/Function', input },
  ]);
});

test('without webhooks the night is alone', () => {
  const types = new Set(Object.values(night.resources).map(({ Type }) => Type.split('::', 2)[1] ?? Type));
  const services = [
    'CloudWatch',
    'DynamoDB',
    'IAM',
    'Lambda',
    'Logs',
    'S3',
    'SNS',
    'SQS',
    'Scheduler',
    'SecretsManager',
  ];
  expect([...types].sort()).toEqual(services.sort());
  expect(night.functions.map(({ name }) => name)).toEqual(['nightly-export']);
  expect(night.ofType('AWS::Scheduler::Schedule')).toHaveLength(1);
  expect(night.permissions('Night/Run/Role')).toEqual(full.permissions('Night/Run/Role'));
});

test('turning webhooks off and on again keeps the secrets, whose names could not be used again for a month', () => {
  const names = (of: typeof full) =>
    of.ofType('AWS::SecretsManager::Secret').map(({ Properties }) => Properties['Name']);
  expect(names(night)).toEqual(names(full));
});

test('every alarm says who is affected, leads to its section of the runbook and reaches people', () => {
  const alarms = full.ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
  const texts = alarms.map((alarm) => /^(.{20,}\.) See docs\/runbook\.md#([a-z-]+)$/.exec(alarm['AlarmDescription']));
  const headings = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  expect(new Set(texts.map((text) => text?.[2]))).toEqual(new Set(headings));
  expect(alarms).toHaveLength(headings.length);
  for (const alarm of alarms) expect(alarm['AlarmActions'].map(full.named)).toEqual(['Alarms/Topic']);
});

test('every section of the runbook says what it is, where to look and what to do', () => {
  for (const section of runbook.split(/^## /m).slice(1))
    expect(section).toMatch(/^[a-z-]+\n\n- Description: [^]+\n- Investigation: [^]+\n- Resolution: /);
});

test('what should run by the clock is missed when it does not, also when nothing at all is measured', () => {
  const missing = full
    .ofType('AWS::CloudWatch::Alarm')
    .filter(({ Properties }) => Properties['MetricName'] === 'Invocations')
    .map(({ Properties }) => [
      full.named(Properties['Dimensions'][0].Value),
      (Properties['Period'] * Properties['EvaluationPeriods']) / 60,
      Properties['ComparisonOperator'],
      Properties['TreatMissingData'],
    ]);
  expect(missing).toEqual([
    ['Night/Run/Function', 26 * 60, 'LessThanThreshold', 'breaching'],
    ['Events/Sweeper/Run/Function', 5, 'LessThanThreshold', 'breaching'],
  ]);
});

test('CloudWatch may publish to the topic, which nobody may reach in plain text', () => {
  const [policy] = full.ofType('AWS::SNS::TopicPolicy');
  const [deny, allow] = policy?.Properties['PolicyDocument'].Statement ?? [];
  expect(deny).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
  expect(allow).toMatchObject({ Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' } });
  expect(allow.Condition).toEqual({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } });
});

test.each(Object.entries(CONFIGURATIONS))(
  'what cdk-nag finds (%s) is acknowledged with a reason, and nothing else is',
  (_, { app }) => {
    const { violations } = new AwsSolutionsChecks(app).validateScope(app);
    const key = Validations.ACKNOWLEDGED_RULES_METADATA_KEY;
    const entries = app.node.findAll().flatMap(({ node }) => node.metadata.filter(({ type }) => type === key));
    const reasons = new Map(entries.flatMap(({ data }) => Object.entries(data)));
    const found = violations.map(({ ruleName }) => `AwsSolutions::${ruleName}`);
    expect(new Set(reasons.keys())).toEqual(new Set(found));
    for (const reason of reasons.values()) expect(reason).toMatch(/^.{50,}\.$/);
  },
);

function deniesPlainText({ Properties }: (typeof full.resources)[string]): boolean {
  return Properties['PolicyDocument'].Statement.some(
    (statement: { Effect: string; Condition?: unknown }) =>
      statement.Effect === 'Deny' && JSON.stringify(statement.Condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
  );
}

const code = sourceFiles('lib', 'functions')
  .map((file) => readFileSync(file, 'utf8'))
  .join();
/** Each kind of file that people drop is refused under its own name (lib/roster/dropped.ts). */
const isCounted = (metric = ''): boolean =>
  code.includes(`'${metric}'`) || (code.includes('`${what}Refused`') && /^(Roster|Worksheet)Refused$/.test(metric));

test('docs/permissions.md says what the templates hold; `npm run docs` writes it anew', () => {
  expect(readFileSync('docs/permissions.md', 'utf8')).toBe(permissionsPage());
});

test('the dashboard shows every alarm, and draws only what the functions count', () => {
  const [dashboard] = full.ofType('AWS::CloudWatch::Dashboard');
  const body = full.named(dashboard?.Properties['DashboardBody']);
  const alarms = full.ofType('AWS::CloudWatch::Alarm').length;
  expect(body.split('"alarms":[')[1]?.split(']')[0]?.split(',')).toHaveLength(alarms);
  const drawn = new Set([...body.matchAll(/MetricName=\\"(\w+)\\"/g)].map(([, metric]) => metric));
  expect([...drawn].filter((metric) => !isCounted(metric))).toEqual([]);
  expect(drawn.size).toBe(14);
});

test('every metric that raises an alarm is one that the functions count', () => {
  const ours = full.ofType('AWS::CloudWatch::Alarm').flatMap(({ Properties }) => {
    const single = { ...Properties, ...Properties['MetricStat']?.Metric };
    const several = (Properties['Metrics'] ?? []).map((one: Resource['Properties']) => one['MetricStat']?.Metric ?? {});
    return [single, ...several].filter(({ Namespace }) => Namespace === METRIC_NAMESPACE);
  });
  expect(ours.length).toBeGreaterThan(10);
  expect(ours.map(({ MetricName }) => MetricName).filter((name) => !isCounted(name))).toEqual([]);
});

test('alarms reach the people that the configuration names; what chat runs under may do nothing', () => {
  const { ofType, named, permissions } = CONFIGURATIONS['all options'];
  const [mail] = ofType('AWS::SNS::Subscription').map(({ Properties }) => Properties);
  expect(mail).toMatchObject({ Protocol: 'email', Endpoint: 'duty@example.com' });
  const chats = ['AWS::Chatbot::SlackChannelConfiguration', 'AWS::Chatbot::MicrosoftTeamsChannelConfiguration'];
  for (const [chat] of chats.map((type) => ofType(type))) {
    expect(chat?.Properties['SnsTopicArns'].map(named)).toEqual(['Alarms/Topic']);
    expect(chat?.Properties['GuardrailPolicies'].map(named)).toEqual([
      expect.stringContaining('CloudWatchReadOnlyAccess'),
    ]);
  }
  expect(permissions('OnDuty/Role')).toEqual({});
});
