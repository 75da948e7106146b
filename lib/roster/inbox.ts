import { rosterSources } from '../config/sources.ts';
import type { Config, RosterSource } from '../config/schema.ts';
import { isAppError } from '../errors.ts';
import type { Archive, Telemetry } from '../lifecycle/ports.ts';
import { toIso } from '../time.ts';
import { refused } from './check.ts';
import { pieces, type RosterDeps } from './kept.ts';
import { readOffer } from './offer.ts';
import { keepFile, takeRoster, tellToTheEnd } from './take.ts';

export const INBOX = 'roster-inbox/';

export interface InboxDeps extends RosterDeps {
  archive: Archive;
  config: Pick<Config, 'sources'>;
  telemetry: Telemetry;
}

/**
 * Takes in what lies under `roster-inbox/`, in order of name: told, then moved to `roster/done/`, or to
 * `roster/refused/` with the reason beside it. May die anywhere: what lies there is taken up again, and a roster that
 * was told already says nothing new.
 */
export async function takeInbox(deps: InboxDeps): Promise<{ taken: number; refused: number }> {
  const sources = rosterSources(deps.config.sources);
  const counts = { taken: 0, refused: 0 };
  if (sources.length === 0) return counts;
  for (const [source] of sources) await tellToTheEnd(deps, source);
  for (const key of (await deps.archive.list(INBOX)).filter((name) => !name.endsWith('/')))
    counts[await takeFile(deps, sources, key)] += 1;
  return counts;
}

async function takeFile(
  deps: InboxDeps,
  sources: readonly [string, RosterSource][],
  key: string,
): Promise<'taken' | 'refused'> {
  const { archive, clock, telemetry } = deps;
  const name = key.slice(INBOX.length);
  const place = `${toIso(clock.now())}-${name.replaceAll('/', '-')}`;
  try {
    const [source, settings] = sourceOf(sources, name);
    const bytes = await bytesAt(archive, key);
    const read = await readOffer(deps, source, settings, { bytes, name });
    await takeRoster(deps, read);
    await keepFile(deps, { name, bytes });
    await archive.delete(key);
    telemetry.log('info', 'A roster was taken.', { source, event: read.roster.id, count: read.differences.length });
    telemetry.count('RosterTaken', 1, { source });
    return 'taken';
  } catch (error) {
    if (!isAppError(error, 'ROSTER_UNREADABLE', 'ROSTER_REFUSED')) throw error;
    await archive.put(`roster/refused/${place}.reason.txt`, pieces(`${error.line}\n`), 'text/plain');
    await move(archive, key, `roster/refused/${place}`);
    telemetry.log('error', 'A roster was refused.', { code: error.code, message: error.message });
    telemetry.count('RosterRefused');
    return 'refused';
  }
}

/** The folder names the source; with one source alone no folder is needed. */
function sourceOf(sources: readonly [string, RosterSource][], name: string): [string, RosterSource] {
  const [folder] = name.includes('/') ? name.split('/', 1) : [];
  const found = sources.length === 1 && folder === undefined ? sources[0] : sources.find(([id]) => id === folder);
  if (found !== undefined) return found;
  throw refused(`Put it into the folder of its source: ${sources.map(([id]) => `${INBOX}${id}/`).join(' or ')}.`);
}

const MOST_BYTES = 64 * 1024 * 1024;

async function bytesAt(archive: InboxDeps['archive'], key: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (await archive.get(key)) ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MOST_BYTES) throw refused('It is larger than 64 MiB.');
  }
  return Buffer.concat(chunks);
}

async function move(archive: InboxDeps['archive'], from: string, to: string): Promise<void> {
  const body = await archive.get(from);
  if (body === undefined) return; // another run was here
  await archive.put(to, body, 'application/octet-stream');
  await archive.delete(from);
}
