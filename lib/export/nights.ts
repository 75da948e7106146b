import { wholeBytes } from '../bytes.ts';
import { AppError, isAppError } from '../errors.ts';
import type { Archive, Telemetry } from '../lifecycle/ports.ts';
import { gunzip } from './compress.ts';
import { digesting, sha256 } from './digest.ts';
import { readRows } from './jsonl.ts';
import { ManifestSchema, type Manifest } from './manifest.ts';
import { ROWS_FILE, SCHEMA_VERSION } from './row.ts';
import type { PreviousNight } from './snapshot.ts';
import { readSpool, type OpenSpool } from './spool.ts';
import { jsonIn } from '../json.ts';

const PACKED = `${ROWS_FILE}.gz`;
export const NIGHTS = 'nights/';
const MANIFEST = /^nights\/dt=(\d{4}-\d{2}-\d{2})\/manifest\.json$/;

/** Files of a run lie under its id: a run that died is in nobody's way. */
export function partKey(date: string, runId: string, name: string): string {
  return `${NIGHTS}dt=${date}/${runId}/${name}`;
}

/** The one object of a night under a name that everybody knows. Without it there is no such night. */
export function manifestKey(date: string): string {
  return `${NIGHTS}dt=${date}/manifest.json`;
}

/** Dates of every night that was published, earliest first. */
export async function publishedDates(archive: Pick<Archive, 'list'>): Promise<string[]> {
  return (await archive.list(NIGHTS)).flatMap((key) => MANIFEST.exec(key)?.[1] ?? []).sort();
}

export interface PublishedNight {
  manifest: Manifest;
  sha256: string;
}

/** The snapshot whose manifest lies at `key`; undefined when there is none. */
export async function readNight(archive: Pick<Archive, 'get'>, key: string): Promise<PublishedNight | undefined> {
  const body = await archive.get(key);
  if (body === undefined) return undefined;
  const bytes = await wholeBytes(body);
  const parsed = ManifestSchema.safeParse(jsonIn(bytes.toString('utf8')));
  if (!parsed.success) throw new AppError('SNAPSHOT_UNREADABLE', `${key}.`);
  return { manifest: parsed.data, sha256: sha256(bytes) };
}

interface FindDeps {
  archive: Pick<Archive, 'get' | 'list'>;
  openSpool: OpenSpool;
  telemetry: Telemetry;
}

/**
 * The last complete night before `date`, its rows copied to a spool and checked against the hash. A night that does not
 * hold what its manifest says is reported and passed over. Undefined when there is none of this schema.
 */
export async function findPrevious(deps: FindDeps, date: string): Promise<PreviousNight | undefined> {
  const { archive, telemetry } = deps;
  const earlierFirst = (await publishedDates(archive)).filter((one) => one < date);
  for (const earlier of earlierFirst.toReversed()) {
    try {
      const night = await readNight(archive, manifestKey(earlier));
      return night && (await openNight(deps, night));
    } catch (error) {
      if (!isAppError(error, 'SNAPSHOT_UNREADABLE')) throw error;
      telemetry.log('error', 'An earlier night is damaged and passed over.', { key: manifestKey(earlier) });
      telemetry.count('NightDamaged');
    }
  }
  return undefined;
}

/**
 * A snapshot to compare with: its rows, copied to a spool and checked against the hash. Undefined when it was written
 * under another schema.
 *
 * @throws AppError SNAPSHOT_UNREADABLE when the rows are not those of the manifest.
 */
export async function openNight(
  { archive, openSpool }: { archive: Pick<Archive, 'get'>; openSpool: OpenSpool },
  night: PublishedNight,
): Promise<PreviousNight | undefined> {
  const { date, runId, startedAt, files, schemaVersion } = night.manifest;
  if (schemaVersion !== SCHEMA_VERSION) return undefined;
  const file = files.find(({ name }) => name === ROWS_FILE || name === PACKED);
  const body = file && (await archive.get(file.key));
  if (file === undefined || body === undefined) throw new AppError('SNAPSHOT_UNREADABLE', `${ROWS_FILE} is gone.`);
  const spool = await openSpool();
  try {
    const { bytes, result } = digesting(body);
    for await (const chunk of bytes) await spool.append(chunk);
    if (result().sha256 !== file.sha256) throw new AppError('SNAPSHOT_UNREADABLE', `${file.key} has another hash.`);
  } catch (error) {
    await spool[Symbol.asyncDispose]();
    throw error;
  }
  const bytes = (): AsyncIterable<Uint8Array> => readSpool(spool, file.bytes);
  return {
    night: { date, runId, startedAt, manifestSha256: night.sha256 },
    history: night.manifest.history,
    rows: () => readRows(file.name === PACKED ? gunzip(bytes()) : bytes()),
    [Symbol.asyncDispose]: () => spool[Symbol.asyncDispose](),
  };
}
