import '../../lib/runtime/jitless.ts';
import type { Archive } from '../../lib/lifecycle/ports.ts';
import { createCapture } from './capture.ts';
import { composeDoor } from './compose.ts';

/**
 * The door where a source has `capture`. An entry of its own, since whatever stands in a bundle is read at every cold
 * start: the client for S3 took an eighth of the door's, loaded or not.
 */
export const handler = composeDoor(process.env, (deps, { EXPORT_BUCKET: bucket }) => {
  if (bucket === undefined) return undefined;
  return createCapture({ ...deps, archive: () => openArchive(bucket) });
});

/** One attempt, since the sender waits meanwhile. */
async function openArchive(bucket: string): Promise<Archive> {
  const { createArchive, createArchiveClient } = await import('../../lib/aws/archive.ts');
  return createArchive({ client: createArchiveClient({ requestTimeoutMs: 1000, maxAttempts: 1 }), bucket });
}
