import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Sender } from './clients.ts';

/** In a file of its own, since no bundler takes it out of those that do not call it. */
export function s3(): Sender {
  const client = new S3Client();
  const Bucket = process.env['EXPORT_BUCKET'];
  return async ({ operation, input }) => {
    const [Key, Prefix, Body] = [String(input['key']), String(input['prefix']), Buffer.alloc(Number(input['bytes']))];
    if (operation === 'ListObjectsV2') return client.send(new ListObjectsV2Command({ Bucket, Prefix }));
    if (operation === 'PutObject') return new Upload({ client, params: { Bucket, Key, Body } }).done();
    try {
      return await client.send(new GetObjectCommand({ Bucket, Key }));
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined; // as it was answered before
      throw error;
    }
  };
}
