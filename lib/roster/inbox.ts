import { rosterSources } from '../config/sources.ts';
import type { Config, RosterSource } from '../config/schema.ts';
import { refused } from './check.ts';
import { takeDropped, type DroppedDeps } from './dropped.ts';
import type { RosterDeps } from './kept.ts';
import { readOffer } from './offer.ts';
import { keepFile, takeRoster, tellToTheEnd } from './take.ts';

export const INBOX = 'roster-inbox/';

export type InboxDeps = Omit<RosterDeps, 'archive'> & DroppedDeps & { config: Pick<Config, 'sources'> };

const PLACES = {
  folder: INBOX,
  refused: 'roster/refused/',
  codes: ['ROSTER_REFUSED', 'ROSTER_UNREADABLE'],
  what: 'Roster',
} as const;

/**
 * Takes in what lies under `roster-inbox/`: told, then moved to `roster/done/`, or to `roster/refused/` with the reason
 * beside it. A roster that was told already says nothing new.
 */
export async function takeInbox(deps: InboxDeps): Promise<{ taken: number; refused: number }> {
  const sources = rosterSources(deps.config.sources);
  if (sources.length === 0) return { taken: 0, refused: 0 };
  for (const [source] of sources) await tellToTheEnd(deps, source);
  return takeDropped(deps, PLACES, async (name, read) => {
    const [source, settings] = sourceOf(sources, name);
    const bytes = await read();
    const offer = await readOffer(deps, source, settings, { bytes, name });
    await takeRoster(deps, offer);
    await keepFile(deps, { name, bytes });
    const count = offer.differences.length;
    deps.telemetry.log('info', 'A roster was taken.', { source, event: offer.roster.id, count });
    deps.telemetry.count('RosterTaken', 1, { source });
  });
}

/** The folder names the source; with one source alone no folder is needed. */
function sourceOf(sources: readonly [string, RosterSource][], name: string): [string, RosterSource] {
  const [folder] = name.includes('/') ? name.split('/', 1) : [];
  const found = sources.length === 1 && folder === undefined ? sources[0] : sources.find(([id]) => id === folder);
  if (found !== undefined) return found;
  throw refused(`Put it into the folder of its source: ${sources.map(([id]) => `${INBOX}${id}/`).join(' or ')}.`);
}
