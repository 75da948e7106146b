import { textBytes } from '../bytes.ts';
import { AppError, isAppError, type ErrorCode } from '../errors.ts';
import type { Archive, Clock, Telemetry } from '../lifecycle/ports.ts';
import { toIso } from '../time.ts';

/** A folder of the bucket into which people put files. */
export interface Inbox {
  /** With `/` at the end, as all folders. */
  folder: string;
  /** Where a file lies that was refused, its reason beside it. */
  refused: string;
  /** What a refusal is; the first one of a file that is too large. */
  codes: readonly [ErrorCode, ...ErrorCode[]];
  /** Prefix of the metric; of the log line in lower case. */
  what: 'Roster' | 'Worksheet';
}
export interface DroppedDeps {
  archive: Archive;
  clock: Pick<Clock, 'now'>;
  telemetry: Telemetry;
}

/**
 * Takes in what lies in an inbox, in order of name: `take` keeps what it made of a file, then the file goes; or it throws
 * one of the codes, and the file is refused. May die anywhere: what lies there is taken up again.
 */
export async function takeDropped(
  deps: DroppedDeps,
  inbox: Inbox,
  take: (name: string, bytes: () => Promise<Uint8Array>) => Promise<void>,
): Promise<{ taken: number; refused: number }> {
  const counts = { taken: 0, refused: 0 };
  for (const key of (await deps.archive.list(inbox.folder)).filter((name) => !name.endsWith('/')))
    counts[await takeOne(deps, inbox, key, take)] += 1;
  return counts;
}

async function takeOne(
  { archive, clock, telemetry }: DroppedDeps,
  { folder, refused, codes, what }: Inbox,
  key: string,
  take: Parameters<typeof takeDropped>[2],
): Promise<'taken' | 'refused'> {
  const name = key.slice(folder.length);
  const place = `${refused}${toIso(clock.now())}-${name.replaceAll('/', '-')}`;
  try {
    await take(name, () => bytesAt(archive, key, codes[0]));
    await archive.delete(key);
    return 'taken';
  } catch (error) {
    if (!isAppError(error, ...codes)) throw error;
    await archive.put(`${place}.reason.txt`, textBytes(`${error.line}\n`), 'text/plain');
    await move(archive, key, place);
    telemetry.log('error', `A ${what.toLowerCase()} was refused.`, { code: error.code, message: error.message });
    telemetry.count(`${what}Refused`);
    return 'refused';
  }
}

/** About 300,000 people: more the sweeper has neither the memory nor the time to read, and would be killed at it each minute. */
const MOST_BYTES = 32 * 1024 * 1024;

async function bytesAt(archive: Archive, key: string, code: ErrorCode): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (await archive.get(key)) ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MOST_BYTES) throw new AppError(code, 'It is larger than 32 MiB.');
  }
  return Buffer.concat(chunks);
}

async function move(archive: Archive, from: string, to: string): Promise<void> {
  const body = await archive.get(from);
  if (body === undefined) return; // another run was here
  await archive.put(to, body, 'application/octet-stream');
  await archive.delete(from);
}
