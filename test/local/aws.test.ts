import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { localAws } from './local-aws.ts';

const directories: string[] = [];
const running: { stop(): Promise<void> }[] = [];
function newDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'local-aws-'));
  directories.push(path);
  return path;
}
async function started(path: string, visibilitySeconds?: number) {
  const one = await localAws(path, visibilitySeconds);
  running.push(one);
  return one;
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
  for (const path of directories.splice(0)) rmSync(path, { recursive: true });
});

const receive = (url: string, most = 10) =>
  new ReceiveMessageCommand({
    QueueUrl: url,
    MaxNumberOfMessages: most,
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames: ['All'],
  });

async function writeAndBeKilled(path: string): Promise<void> {
  const program = fileURLToPath(new URL('programs/write-and-wait.ts', import.meta.url));
  const child = spawn(process.execPath, [program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('AWS on this machine', () => {
  test('what was written survives kill -9: ledger, index, queues and bucket', async () => {
    const path = newDirectory();
    await writeAndBeKilled(path);
    const { archive, aws, sqs, store } = await started(path);
    expect(await store.get({ pk: 'P#1', sk: 'P' })).toMatchObject({ v: 1, wakeAt: 5 });
    expect(await store.due('normal', 5, 10)).toEqual([{ pk: 'P#1', sk: 'P' }]);
    expect(aws.waiting('urgent')).toBe(2);
    // one of the two had been received by the dead process; nobody waits for its visibility timeout
    const { Messages = [] } = await sqs.send(receive(aws.queues.urgent.url));
    const pids = Messages.map(({ Body = '' }) => JSON.parse(Body).pid);
    expect(new Set(pids)).toEqual(new Set(['one', 'two']));
    expect(await archive.list('')).toEqual(['nights/1/users.csv']);
    expect(await text(Readable.from((await archive.get('nights/1/users.csv')) ?? []))).toBe('kept');
    const file = join(path, 'bucket/buckets/exports/objects/nights/1/users.csv.data');
    expect(readFileSync(file, 'utf8')).toBe('kept');
  });

  test('a description cut off by a kill does not keep the bucket from opening', async () => {
    const path = newDirectory();
    await writeAndBeKilled(path);
    writeFileSync(join(path, 'bucket/buckets/exports/objects/nights/1/users.csv.meta.json'), '{"key":"nig');
    expect(await (await started(path)).archive.list('')).toEqual([]);
  });

  test('a directory belongs to one process at a time', async () => {
    const path = newDirectory();
    await started(path);
    await expect(localAws(path)).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
      message: `The data directory ${path} is in use by another process; --data <dir> takes another one.`,
    });
  });

  test('five receives without success make a dead letter', async () => {
    const { aws, lanes, sqs } = await started(newDirectory(), 0);
    await lanes.send('normal', [{ schema: 1, type: 'wake', pid: 'poison' }]);
    const counts = [];
    for (let i = 0; i < 6; i += 1) {
      const { Messages = [] } = await sqs.send(receive(aws.queues.normal.url));
      counts.push(Messages[0]?.Attributes?.ApproximateReceiveCount);
    }
    expect(counts).toEqual(['1', '2', '3', '4', '5', undefined]);
    const dead = await sqs.send(receive(aws.queues.normal.deadLetterUrl));
    expect(dead.Messages?.[0]?.Body).toContain('poison');
  });

  test('a dead letter keeps its reason', async () => {
    const { aws, lanes, sqs } = await started(newDirectory());
    await lanes.dead('urgent', 'no JSON', 'MESSAGE_UNREADABLE');
    const { Messages = [] } = await sqs.send(receive(aws.queues.urgent.deadLetterUrl));
    expect(Messages[0]).toMatchObject({
      Body: 'no JSON',
      MessageAttributes: { reason: { StringValue: 'MESSAGE_UNREADABLE' } },
    });
  });

  test('nothing listens beyond loopback', async () => {
    const { aws } = await started(newDirectory());
    const urls = Object.entries(aws.environment).filter(([name]) => name.startsWith('AWS_ENDPOINT_URL_'));
    expect(urls.map(([name]) => name.slice('AWS_ENDPOINT_URL_'.length)).sort()).toEqual(
      ['DYNAMODB', 'EVENTBRIDGE', 'S3', 'SECRETS_MANAGER', 'SNS', 'SQS'].sort(),
    );
    for (const [, url] of urls) expect(await reachable(new URL(url).port)).toEqual(['127.0.0.1']);
  });
});

/** On which addresses of this machine a port answers. Linux answers on all of 127.0.0.0/8 to who listens everywhere. */
async function reachable(port: string): Promise<string[]> {
  const { connect } = await import('node:net');
  const tries = ['127.0.0.1', '127.0.0.2'].map(async (host) => {
    const socket = connect({ host, port: Number(port) });
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    return open ? [host] : [];
  });
  return (await Promise.all(tries)).flat();
}
