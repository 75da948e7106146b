import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDeployment, type Deployment } from '../../../infra/ops/frame/deployment.ts';
import { type Call, type Reply, startScriptedServer } from '../../support/scripted-server.ts';

/** What CloudWatch (JSON) and CloudFormation (query and XML) were asked, over real HTTP. */
const asked: unknown[] = [];
let server: Awaited<ReturnType<typeof startScriptedServer>>;
let deployment: Deployment;
let denied = false;
const before = { ...process.env };

beforeAll(async () => {
  server = await startScriptedServer(answer);
  const { url } = server;
  const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_CLOUDWATCH: url,
    AWS_ENDPOINT_URL_CLOUDFORMATION: url,
    ...credentials,
  });
  deployment = createDeployment('lifecycle-test', 'eu-central-1');
});
afterAll(async () => {
  process.env = before;
  await server.stop();
});

function answer({ headers, body }: Call): Reply {
  const target = headers['x-amz-target'];
  const text = body.toString();
  const input = target === undefined ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text);
  asked.push({ ...input, target });
  if (denied) return { status: 403, headers: { 'content-type': 'text/xml' }, body: DENIED };
  if (target === undefined) return { status: 200, headers: { 'content-type': 'text/xml' }, body: STACK };
  const page = input.NextToken === undefined ? FIRST : { MetricAlarms: [{ AlarmName: 'unnamed' }] };
  return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(page) };
}

const FIRST = { MetricAlarms: [{ AlarmName: 'a', AlarmDescription: 'Leavers wait.' }], NextToken: 'more' };
const STACK = `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>
<StackName>lifecycle-test</StackName><CreationTime>2026-11-01T00:00:00Z</CreationTime><StackStatus>UPDATE_COMPLETE</StackStatus>
<Outputs><member><OutputKey>Region</OutputKey><OutputValue>eu-central-1</OutputValue></member>
<member><OutputKey>ConfigHash</OutputKey><OutputValue>abc</OutputValue></member></Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
const DENIED = `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not allowed: secret</Message></Error></ErrorResponse>`;

test('the alarms of this stack that are raised, every page of them', async () => {
  expect(await deployment.alarms()).toEqual(['Leavers wait.', 'unnamed']);
  expect(asked).toMatchObject([
    { target: expect.stringMatching(/DescribeAlarms$/), AlarmNamePrefix: 'lifecycle-test-', StateValue: 'ALARM' },
    { NextToken: 'more' },
  ]);
});

test('the configuration hash that the stack was deployed with', async () => {
  expect(await deployment.configHash()).toBe('abc');
  expect(asked.at(-1)).toMatchObject({ Action: 'DescribeStacks', StackName: 'lifecycle-test' });
});

test('what AWS refuses is one of our errors, without a word of its message', async () => {
  denied = true;
  const failed = { code: 'AWS_UNAVAILABLE', message: expect.not.stringContaining('secret') };
  await expect(deployment.configHash()).rejects.toMatchObject(failed);
});
