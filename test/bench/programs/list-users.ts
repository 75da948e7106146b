import { tmpdir } from 'node:os';
import { createBitsightClient } from '../../../lib/bitsight/index.ts';
import { fileSpools } from '../../../lib/export/file-spool.ts';
import { readListing } from '../../../lib/export/listing.ts';
import { clockAt } from '../../../lib/runtime/clock.ts';
import { PRODUCT } from '../../../lib/runtime/product.ts';
import { tell } from './measured.ts';

/** Everybody, read and proven as the night does it, as many pages at once as the argument says; no files. */
const { users } = createBitsightClient({
  baseUrl: process.env['BITSIGHT_URL'] ?? '',
  apiToken: async () => process.env['BITSIGHT_TOKEN'] ?? '',
  fetch: globalThis.fetch,
  clock: clockAt(1),
  random: Math.random,
  readOnly: true,
  product: PRODUCT,
});
await tell(async () => {
  const call = { atOnce: Number(process.argv[2]) };
  await using listing = await readListing({ users, openSpool: fileSpools(tmpdir()), call });
  return listing.people + listing.tokens;
});
