import { afterEach, expect, test } from '@jest/globals';
import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { createArchive } from '../../../lib/aws/archive.ts';
import { clientAt } from '../../support/aws.ts';
import { startFauxqs } from '../../support/fauxqs.ts';
import { startScriptedServer, type Answer } from '../../support/scripted-server.ts';

const MIB = 1024 * 1024;
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

async function archiveAgainst(answer: Answer) {
  const server = await startScriptedServer(answer);
  stops.push(server.stop);
  const archive = createArchive({ client: new S3Client(clientAt(server.url)), bucket: 'b' });
  return { archive, calls: server.calls };
}

const page = (keys: string[], next: string): string =>
  `<ListBucketResult><IsTruncated>${next !== ''}</IsTruncated>${next}${keys
    .map((key) => `<Contents><Key>${key}</Key></Contents>`)
    .join('')}</ListBucketResult>`;

async function* failing() {
  for (let n = 0; n < 12; n += 1) yield Buffer.alloc(MIB);
  throw new Error('gone');
}

const refused: Answer = () => ({ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' });

test('a bucket that refuses is ARCHIVE_UNAVAILABLE: not an absent object, not an empty list', async () => {
  const { archive } = await archiveAgainst(refused);
  const unavailable = { code: 'ARCHIVE_UNAVAILABLE', message: expect.stringContaining('AccessDenied') };
  await expect(archive.get('a')).rejects.toMatchObject(unavailable);
  await expect(archive.list('')).rejects.toMatchObject(unavailable);
  await expect(archive.put('a', (async function* () {})(), 'text/plain')).rejects.toMatchObject(unavailable);
});

test('a list is read to its last page', async () => {
  const { archive } = await archiveAgainst(({ path }) => ({
    status: 200,
    body: path.includes('continuation-token=t1')
      ? page(['c'], '')
      : page(['a', 'b'], '<NextContinuationToken>t1</NextContinuationToken>'),
  }));
  expect(await archive.list('')).toEqual(['a', 'b', 'c']);
});

test('a body that breaks off while it is read is an error, not a short file', async () => {
  const { archive } = await archiveAgainst(() => ({
    status: 200,
    headers: { 'content-length': '9', connection: 'close' },
    body: 'short',
  }));
  const body = await archive.get('a');
  await expect(Array.fromAsync(body ?? [])).rejects.toMatchObject({ code: 'ARCHIVE_UNAVAILABLE' });
});

test('a source that throws in the middle leaves no parts behind that cost money', async () => {
  const { s3, newBucket, stop } = await startFauxqs();
  stops.push(stop);
  const Bucket = await newBucket();
  await expect(createArchive({ client: s3, bucket: Bucket }).put('a', failing(), 'text/plain')).rejects.toThrow('gone');
  expect((await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? []).toEqual([]);
});

test('when the bucket gives up, the source is told to end', async () => {
  const { archive } = await archiveAgainst(refused);
  let ended = false;
  async function* endless() {
    try {
      for (;;) yield Buffer.alloc(MIB);
    } finally {
      ended = true;
    }
  }
  await expect(archive.put('a', endless(), 'text/plain')).rejects.toMatchObject({ code: 'ARCHIVE_UNAVAILABLE' });
  expect(ended).toBe(true);
});
