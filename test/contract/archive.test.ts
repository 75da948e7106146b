import { createArchive } from '../../lib/aws/archive.ts';
import { startFauxqs } from '../support/fauxqs.ts';
import { createMemoryArchive } from '../support/memory/archive.ts';
import { archiveContract } from './archive.contract.ts';

archiveContract('in memory', async () => ({
  newArchive: async () => createMemoryArchive(),
  close: async () => undefined,
}));

archiveContract('on S3 by fauxqs', async () => {
  const { s3, newBucket, stop } = await startFauxqs();
  return { newArchive: async () => createArchive({ client: s3, bucket: await newBucket() }), close: stop };
});
