import type { Clock } from '../lifecycle/ports.ts';
import { toIso } from '../time.ts';
import { changeLine, changesFile } from './changes-file.ts';
import { gzip } from './compress.ts';
import { csv } from './csv.ts';
import { digesting } from './digest.ts';
import type { Listing } from './listing.ts';
import type { Manifest, NightCount, Previous, SnapshotFile } from './manifest.ts';
import { reviewHtml } from './review-html.ts';
import { reviewOf, type Review, type Run } from './review.ts';
import { ROWS_FILE, SCHEMA_VERSION, type Row } from './row.ts';
import { Lines, type OpenSpool } from './spool.ts';
import { survey, type Survey } from './survey.ts';

/** A night to compare with: what it says of itself, and its rows, as often as wanted. */
export interface PreviousNight extends AsyncDisposable {
  night: Previous;
  history: readonly NightCount[];
  rows(): AsyncIterable<Row>;
}
export interface SnapshotOrder extends Run {
  /** Share of the accounts that may be gone before it is an alarm, in (0, 1]. */
  implausibleShare: number;
  listing: Listing;
  previous: PreviousNight | undefined;
  format: { gzip: boolean; bom: boolean };
  /** Calls made to Bitsight for this snapshot. */
  calls: () => number;
}
export interface SnapshotDeps {
  clock: Pick<Clock, 'now'>;
  openSpool: OpenSpool;
  /** Writes one file and returns where it lies. */
  put: (name: string, body: AsyncIterable<Uint8Array>, contentType: string) => Promise<string>;
}

export interface Written {
  manifest: Manifest;
  review: Review;
  lookAgain: Survey['lookAgain'];
}

/**
 * Writes users.jsonl, users.csv and changes.json, with .gz behind their names where they are compressed, and review.html;
 * returns the manifest, which the caller puts last.
 * Each file is read from the listing as it is written.
 */
export async function writeSnapshot(order: SnapshotOrder, { clock, openSpool, put }: SnapshotDeps): Promise<Written> {
  const { listing, previous, by, format } = order;
  await using spool = await openSpool();
  const changes = new Lines(spool);
  const found = await survey(previous?.rows(), listing.rows(), by, async (change) => {
    await changes.append(changeLine(change, changes.size === 0));
  });
  const implausible = isImplausible(found, order.implausibleShare);
  const files: SnapshotFile[] = [];
  const write = async (name: string, contentType: string, body: AsyncIterable<Uint8Array>): Promise<void> => {
    const { bytes, result } = digesting(body);
    files.push({ name, key: await put(name, bytes, contentType), ...result() });
  };
  const writeData = (name: string, contentType: string, body: AsyncIterable<Uint8Array>): Promise<void> =>
    format.gzip ? write(`${name}.gz`, 'application/gzip', gzip(body)) : write(name, contentType, body);
  const head = { ...names(order), previous: previous?.night ?? null, implausible, counts: found.changes };
  await writeData(ROWS_FILE, 'application/x-ndjson', listing.jsonl());
  await writeData('users.csv', 'text/csv; charset=utf-8', csv(listing.rows(), format));
  await writeData('changes.json', 'application/json', changesFile(head, changes));
  const history = historyOf(order, found);
  const review = reviewOf({ ...order, previous: previous?.night, survey: found, implausible, files, history });
  const page = reviewHtml(review, by, listing.byName('person'), listing.byName('api-token'));
  await write('review.html', 'text/html; charset=utf-8', page);
  return {
    manifest: manifestOf(order, found, implausible, files, history, clock.now()),
    review,
    lookAgain: found.lookAgain,
  };
}

/** A quarter of nights. */
const MOST_NIGHTS = 92;

function historyOf({ date, previous }: SnapshotOrder, { now, changes: { joined, left } }: Survey): NightCount[] {
  const tonight = { date, people: now.people, joined: previous === undefined ? 0 : joined, left };
  return [...(previous?.history ?? []), tonight].slice(-MOST_NIGHTS);
}

/** More of the accounts are gone than may be believed. */
function isImplausible({ before, changes }: Survey, share: number): boolean {
  const total = before ? before.people + before.tokens : 0;
  return changes.left > total * share;
}

const names = ({ date, runId }: SnapshotOrder) => ({ date, runId });

function manifestOf(
  order: SnapshotOrder,
  { changes: { joined, left, changed } }: Survey,
  implausible: boolean,
  files: SnapshotFile[],
  history: NightCount[],
  finishedAt: number,
): Manifest {
  const { listing, previous } = order;
  return {
    schemaVersion: SCHEMA_VERSION,
    ...names(order),
    startedAt: toIso(order.startedAt),
    finishedAt: toIso(finishedAt),
    counts: { people: listing.people, tokens: listing.tokens },
    readings: listing.readings,
    calls: order.calls(),
    files,
    previous: previous?.night ?? null,
    changes: { baseline: previous === undefined, implausible, joined, left, changed },
    history,
    configHash: order.configHash,
  };
}
