import { once } from '../bytes.ts';
import { isAppError } from '../errors.ts';
import { sha256 } from '../export/digest.ts';
import { changeItem, type Read } from '../lifecycle/item.ts';
import { keys, ReviewRowSchema, ReviewSchema, type ReviewRow } from '../lifecycle/ledger.ts';
import { takeDropped, type DroppedDeps } from '../roster/dropped.ts';
import { readTable, type Table } from '../roster/table.ts';
import { findReview, folderOf, readDecided, readFrozen, type ReviewDeps } from './kept.ts';
import { readVerdicts, refused, reviewNamed, verdictText, type Verdict } from './verdicts.ts';

export interface Taken {
  review: string;
  rows: number;
  /** Decided otherwise by an earlier worksheet. */
  replaced: number;
}

/**
 * Takes a worksheet in, whole or not at all; given again it says nothing new. The last worksheet decides, as long as the
 * review is open; each one is kept as it came.
 *
 * @param wanted which review it should be of.
 * @throws AppError REVIEW_REFUSED
 */
export async function takeWorksheet(
  deps: ReviewDeps,
  name: string,
  bytes: Uint8Array,
  wanted?: string,
): Promise<Taken> {
  const table = tableIn(bytes);
  const id = reviewNamed(table);
  const review = await findReview(deps.store, id);
  if (wanted !== undefined && wanted !== id) throw refused(`It is of the review ${id}, not of ${wanted}.`);
  if (review === undefined) throw refused(`There is no review ${id}.`);
  if (review.closed !== undefined) throw refused(`The review ${id} is closed.`);
  const verdicts = readVerdicts(table, await readFrozen(deps.archive, review));
  const worksheet = sha256(bytes);
  const kept = `${folderOf(id)}done/${worksheet.slice(0, 12)}-${name.replaceAll('/', '-')}`;
  await deps.archive.put(kept, once(bytes), 'application/octet-stream');
  const before = await readDecided(deps.store, id);
  for (let at = 0; at < verdicts.length; at += AT_ONCE)
    await Promise.all(
      verdicts.slice(at, at + AT_ONCE).map((verdict) => write(deps, id, verdict, worksheet, before.get(verdict.n))),
    );
  await changeItem(deps.store, keys.review(id), ReviewSchema, (latest) => {
    if (latest?.closed !== undefined) throw refused(`The review ${id} was closed meanwhile.`);
    return latest && { ...latest, taken: latest.taken + 1 };
  });
  const replaced = verdicts.filter((verdict) => {
    const earlier = before.get(verdict.n);
    return earlier !== undefined && verdictText(earlier) !== verdictText(verdict);
  });
  return { review: id, rows: verdicts.length, replaced: replaced.length };
}

function tableIn(bytes: Uint8Array): Table {
  try {
    return readTable(bytes);
  } catch (error) {
    throw isAppError(error, 'ROSTER_UNREADABLE') ? refused(error.message) : error;
  }
}

/** Rows that are written side by side: one after another a worksheet of thousands would outlast a sweep. */
const AT_ONCE = 16;

/** `before`: what stood there when the worksheet came. */
async function write(
  { store, clock }: ReviewDeps,
  id: string,
  verdict: Verdict,
  worksheet: string,
  before: Read<ReviewRow> | undefined,
): Promise<void> {
  const key = keys.reviewRow(id, verdict.n);
  const decided: ReviewRow = { ...key, schema: 1, ...verdict, worksheet, at: clock.now() };
  const next = (latest: ReviewRow | undefined): ReviewRow | undefined =>
    latest?.worksheet === worksheet
      ? undefined // the same file again
      : { ...decided, ...(latest?.told !== undefined && { told: latest.told }) };
  const first = next(before);
  if (first === undefined || (await store.put(first, before?.v ?? 'absent')) !== undefined) return;
  await changeItem(store, key, ReviewRowSchema, next);
}

export const REVIEW_INBOX = 'review-inbox/';

const PLACES = {
  folder: REVIEW_INBOX,
  refused: 'review/refused/',
  codes: ['REVIEW_REFUSED'],
  what: 'Worksheet',
} as const;

/** Takes in what lies under `review-inbox/`; the file itself is kept with its review, or under `review/refused/` with the reasons. */
export function takeReviewInbox(deps: ReviewDeps & DroppedDeps): Promise<{ taken: number; refused: number }> {
  return takeDropped(deps, PLACES, async (name, read) => {
    const { review, rows } = await takeWorksheet(deps, name, await read());
    deps.telemetry.log('info', 'A worksheet was taken.', { event: review, count: rows });
    deps.telemetry.count('WorksheetTaken');
  });
}
