import type { ListSource, Position } from './listing.ts';
import type { UserPage } from './schemas.ts';

/** More than this Bitsight advises nobody to send at once (help page on limits). */
export const MOST_AT_ONCE = 3;

export interface ReadAhead {
  /** The page at `position`; undefined where its link is not the one that was reckoned. */
  take(position: Position): Promise<UserPage | undefined>;
  /** Asks for no more, and waits until nothing is under way. */
  stop(): Promise<void>;
}

/**
 * Asks for the pages behind the first one before its reader wants them, at offsets reckoned from `count` and from where
 * the second page begins. What comes is looked at as if it had been asked for one by one: each page has to begin with
 * the row that the page before ended with, whichever of the two was made first.
 *
 * @param second where the page behind the first begins.
 */
export function readAhead({ fetchPage, atOnce = 1 }: ListSource, second: Position, count: number): ReadAhead {
  const asked = new Map<number, Promise<UserPage>>();
  const step = second.offset;
  const reckoned = withoutOffset(second.link);
  let next = step;
  let running = 0;

  function ask(): void {
    // the last page is not behind the last row, which would be its anchor
    while (running < atOnce && asked.size < 2 * atOnce && next + 1 < count) {
      const page = fetchPage(next, second.link);
      asked.set(next, page);
      running += 1;
      next += step;
      const ended = (): void => {
        running -= 1;
        ask();
      };
      page.then(ended, stopAsking); // who takes the page hears what went wrong
    }
  }
  function stopAsking(): void {
    running -= 1;
    next = Infinity;
  }

  ask();
  return {
    async take({ offset, link }) {
      const page = asked.get(offset);
      if (page === undefined || withoutOffset(link) !== reckoned) return undefined;
      asked.delete(offset);
      ask();
      return page;
    },
    async stop() {
      next = Infinity;
      await Promise.allSettled(asked.values());
    },
  };
}

function withoutOffset(link: URLSearchParams): string {
  const rest = new URLSearchParams(link);
  rest.delete('offset');
  rest.sort();
  return rest.toString();
}
