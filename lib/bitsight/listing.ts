import { SECOND } from '../time.ts';
import { BitsightError } from './errors.ts';
import { readAhead, type ReadAhead } from './read-ahead.ts';
import type { User, UserPage } from './schemas.ts';

/** What one reading of all pages showed. */
export interface Verdict {
  /** Users there are, as the last page said. */
  count: number;
  /** Different guids that were read. */
  unique: number;
  pages: number;
  /**
   * Users came or went meanwhile, not as many came as were counted, or a page that was asked for ahead is not where it was
   * reckoned: what was yielded is not the whole. The reading ended where that was seen.
   */
  moved: boolean;
  /** Every page began with the last row of the page before: nobody can have slipped through between two pages. */
  anchored: boolean;
  guids: ReadonlySet<string>;
}

export type UserPages = AsyncGenerator<User[], Verdict>;

export interface ListSource {
  /** The page that begins at row `offset`, in order of guid. `link` is the query of the link that led to it. */
  fetchPage: (offset: number, link: URLSearchParams) => Promise<UserPage>;
  /** Links have to stay on its origin. */
  baseUrl: URL;
  /** Pages that may be asked for at once; 1 where not given: each by the link of the page before. */
  atOnce?: number;
  /** Milliseconds that are left for all pages, and that the last page took to come; where not given there is time. */
  time?: { left: () => number; took: () => number };
}

export interface Position {
  offset: number;
  link: URLSearchParams;
  /** Guid of the row that has to stand first here. */
  anchor?: string;
}

/** Rows. */
const FAR_BEHIND = 1000;
const PLACE = { method: 'GET', path: '/v2/users' };

/**
 * All pages in order of guid, each user once. Pages may be shorter than asked for, even empty (help page "Pagination"),
 * so `links.next` alone says whether and where it goes on.
 *
 * Offsets count the rows as they are at each request. When a user who was read already is removed, all later rows move
 * up and one is skipped; a new account hides that from every count. Hence each page is asked for from one row earlier,
 * and has to begin with the row that was read last: then it goes on exactly where the page before ended.
 *
 * @throws BitsightError BITSIGHT_LIST_TOO_LONG behind the first page, when the others would not come in the time left.
 */
export async function* readPages(source: ListSource): UserPages {
  const guids = new Set<string>();
  const verdict = { count: 0, unique: 0, pages: 0, moved: false, anchored: true, guids };
  let position: Position | undefined = { offset: 0, link: new URLSearchParams() };
  let ahead: ReadAhead | undefined;
  try {
    while (position !== undefined) {
      const page: UserPage | undefined = await (ahead?.take(position) ??
        source.fetchPage(position.offset, position.link));
      const users = page && newUsers(page, position.anchor, guids);
      verdict.moved = users === undefined || (verdict.pages > 0 && page?.count !== verdict.count);
      Object.assign(verdict, { count: page?.count ?? verdict.count, unique: guids.size, pages: verdict.pages + 1 });
      if (page === undefined || users === undefined || verdict.moved) return verdict;
      position = isEnd(page, position.offset, guids.size)
        ? undefined
        : nextPosition(page, position.offset, source.baseUrl);
      if (position !== undefined && position.anchor === undefined) verdict.anchored = false;
      if (position !== undefined && verdict.pages === 1) ahead = begin(source, position, page.count);
      yield users;
    }
  } finally {
    await ahead?.stop();
  }
  verdict.moved = verdict.unique !== verdict.count;
  return verdict;
}

/** Looks whether there is time for the rest, and asks for it ahead where that is wanted and its offsets can be reckoned. */
function begin(source: ListSource, second: Position, count: number): ReadAhead | undefined {
  const { atOnce = 1, time } = source;
  if (time !== undefined) refuseTooLong(Math.ceil((count - 1) / second.offset) - 1, atOnce, time.took(), time.left());
  return atOnce > 1 && second.anchor !== undefined ? readAhead(source, second, count) : undefined;
}

const seconds = (ms: number): string => `${Math.ceil(ms / SECOND)} s`;

/** Both times in milliseconds. */
function refuseTooLong(pages: number, atOnce: number, took: number, left: number): void {
  const needed = (pages * took) / atOnce;
  if (needed <= left) return;
  const figures = `${pages} more pages at ${Math.round(took)} ms, ${atOnce} at once, take ${seconds(needed)}`;
  throw new BitsightError('BITSIGHT_LIST_TOO_LONG', `${figures}; ${seconds(left)} are left.`, PLACE);
}

/** The users behind the anchor, whose guids are added; undefined when rows have moved. */
function newUsers({ results }: UserPage, anchor: string | undefined, guids: Set<string>): User[] | undefined {
  if (anchor !== undefined && results[0]?.guid !== anchor) return undefined;
  const users = anchor === undefined ? results : results.slice(1);
  for (const { guid } of users) {
    if (guids.has(guid)) return undefined;
    guids.add(guid);
  }
  return users;
}

/** Links may lead on behind the last user, as on the page of GET /users. Where some are still missing they are followed a while. */
function isEnd({ links, results, count }: UserPage, offset: number, unique: number): boolean {
  const isBehind = offset >= count && (unique >= count || offset >= count + FAR_BEHIND);
  return typeof links?.next !== 'string' || (results.length === 0 && isBehind);
}

function nextPosition({ links, results }: UserPage, offset: number, baseUrl: URL): Position {
  const link = linkQuery(links?.next ?? '', baseUrl);
  const nextOffset = Number(link.get('offset') ?? Number.NaN);
  if (!Number.isSafeInteger(nextOffset) || nextOffset <= offset)
    throw new BitsightError('BITSIGHT_UNEXPECTED_ANSWER', 'links.next does not lead on.', PLACE);
  // A page with holes has no last row that is known to stand at its end, and one row alone would not lead on.
  const last = results.length > 1 && nextOffset - offset === results.length ? results.at(-1) : undefined;
  return last === undefined ? { offset: nextOffset, link } : { offset: nextOffset - 1, link, anchor: last.guid };
}

/** The path of a link may differ from ours (`/ratings/v2`, `/v2`): only its query is used, and only from our origin. */
function linkQuery(next: string, baseUrl: URL): URLSearchParams {
  const link = URL.parse(next, baseUrl.href);
  if (link === null) throw new BitsightError('BITSIGHT_UNEXPECTED_ANSWER', 'links.next is no address.', PLACE);
  if (link.origin !== baseUrl.origin)
    throw new BitsightError('BITSIGHT_FOREIGN_ORIGIN', 'links.next leads to another origin.', PLACE);
  return link.searchParams;
}
