import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfigFile } from '../../../infra/config-file.ts';
import { type Account, openAccount } from '../../../infra/deploy/account.ts';
import { deploy, isHeard, missingBefore, outgoingHosts } from '../../../infra/deploy/deploy.ts';
import { destroy } from '../../../infra/deploy/destroy.ts';
import { startAwsJsonServer, type SecretRecord } from '../../../infra/local/aws-json-server.ts';
import { ConfigSchema } from '../../../lib/config/index.ts';
import { type Call, type Reply, startScriptedServer } from '../../support/scripted-server.ts';
import { sourceFiles } from '../../support/source-files.ts';
import { startSts, type Sts } from '../../support/sts.ts';

const ARN = 'arn:aws:sts::000000000000:assumed-role/example-Deployer/mara.lindt';
const STACK = 'bitsight-user-lifecycle-default';
const NAMESPACE = 'xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"';
const folder = mkdtempSync(join(tmpdir(), 'deploy-'));
const [configFile, outputs] = [join(folder, 'lifecycle.config.json'), join(folder, 'cdk-outputs.json')];
const before = { ...process.env };
let asked: Record<string, string>[];
let stacks: string[];
let status: string;
let secrets: Map<string, SecretRecord>;
let formation: Awaited<ReturnType<typeof startScriptedServer>>;
let sts: Sts;
let vault: Awaited<ReturnType<typeof startAwsJsonServer>>;
let account: Account;

/** CloudFormation over real HTTP: which stacks there are, and whether one is protected. */
function answer({ Action = '', StackName = '' }: Record<string, string>): [status: number, xml: string] {
  if (Action === 'UpdateTerminationProtection')
    return [
      200,
      `<${Action}Response ${NAMESPACE}><${Action}Result><StackId>1</StackId></${Action}Result></${Action}Response>`,
    ];
  const member = `<member><StackName>${StackName}</StackName><CreationTime>2026-11-01T00:00:00Z</CreationTime><StackStatus>${status}</StackStatus></member>`;
  if (stacks.includes(StackName))
    return [
      200,
      `<${Action}Response ${NAMESPACE}><${Action}Result><Stacks>${member}</Stacks></${Action}Result></${Action}Response>`,
    ];
  const says =
    StackName === 'denied' ? ['AccessDenied', 'No.'] : ['ValidationError', `Stack with id ${StackName} does not exist`];
  return [
    400,
    `<ErrorResponse ${NAMESPACE}><Error><Type>Sender</Type><Code>${says[0]}</Code><Message>${says[1]}</Message></Error></ErrorResponse>`,
  ];
}

function reply({ body }: Call): Reply {
  const input = Object.fromEntries(new URLSearchParams(body.toString()));
  asked.push(input);
  const [code, xml] = answer(input);
  return { status: code, headers: { 'content-type': 'text/xml' }, body: xml };
}

beforeAll(async () => {
  const sources = {
    hr: { kind: 'bamboohr', secret: 'hr-key', fetch: { secret: 'hr-api', baseUrl: 'https://example.bamboohr.com' } },
  };
  const config = { company: 'Example AG', sources, offboarding: { mode: 'delete' } };
  writeFileSync(configFile, JSON.stringify(config));
  const named = { LedgerTable: 'T', ExportBucket: 'B', UrgentQueueUrl: 'u', NormalQueueUrl: 'n' };
  const role = { Region: 'eu-central-1', ReaderRole: 'arn:aws:iam::000000000000:role/example-Reader' };
  writeFileSync(
    outputs,
    JSON.stringify({ [STACK]: { ...named, ...role, UrgentDeadLetterQueueUrl: 'x', NormalDeadLetterQueueUrl: 'y' } }),
  );
  secrets = new Map();
  [formation, sts, vault] = await Promise.all([
    startScriptedServer(reply),
    startSts(ARN),
    startAwsJsonServer({ secrets, onEvents: () => undefined }),
  ]);
  Object.assign(process.env, {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'example',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_ENDPOINT_URL_STS: sts.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: vault.url,
    AWS_ENDPOINT_URL_CLOUDFORMATION: formation.url,
  });
});
afterAll(async () => {
  process.env = before;
  await Promise.all([formation, sts, vault].map((server) => server.stop()));
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  [asked, stacks, status] = [[], ['CDKToolkit', STACK], 'CREATE_COMPLETE'];
  secrets.clear();
  for (const name of ['bitsight-api-token', 'hr-key', 'hr-api'])
    secrets.set(`bitsight-user-lifecycle/default/${name}`, { createdAt: 0 });
  account = openAccount(process.env);
});
const has = (name: string): unknown =>
  secrets.set(`bitsight-user-lifecycle/default/${name}`, {
    createdAt: 0,
    current: { id: '1', value: 'x', createdAt: 0 },
  });

describe('before a deployment', () => {
  test('every host that is connected to is named: Bitsight, the systems that are asked, AWS in this region', async () => {
    const { config } = await loadConfigFile(configFile);
    expect(outgoingHosts(config, 'eu-central-1').filter((host) => !host.endsWith('amazonaws.com'))).toEqual([
      'api.bitsighttech.com',
      'example.bamboohr.com',
    ]);
    const clients = sourceFiles('lib', 'functions').flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/@aws-sdk\/client-([a-z-]+)'/g)].map(([, name = '']) => name),
    );
    const SAME: Record<string, string> = { eventbridge: 'events', 'secrets-manager': 'secretsmanager' };
    for (const client of clients)
      expect(outgoingHosts(config, 'eu-central-1')).toContain(`${SAME[client] ?? client}.eu-central-1.amazonaws.com`);
  });

  test('without a region nothing is asked', () => {
    expect(() => openAccount({})).toThrow('Name the region');
  });

  test('an account that was never bootstrapped is named with the command that does it', async () => {
    const { config } = await loadConfigFile(configFile);
    expect(await missingBefore(account, await account.caller(), config)).toEqual([]);
    stacks = [STACK];
    expect(await missingBefore(account, await account.caller(), config)).toEqual([
      expect.stringContaining('npx cdk bootstrap aws://000000000000/eu-central-1'),
    ]);
  });

  test('what an earlier deployment of this tenant left is named before a new one is begun', async () => {
    const { config } = await loadConfigFile(configFile);
    has('mail-hash-key');
    stacks = ['CDKToolkit'];
    expect(await missingBefore(account, await account.caller(), config)).toEqual([
      expect.stringContaining('docs/operating.md#after-a-destroy'),
    ]);
  });

  test('the example of the clone is deployed by nobody, who forgot to name their own', async () => {
    const { config } = await loadConfigFile('lifecycle.config.ts');
    expect(await missingBefore(account, await account.caller(), config)).toEqual([
      expect.stringContaining('npm run init -- --out <file>'),
    ]);
  });

  test.each([
    [{}, false],
    [{ emails: ['oncall@example.com'] }, true],
    [{ slack: { workspaceId: 'T1', channelId: 'C1' } }, true],
    [{ teams: { tenantId: 't', teamId: 'g', channelId: '19%3Aabc%40thread.tacv2' } }, true],
  ])('whether anybody hears of alarms under %j: %s', (notify, heard) => {
    expect(isHeard(ConfigSchema.parse({ company: 'Example AG', notify }))).toBe(heard);
  });

  test('what AWS denies is not read as "is not there"', async () => {
    await expect(account.stack('denied')).rejects.toMatchObject({ code: 'AWS_UNAVAILABLE' });
  });
});

describe('a deployment', () => {
  test('runs the CDK on this configuration, then names each value that is still missing, and the check', async () => {
    const file = await loadConfigFile(configFile);
    const ran: unknown[] = [];
    const says = await deploy(file, outputs, account, async (...args) => void ran.push(args));
    expect(ran).toEqual([[['deploy', STACK, '--outputs-file', outputs], configFile]]);
    expect(says.match(/npm run .*? --outputs/g)).toEqual([
      'npm run ops -- secret set bitsight --outputs',
      'npm run source -- secret hr --outputs',
      'npm run source -- secret hr --api --outputs',
      'npm run ops -- doctor --outputs',
    ]);
    for (const name of ['bitsight-api-token', 'hr-key', 'hr-api']) has(name);
    expect((await deploy(file, outputs, account, async () => undefined)).match(/npm run/g)).toHaveLength(1);
  });

  test('a first one that failed is taken out of the way: nothing keeps the next from beginning', async () => {
    status = 'ROLLBACK_COMPLETE';
    await deploy(await loadConfigFile(configFile), outputs, account, async () => undefined);
    expect(asked).toContainEqual(
      expect.objectContaining({ Action: 'UpdateTerminationProtection', EnableTerminationProtection: 'false' }),
    );
  });

  test('one that fails says no next step', async () => {
    const fails = deploy(await loadConfigFile(configFile), outputs, account, () =>
      Promise.reject(new Error('rolled back')),
    );
    await expect(fails).rejects.toThrow('rolled back');
  });
});

test('to destroy takes the protection off this stack alone, then runs the CDK', async () => {
  const ran: unknown[] = [];
  await destroy(await loadConfigFile(configFile), account, async (args) => void ran.push([...args, asked.length]));
  expect(asked).toMatchObject([
    { Action: 'UpdateTerminationProtection', StackName: STACK, EnableTerminationProtection: 'false' },
  ]);
  expect(ran).toEqual([['destroy', STACK, '--force', 1]]);
});
