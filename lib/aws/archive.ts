import { Readable } from 'node:stream';
import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Archive } from '../lifecycle/ports.ts';
import { clientSettings, type ClientLimits } from './clients.ts';
import { failure, orFailure } from './failure.ts';

/** A part of an upload is 5 MiB: it may take longer than a call of the other services. */
export function createArchiveClient(limits?: Partial<ClientLimits>): S3Client {
  return new S3Client(clientSettings({ requestTimeoutMs: 30_000, ...limits }));
}

/**
 * Objects in a bucket. A body is uploaded in parts and appears when the last one was taken; when its source throws,
 * nothing appears and that error is thrown on. `list` takes any prefix; a folder ends with `/`.
 */
export function createArchive({ client, bucket: Bucket }: { client: S3Client; bucket: string }): Archive {
  return {
    async put(Key, body, ContentType) {
      const thrown: unknown[] = [];
      const Body = Readable.from(noting(body, thrown));
      try {
        await new Upload({ client, params: { Bucket, Key, ContentType, Body } }).done();
      } catch (error) {
        throw thrown.length > 0 ? thrown[0] : failure('ARCHIVE_UNAVAILABLE', `Writing ${Key}`, error);
      }
    },
    async get(Key) {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
        if (!(Body instanceof Readable)) throw new TypeError('the answer has no body');
        return chunksOf(Body, Key);
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw failure('ARCHIVE_UNAVAILABLE', `Reading ${Key}`, error);
      }
    },
    async list(Prefix) {
      const pages = await orFailure('ARCHIVE_UNAVAILABLE', `Listing ${Prefix}`, () =>
        Array.fromAsync(paginateListObjectsV2({ client }, { Bucket, Prefix })),
      );
      return pages.flatMap(({ Contents = [] }) => Contents.flatMap(({ Key }) => Key ?? [])).sort();
    },
    async delete(Key) {
      const command = new DeleteObjectCommand({ Bucket, Key });
      await orFailure('ARCHIVE_UNAVAILABLE', `Removing ${Key}`, () => client.send(command));
    },
  };
}

/** Passes the body on and notes what it throws, to tell it from what the upload throws into it when it gives up. */
async function* noting(body: AsyncIterable<Uint8Array>, thrown: unknown[]): AsyncIterable<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    try {
      return await chunks.next();
    } catch (error) {
      thrown.push(error);
      throw error;
    }
  };
  try {
    for (let chunk = await next(); chunk.done !== true; chunk = await next()) yield chunk.value;
  } finally {
    await chunks.return?.();
  }
}

async function* chunksOf(body: Readable, key: string): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of body) yield chunk;
  } catch (error) {
    throw failure('ARCHIVE_UNAVAILABLE', `Reading ${key}`, error);
  }
}
