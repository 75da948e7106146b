import { expect, test } from '@jest/globals';
import { CONFIGURATIONS } from './configurations.ts';

const { full, 'all options': own, 'night only': night } = CONFIGURATIONS;

test('nothing has a key of its own unless it is asked for', () => {
  expect([...full.ofType('AWS::KMS::Key'), ...night.ofType('AWS::KMS::Key')]).toEqual([]);
});

test('one key, rotated and kept: what it encrypted outlives the stack', () => {
  expect(own.ofType('AWS::KMS::Key')).toEqual([
    expect.objectContaining({
      DeletionPolicy: 'Retain',
      Properties: expect.objectContaining({ EnableKeyRotation: true }),
    }),
  ]);
});

test('everything that keeps something is encrypted with it, but the log of the bucket, which S3 cannot write so', () => {
  const keeping = [
    'DynamoDB::GlobalTable',
    'SQS::Queue',
    'S3::Bucket',
    'SNS::Topic',
    'SecretsManager::Secret',
    'Logs::LogGroup',
  ];
  const [[id] = []] = Object.entries(own.resources).filter(([, { Type }]) => Type === 'AWS::KMS::Key');
  const without = Object.entries(own.resources).flatMap(([name, { Type, Properties }]) =>
    keeping.includes(Type.replace('AWS::', '')) &&
    !JSON.stringify(Properties).includes(`{"Fn::GetAtt":["${id}","Arn"]}`)
      ? [own.named(name)]
      : [],
  );
  expect(without).toEqual(['Night/Archive/AccessLog']);
});

test('services without a role of ours use the key for this account alone, and CloudWatch Logs for the log groups of this stack', () => {
  const [key] = own.ofType('AWS::KMS::Key');
  const statements: Record<string, unknown>[] = key?.Properties['KeyPolicy'].Statement.slice(1);
  expect(statements.map(({ Principal, Condition }) => [Principal, Condition])).toEqual([
    [
      { Service: ['cloudwatch.amazonaws.com', 'sns.amazonaws.com'] },
      { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    ],
    [
      { Service: expect.objectContaining({ 'Fn::Join': ['', ['logs.', { Ref: 'AWS::Region' }, '.amazonaws.com']] }) },
      { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': expect.anything() } },
    ],
  ]);
  const logs: unknown = statements[1]?.['Condition'];
  expect(JSON.stringify(logs)).toContain(':log-group:bitsight-user-lifecycle-test-*');
});

test('who may read or write data may use the key for it, through that service alone; nobody else may', () => {
  const roles = own.ofType('AWS::IAM::Policy').flatMap(({ Properties }) => Properties['Roles'].map(own.named));
  expect(roles.length).toBeGreaterThan(9);
  for (const role of roles) {
    const { 'kms:Decrypt': decrypts = [], ...may } = own.permissions(role);
    const handles = /:(?:Get|Put|Query|Scan|Send|Receive|Publish)(?!QueueAttributes|Events|LogEvents)/;
    const touched = Object.keys(may).flatMap((action) => (handles.test(action) ? [action.split(':', 1).join()] : []));
    const services = [...new Set(touched)].sort();
    expect([role, decrypts]).toEqual([role, services.map((service) => `CustomerKey/Key via ${service}`)]);
  }
});

test.each([
  ['Events/Door/Run/Role', { 'kms:Decrypt': ['secretsmanager', 'sqs'], 'kms:GenerateDataKey': ['sqs'] }],
  ['Events/Sweeper/Run/Role', { 'kms:Encrypt': ['dynamodb'], 'kms:GenerateDataKey': ['dynamodb', 's3', 'sns', 'sqs'] }],
  ['People/Reader', { 'kms:Decrypt': ['dynamodb', 's3', 'secretsmanager', 'sqs'] }],
])('%s uses the key for what it does', (role, expected) => {
  const told = Object.entries(expected).map(([action, services]) => [
    action,
    services.map((one) => `CustomerKey/Key via ${one}`),
  ]);
  expect(own.permissions(role)).toMatchObject(Object.fromEntries(told));
});

test('a reader encrypts nothing', () => {
  const may = Object.keys(own.permissions('People/Reader')).filter((action) => action.startsWith('kms:'));
  expect(may.sort()).toEqual(['kms:Decrypt', 'kms:DescribeKey']);
});

test('without the key everybody may do the same', () => {
  for (const { Properties } of full.ofType('AWS::IAM::Policy')) {
    const [role] = Properties['Roles'].map(full.named);
    const same = Object.entries(own.permissions(role)).filter(([action]) => !action.startsWith('kms:'));
    expect(Object.fromEntries(same)).toEqual(full.permissions(role));
  }
});

test('deliveries come under the own name alone, over TLS 1.2: the name that AWS gives answers nobody', () => {
  const [api] = own.ofType('AWS::ApiGatewayV2::Api');
  expect(api?.Properties['DisableExecuteApiEndpoint']).toBe(true);
  const [domain] = own.ofType('AWS::ApiGatewayV2::DomainName');
  expect(domain?.Properties).toMatchObject({
    DomainName: 'hooks.example.com',
    DomainNameConfigurations: [{ EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' }],
  });
  const [mapping] = own.ofType('AWS::ApiGatewayV2::ApiMapping');
  expect(mapping?.Properties).toMatchObject({ Stage: '$default' });
  const outputs = own.template.findOutputs('*');
  expect(outputs['WebhookUrl']?.['Value']).toBe('https://hooks.example.com/webhooks/');
  expect(JSON.stringify(outputs['DomainTarget'])).toContain('RegionalDomainName');
  expect(full.template.findOutputs('DomainTarget')).toEqual({});
  expect(full.ofType('AWS::ApiGatewayV2::Api')[0]?.Properties['DisableExecuteApiEndpoint']).toBe(false);
});
