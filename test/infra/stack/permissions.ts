import { expect, test } from '@jest/globals';
import type { ConfigInput } from '../../../lib/config/index.ts';
import { CONFIGURATIONS } from './configurations.ts';
import { synthesized } from './synthesized.ts';

type Source = NonNullable<ConfigInput['sources']>[string];

const { full, 'night only': night } = CONFIGURATIONS;
const { permissions, ofType, named } = full;
const logs = (folder: string) => ({
  'logs:CreateLogStream': [`${folder}/Logs`],
  'logs:PutLogEvents': [`${folder}/Logs`],
});
const worker = (folder: string, lane: string) => ({
  ...logs(folder),
  'dynamodb:GetItem': ['Ledger/Table'],
  'dynamodb:PutItem': ['Ledger/Table'],
  'dynamodb:Query': ['Ledger/Table'],
  'secretsmanager:GetSecretValue': ['Secrets/bitsight-api-token', 'Secrets/mail-hash-key'],
  'events:PutEvents': ['Events/Outcomes/Bus'],
  'sqs:SendMessage': [`Events/${lane}/DeadLetters`],
  ...Object.fromEntries(
    ['DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'].map((action) => [
      `sqs:${action}`,
      [`Events/${lane}/Queue`],
    ]),
  ),
});

const DEAD_LETTERS = ['Events/Normal/DeadLetters', 'Events/Urgent/DeadLetters'];
const reader = {
  'dynamodb:GetItem': ['Ledger/Table'],
  'dynamodb:Query': ['Ledger/Table', 'Ledger/Table/index/due'],
  'dynamodb:Scan': ['Ledger/Table'],
  'secretsmanager:GetSecretValue': ['Secrets/mail-hash-key'],
  'cloudwatch:DescribeAlarms': ['arn:AWS::Partition:cloudwatch:AWS::Region:AWS::AccountId:alarm:*'],
  'cloudformation:DescribeStacks': ['AWS::StackId'],
  's3:ListBucket': ['Night/Archive/Bucket'],
  's3:GetObject': ['Night/Archive/Bucket/*'],
};
const readerOfLanes = {
  ...reader,
  'sqs:ReceiveMessage': DEAD_LETTERS,
  'sqs:ChangeMessageVisibility': DEAD_LETTERS,
};
const KEYS = ['Secrets/bamboohr-webhook', 'Secrets/bitsight-api-token', 'Secrets/hr-webhook'];
const rotating = Object.fromEntries(
  ['PutSecretValue', 'UpdateSecretVersionStage'].map((action) => [`secretsmanager:${action}`, KEYS]),
);
const tokens = {
  'secretsmanager:GetSecretValue': ['Secrets/bitsight-api-token', 'Secrets/mail-hash-key'],
  'secretsmanager:ListSecretVersionIds': KEYS,
};
const REVIEWS = 'Night/Archive/Bucket/review/*';
const operatorOfNight = {
  ...reader,
  ...tokens,
  'dynamodb:PutItem': ['Ledger/Table A#* D G P#* V#*'],
  's3:AbortMultipartUpload': [REVIEWS],
  's3:PutObject': [REVIEWS],
};
const operator = {
  ...readerOfLanes,
  ...tokens,
  'dynamodb:PutItem': ['Ledger/Table A#* D G P#* V#* O#*'],
  's3:AbortMultipartUpload': [REVIEWS, 'Night/Archive/Bucket/roster-inbox/*', 'Night/Archive/Bucket/roster/*'],
  's3:PutObject': [REVIEWS, 'Night/Archive/Bucket/roster-inbox/*', 'Night/Archive/Bucket/roster/*'],
  'sqs:SendMessage': ['Events/Normal/Queue', 'Events/Urgent/Queue'],
  'sqs:DeleteMessage': DEAD_LETTERS,
};

const ROLES: Record<string, Record<string, string[]>> = {
  'Events/Door/Run/Role': {
    ...logs('Events/Door/Run'),
    'secretsmanager:GetSecretValue': ['Secrets/bamboohr-webhook', 'Secrets/hr-webhook'],
    'sqs:SendMessage': ['Events/Normal/Queue', 'Events/Urgent/Queue'],
  },
  'Events/Offboarding/Run/Role': worker('Events/Offboarding/Run', 'Urgent'),
  'Events/Onboarding/Run/Role': worker('Events/Onboarding/Run', 'Normal'),
  'Events/Sweeper/Run/Role': {
    ...logs('Events/Sweeper/Run'),
    'dynamodb:GetItem': ['Ledger/Table'],
    'dynamodb:PutItem': ['Ledger/Table'],
    'dynamodb:Query': ['Ledger/Table', 'Ledger/Table/index/due'],
    'sqs:SendMessage': ['Events/Normal/Queue', 'Events/Sweeper/EachMinute/GivenUp', 'Events/Urgent/Queue'],
    's3:ListBucket': ['Night/Archive/Bucket'],
    's3:AbortMultipartUpload': [REVIEWS, 'Night/Archive/Bucket/roster/*'],
    's3:DeleteObject': ['Night/Archive/Bucket/review-inbox/*', 'Night/Archive/Bucket/roster-inbox/*'],
    's3:GetObject': [
      'Night/Archive/Bucket/review-inbox/*',
      REVIEWS,
      'Night/Archive/Bucket/roster-inbox/*',
      'Night/Archive/Bucket/roster/taken/*',
    ],
    's3:PutObject': [REVIEWS, 'Night/Archive/Bucket/roster/*'],
    'sns:Publish': ['Alarms/Topic'],
  },
  'Night/Run/Role': {
    ...logs('Night/Run'),
    'dynamodb:GetItem': ['Ledger/Table'],
    'dynamodb:PutItem': ['Ledger/Table'],
    'dynamodb:Query': ['Ledger/Table'],
    'dynamodb:Scan': ['Ledger/Table'],
    'secretsmanager:GetSecretValue': ['Secrets/bitsight-api-token', 'Secrets/mail-hash-key'],
    'secretsmanager:ListSecretVersionIds': KEYS,
    's3:ListBucket': ['Night/Archive/Bucket'],
    'sqs:SendMessage': ['Night/Nightly/GivenUp'],
    's3:AbortMultipartUpload': ['Night/Archive/Bucket/*'],
    's3:GetObject': ['Night/Archive/Bucket/*'],
    's3:PutObject': ['Night/Archive/Bucket/*'],
    'sns:Publish': ['Alarms/Topic'],
  },
  'Events/Sweeper/EachMinute/Role': {
    'lambda:InvokeFunction': ['Events/Sweeper/Run/Function'],
    'sqs:SendMessage': ['Events/Sweeper/EachMinute/GivenUp'],
  },
  'Night/Nightly/Role': {
    'lambda:InvokeFunction': ['Night/Run/Function'],
    'sqs:SendMessage': ['Night/Nightly/GivenUp'],
  },
  'People/Reader': readerOfLanes,
  'People/Operator': operator,
  'People/Approver': {
    ...operator,
    'dynamodb:PutItem': ['Ledger/Table A#* D G P#* V#* O#*', 'Ledger/Table B#*'],
    ...rotating,
  },
};

test.each(Object.entries(ROLES))('%s may do this and nothing else', (role, expected) => {
  expect(permissions(role)).toEqual(expected);
});

test('there is no role but these, and none has a managed or inline policy besides', () => {
  const roles = ofType('AWS::IAM::Role');
  expect(roles).toHaveLength(Object.keys(ROLES).length);
  for (const { Properties } of roles)
    expect(Object.keys(Properties).filter((key) => key !== 'Description')).toEqual(['AssumeRolePolicyDocument']);
  const holders = ofType('AWS::IAM::Policy').flatMap(({ Properties }) => Properties['Roles'].map(named));
  expect(new Set(holders)).toEqual(new Set(Object.keys(ROLES)));
});

test('the scheduler may take on its roles only for schedules of this account', () => {
  const trusts = ofType('AWS::IAM::Role').map(({ Properties }) => Properties['AssumeRolePolicyDocument'].Statement[0]);
  const schedulers = trusts.filter((trust) => trust.Principal.Service === 'scheduler.amazonaws.com');
  expect(schedulers).toHaveLength(2);
  for (const { Condition } of schedulers)
    expect(Condition.StringEquals).toMatchObject({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } });
});

test('without webhooks people may do the same, but for what needs the lanes', () => {
  const may = ['Reader', 'Operator', 'Approver'].map((name) => night.permissions(`People/${name}`));
  expect(may).toEqual([reader, operatorOfNight, { ...operatorOfNight, ...rotating }]);
});

test('people take a role on by permission of their own account: users by second factor and under their own name, the rest as they signed in', () => {
  const trusts = ofType('AWS::IAM::Role')
    .filter(({ Properties }) => Properties['Description'] !== undefined)
    .map(({ Properties }) => Properties['AssumeRolePolicyDocument'].Statement);
  const AWS = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] };
  const assume = { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { AWS } };
  const ownName = { 'sts:RoleSessionName': '${aws:username}' };
  const trust = [
    { ...assume, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' }, StringEquals: ownName } },
    { ...assume, Condition: { Null: { 'aws:username': 'true' } } },
  ];
  expect(trusts).toEqual([trust, trust, trust]);
});

test('the ARNs of the roles of people are outputs of the stack', () => {
  for (const stack of [full, night])
    for (const role of ['Reader', 'Operator', 'Approver'])
      expect(stack.named(stack.template.findOutputs(`${role}Role`)[`${role}Role`]?.['Value'])).toBe(`People/${role}`);
});

test('the door may write to the bucket only where deliveries of a source are captured', () => {
  const hr = { kind: 'standard-webhooks', secret: 'hr-webhook', capture: { until: '2026-11-30' } } as const;
  const capturing = synthesized({ sources: { hr } });
  expect(capturing.permissions('Events/Door/Run/Role')).toMatchObject({
    's3:PutObject': ['Night/Archive/Bucket/capture/*'],
  });
});

const WITH_KEYS: Record<string, Source> = {
  'an HR system': {
    kind: 'bamboohr',
    secret: 'their-webhook',
    fetch: { secret: 'its-key', baseUrl: 'https://example.bamboohr.com' },
  },
  'a ticket system': {
    kind: 'jira',
    secret: 'their-webhook',
    approved: 'Approved',
    fields: {},
    samples: [{ name: 'none', body: {}, means: [] }],
    answer: { secret: 'its-key', baseUrl: 'https://example.atlassian.net' },
  },
};

test.each(Object.entries(WITH_KEYS))(
  'the key of %s is read by the workers alone: the door takes deliveries of that source and cannot ask',
  (_, settings) => {
    const asking = synthesized({ sources: { theirs: settings } });
    const holders = Object.keys(ROLES).filter((role) =>
      asking.permissions(role)['secretsmanager:GetSecretValue']?.includes('Secrets/its-key'),
    );
    expect(holders).toEqual(['Events/Offboarding/Run/Role', 'Events/Onboarding/Run/Role']);
  },
);
