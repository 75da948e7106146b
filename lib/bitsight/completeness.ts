import { BitsightError } from './errors.ts';
import type { UserPages, Verdict } from './listing.ts';
import type { User } from './schemas.ts';

/** How often a population that moves is read before it is given up. */
const PASSES = 3;

export type Consume<T> = (pages: AsyncIterable<User[]>, pass: number) => Promise<T>;

/**
 * Reads until a pass is proven whole, and returns what `consume` made of that pass. `consume` is called once a pass and
 * starts anew each time: what it made of a pass before is not proven. BITSIGHT_LIST_INCOMPLETE when no pass is.
 */
export async function readWhole<T>(
  read: (pass: number) => UserPages,
  consume: Consume<T>,
): Promise<{ value: T; verdict: Verdict }> {
  let before: Verdict | undefined;
  for (let pass = 1; pass <= PASSES; pass++) {
    const watched = watch(read(pass));
    const value = await consume(watched.pages, pass);
    const { verdict } = watched;
    if (verdict !== undefined && isWhole(verdict, before)) return { value, verdict };
    before = verdict;
  }
  throw incomplete(before);
}

export interface Watched {
  pages: AsyncGenerator<User[], void>;
  /** Undefined until all pages were read. */
  verdict: Verdict | undefined;
}

/** Keeps the verdict that a loop over the pages would drop. */
export function watch(pages: UserPages): Watched {
  const watched: Watched = { pages: keep(), verdict: undefined };
  async function* keep(): AsyncGenerator<User[], void> {
    watched.verdict = yield* pages;
  }
  return watched;
}

/**
 * A reading that saw no movement has as many users as were counted. Without anchors one may have been skipped and
 * another made; two passes with the same guids rule that out, because whoever made room by going is not read again.
 */
function isWhole(verdict: Verdict, before: Verdict | undefined): boolean {
  if (verdict.moved) return false;
  return verdict.anchored || before?.guids.symmetricDifference(verdict.guids).size === 0;
}

export function incomplete(verdict: Verdict | undefined): BitsightError {
  const seen = verdict === undefined ? 'not read to the end' : `${verdict.unique} of ${verdict.count} users read`;
  return new BitsightError('BITSIGHT_LIST_INCOMPLETE', `${seen}.`, { method: 'GET', path: '/v2/users' });
}

/** People, then company API tokens; who shows in both is yielded once. */
export async function* readBoth(people: UserPages, tokens: UserPages): UserPages {
  const first = yield* people;
  if (first.moved) return first;
  const rest = watch(tokens);
  for await (const users of rest.pages) yield users.filter(({ guid }) => !first.guids.has(guid));
  return rest.verdict === undefined ? first : union(first, rest.verdict);
}

function union(a: Verdict, b: Verdict): Verdict {
  const guids = a.guids.union(b.guids);
  const inBoth = a.unique + b.unique - guids.size;
  return {
    count: a.count + b.count - inBoth,
    unique: guids.size,
    pages: a.pages + b.pages,
    moved: b.moved,
    anchored: a.anchored && b.anchored,
    guids,
  };
}
