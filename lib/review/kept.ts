import { textBytes, wholeBytes } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { sha256 } from '../export/digest.ts';
import { getItem, readItem, type Read } from '../lifecycle/item.ts';
import { keys, ReviewRowSchema, ReviewSchema, type ReviewItem, type ReviewRow } from '../lifecycle/ledger.ts';
import type { Archive, Clock, Store } from '../lifecycle/ports.ts';
import { FrozenSchema, type Frozen } from './frozen.ts';

export interface ReviewDeps {
  store: Pick<Store, 'get' | 'put' | 'query'>;
  archive: Archive;
  clock: Pick<Clock, 'now'>;
}

/** Everything of a review lies below this in the archive. */
export const folderOf = (review: string): string => `review/${review}/`;
const frozenKey = (review: string, hash: string): string => `${folderOf(review)}frozen/${hash}.json`;

/** @throws AppError ARGUMENT_INVALID when there is no such review. */
export async function readReview(store: Pick<Store, 'get'>, id: string): Promise<Read<ReviewItem>> {
  const review = await findReview(store, id);
  if (review !== undefined) return review;
  throw new AppError('ARGUMENT_INVALID', `There is no review ${id}; npm run ops -- review status lists them.`);
}

export function findReview(store: Pick<Store, 'get'>, id: string): Promise<Read<ReviewItem> | undefined> {
  return getItem(store, keys.review(id), ReviewSchema);
}

/** Every review there is, the oldest first. */
export async function allReviews({ store, archive }: Pick<ReviewDeps, 'store' | 'archive'>): Promise<ReviewItem[]> {
  const names = (await archive.list('review/')).flatMap((key) => /^review\/(\d{4}-Q\d)\//.exec(key)?.[1] ?? []);
  const found = await Promise.all([...new Set(names)].map((id) => findReview(store, id)));
  return found.filter((one) => one !== undefined).sort((a, b) => a.at - b.at);
}

/** Puts it into the archive, and returns the hash under which it lies. */
export async function keepFrozen(archive: Archive, frozen: Frozen): Promise<string> {
  const text = JSON.stringify(frozen);
  await archive.put(frozenKey(frozen.review, sha256(text)), textBytes(text), 'application/json');
  return sha256(text);
}

/** @throws AppError SNAPSHOT_UNREADABLE when it is not what was frozen. */
export async function readFrozen(archive: Pick<Archive, 'get'>, review: ReviewItem): Promise<Frozen> {
  const key = frozenKey(review.id, review.frozen);
  const bytes = await wholeBytes(await archive.get(key));
  if (sha256(bytes) !== review.frozen) throw new AppError('SNAPSHOT_UNREADABLE', `${key}.`);
  return FrozenSchema.parse(JSON.parse(bytes.toString('utf8')));
}

/** What was decided so far, by the number of the row. */
export async function readDecided(store: Pick<Store, 'query'>, id: string): Promise<Map<number, Read<ReviewRow>>> {
  const items = await store.query(keys.review(id).pk, { prefix: 'M#' });
  const rows = items.map((item) => ({ ...readItem(ReviewRowSchema, item), v: item.v }));
  return new Map(rows.map((row) => [row.n, row]));
}
