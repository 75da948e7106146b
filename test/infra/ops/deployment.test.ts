import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createDeployment, type Deployment } from '../../../infra/ops/frame/deployment.ts';

/** What CloudWatch (JSON) and CloudFormation (query and XML) were asked, over real HTTP. */
const asked: unknown[] = [];
let server: Server;
let deployment: Deployment;
let denied = false;
const before = { ...process.env };

beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const target = request.headers['x-amz-target'];
      const input = target === undefined ? Object.fromEntries(new URLSearchParams(body)) : JSON.parse(body);
      asked.push({ ...input, target });
      if (denied) return response.writeHead(403, { 'content-type': 'text/xml' }).end(DENIED);
      if (target === undefined) return response.writeHead(200, { 'content-type': 'text/xml' }).end(STACK);
      const page = input.NextToken === undefined ? FIRST : { MetricAlarms: [{ AlarmName: 'unnamed' }] };
      return response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(page));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // -- it listens
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
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

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
