import { pipeline, type Transform } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';

type Bytes = AsyncIterable<Uint8Array>;

/** RFC 1952, the same bytes for the same content: there is no time in the header. */
export const gzip = (bytes: Bytes): Bytes => through(bytes, createGzip());
export const gunzip = (bytes: Bytes): Bytes => through(bytes, createGunzip());

async function* through(bytes: Bytes, transform: Transform): AsyncGenerator<Uint8Array> {
  yield* pipeline(bytes, transform, () => undefined); // who reads the stream hears what went wrong
}
