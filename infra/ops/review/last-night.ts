import { tmpdir } from 'node:os';
import { fileSpools } from '../../../lib/export/file-spool.ts';
import { manifestKey, openNight, publishedDates, readNight } from '../../../lib/export/nights.ts';
import type { Row } from '../../../lib/export/row.ts';
import { parseInstant } from '../../../lib/time.ts';
import type { Target } from '../frame/target.ts';

/** A night as it was published; `manifest` is the SHA-256 of its manifest. */
export interface LastNight {
  date: string;
  startedAt: number;
  manifest: string;
  rows: Row[];
}

/** The last one that was published, checked against its hash; undefined: none that this version can read. */
export async function readLastNight({ archive }: Pick<Target, 'archive'>): Promise<LastNight | undefined> {
  const date = (await publishedDates(archive)).at(-1);
  const published = date === undefined ? undefined : await readNight(archive, manifestKey(date));
  await using night = published && (await openNight({ archive, openSpool: fileSpools(tmpdir()) }, published));
  if (date === undefined || published === undefined || night === undefined) return undefined;
  const startedAt = parseInstant(published.manifest.startedAt, 'UTC') ?? 0;
  return { date, startedAt, manifest: published.sha256, rows: await Array.fromAsync(night.rows()) };
}
