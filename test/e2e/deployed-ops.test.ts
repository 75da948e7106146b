import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startAwsJsonServer, type SecretRecord } from '../../infra/local/aws-json-server.ts';
import type { System } from '../../infra/local/system.ts';
import { createLanes } from '../../lib/aws/lanes.ts';
import { readGate } from '../../lib/lifecycle/gate.ts';
import { DecisionSchema } from '../../lib/lifecycle/ledger.ts';
import { startSystem } from '../support/canaries.ts';
import { queueClientAt } from '../support/fauxqs.ts';
import { startSts, type Sts } from '../support/sts.ts';
import { emailOf, hired, localConfig } from './local-config.ts';

/**
 * The operator's command line on what it takes for a deployed stack: the table, queues and bucket of a local system,
 * named by a file of outputs; secrets under the names that a stack gives them, and an STS that says who calls.
 */
const STACK = 'bitsight-user-lifecycle-default';
const ARN = 'arn:aws:sts::000000000000:assumed-role/example-Operator/mara.lindt';
const PREFIX = 'bitsight-user-lifecycle/default/';
let data = '';
let system: System;
let sts: Sts;
let secrets: Awaited<ReturnType<typeof startAwsJsonServer>>;
let environment: Record<string, string>;
let outputs: Record<string, string>;
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'deployed-'));
  system = await startSystem({ config: localConfig(), data, users: 5 });
  const running = JSON.parse(readFileSync(join(data, 'running.json'), 'utf8')).environment;
  sts = await startSts(ARN);
  secrets = await startAwsJsonServer({ secrets: await asDeployed(running), onEvents: () => undefined });
  environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: data, // nobody's own profile
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ACCESS_KEY_ID: 'example',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_ENDPOINT_URL_DYNAMODB: running.AWS_ENDPOINT_URL_DYNAMODB,
    AWS_ENDPOINT_URL_SQS: running.AWS_ENDPOINT_URL_SQS,
    AWS_ENDPOINT_URL_S3: running.AWS_ENDPOINT_URL_S3,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    AWS_ENDPOINT_URL_STS: sts.url,
  };
  outputs = {
    Region: running.AWS_REGION,
    ReaderRole: 'arn:aws:iam::000000000000:role/example-Reader',
    LedgerTable: running.LEDGER_TABLE,
    ExportBucket: running.EXPORT_BUCKET,
    UrgentQueueUrl: running.URGENT_QUEUE_URL,
    NormalQueueUrl: running.NORMAL_QUEUE_URL,
    UrgentDeadLetterQueueUrl: running.URGENT_DEAD_LETTER_QUEUE_URL,
    NormalDeadLetterQueueUrl: running.NORMAL_DEAD_LETTER_QUEUE_URL,
  };
});
afterAll(async () => {
  await Promise.all([sts.stop(), secrets.stop(), system.stop()]);
  rmSync(data, { recursive: true });
});
beforeEach(() => {
  sts.says = { arn: ARN };
});

/** The secrets of the local system, under the names of a stack alone. */
async function asDeployed(running: Record<string, string>): Promise<Map<string, SecretRecord>> {
  const credentials = { accessKeyId: 'example', secretAccessKey: 'example' };
  const endpoint = running['AWS_ENDPOINT_URL_SECRETS_MANAGER'] ?? '';
  const client = new SecretsManagerClient({ endpoint, credentials, region: 'eu-central-1' });
  const found = new Map<string, SecretRecord>();
  for (const SecretId of ['mail-hash-key', 'bitsight-api-token']) {
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId }));
    found.set(PREFIX + SecretId, { createdAt: 0, current: { id: 'one', value: SecretString, createdAt: 0 } });
  }
  client.destroy();
  return found;
}

function file(name: string, content: unknown): string {
  const path = join(data, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(outputs).filter(([name]) => !names.includes(name)));

interface Where {
  outputs?: string;
  config?: string;
  env?: Record<string, string>;
}
async function ops(args: string[], where: Where = {}) {
  const written = where.outputs ?? file('outputs.json', { 'another-stack': {}, [STACK]: outputs });
  const config = where.config ?? join(data, 'lifecycle.json');
  const env = where.env ?? environment;
  const child = spawn(process.execPath, ['infra/ops/main.ts', ...args, '--outputs', written, '--config', config], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  const [[code], stdout, stderr] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
  return { code: Number(code), stdout, stderr };
}

async function decisions() {
  return (await system.store.query('D')).map((item) => DecisionSchema.parse(item));
}

test('a person is found by address and asked for at Bitsight, with the secrets under the names of the stack', async () => {
  await system.send('hr', hired(1, system.clock.now()));
  await system.idle();
  const [shown, live] = await Promise.all([ops(['show', emailOf(1)]), ops(['show', 'hr:E1', '--live'])]);
  for (const { code, stdout, stderr } of [shown, live]) {
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/known as +hr:E1[^]*to be done +nothing: Bitsight already agrees/);
  }
});

test('who decided is whom STS names, and what was decided is done there', async () => {
  const [stopped, held] = [await ops(['stop', '--by', 'a drill']), await ops(['held'])];
  expect(stopped).toMatchObject({ code: 0, stdout: expect.stringContaining(STACK), stderr: '' });
  expect(held).toMatchObject({ code: 0, stderr: '' });
  expect((await readGate(system.store)).stopped).toBe(true);
  expect(await decisions()).toMatchObject([{ what: 'stop', who: ARN, comment: 'a drill' }]);
  expect(await ops(['resume', '--yes', 'resume'])).toMatchObject({ code: 0 });
});

test('dead letters of the stack are seen', async () => {
  const client = queueClientAt(environment['AWS_ENDPOINT_URL_SQS'] ?? '');
  await createLanes({ client, deadUrls: { normal: outputs['NormalDeadLetterQueueUrl'] ?? '' } }).dead(
    'normal',
    '{}',
    'CRASHED',
  );
  client.destroy();
  expect(await ops(['dead', '--json'])).toMatchObject({ code: 3, stdout: expect.stringContaining('CRASHED') });
});

describe('what does not fit is one clear line, and nothing is done', () => {
  const QUEUES = ['UrgentQueueUrl', 'NormalQueueUrl', 'UrgentDeadLetterQueueUrl', 'NormalDeadLetterQueueUrl'];
  const WRONG: [string, () => Where, number, RegExp][] = [
    ['no such file', () => ({ outputs: join(data, 'nowhere.json') }), 2, /There is no .*nowhere\.json/],
    ['no JSON', () => ({ outputs: file('wrong.txt', 'LedgerTable = x') }), 2, /does not hold the outputs of bitsight/],
    ['a folder', () => ({ outputs: data }), 2, /does not hold the outputs of bitsight-user-lifecycle-default/],
    [
      'another tenant: its secrets would be another one’s',
      () => ({ outputs: file('other.json', { 'bitsight-user-lifecycle-other': outputs }) }),
      2,
      /other\.json does not hold the outputs of bitsight-user-lifecycle-default/,
    ],
    [
      'no table',
      () => ({ outputs: file('less.json', { [STACK]: without('LedgerTable') }) }),
      2,
      /does not hold the outputs/,
    ],
    [
      'no queues, though the configuration has webhooks',
      () => ({ outputs: file('night.json', { [STACK]: without(...QUEUES) }) }),
      2,
      /was not deployed with this configuration/,
    ],
    [
      'no credentials',
      () => ({ env: { ...environment, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' } }),
      1,
      /^AWS_IDENTITY: .*CredentialsProviderError\. Sign in to AWS/,
    ],
  ];
  test.each(WRONG)('%s', async (_, where, code, line) => {
    const before = (await decisions()).length;
    const ended = await ops(['stop'], where());
    expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(line) });
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect((await readGate(system.store)).stopped).toBe(false);
    expect(await decisions()).toHaveLength(before);
  });

  test.each([
    ['credentials that are over', { code: 'ExpiredToken' }, /^AWS_IDENTITY: .*ExpiredToken.*Sign in to AWS/],
    ['another account', { arn: ARN.replace('000000000000', '111111111111') }, /account 111111111111.*in 000000000000/],
  ])('%s', async (_, says, line) => {
    sts.says = says;
    const ended = await ops(['stop']);
    expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(line) });
    expect((await readGate(system.store)).stopped).toBe(false);
  });

  test('a stack without webhooks: what works on the lanes is refused before it asks, the rest works', async () => {
    const features = { ...system.config.features, webhooks: false };
    const where = {
      outputs: file('night.json', { [STACK]: without(...QUEUES) }),
      config: file('night-config.json', { ...system.config, features }),
    };
    const people = file('people.csv', 'email\nmara.lindt@example.com\n');
    const refused = await Promise.all(
      [['keep', 'hr:E1', '--yes', 'keep'], ['roster', people], ['dead']].map((args) => ops(args, where)),
    );
    for (const { code, stderr } of refused) {
      expect(code).toBe(2);
      expect(stderr).toMatch(/^ARGUMENT_INVALID: [\w ]+ works on the lanes, and this stack has none.*\n$/);
    }
    expect(await ops(['held'], where)).toMatchObject({ code: 0, stderr: '' });
  });
});
