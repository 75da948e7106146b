import type { Batch } from './ledger.ts';

/**
 * What people on duty are told besides alarms: one structure, of which the adapter makes a text for e-mail and a
 * notification for chat. This file alone makes the words. Nobody is named unless `notify.names` says so.
 */
export interface Message {
  /** Stable: the same message, told again, has the same. */
  id: string;
  /** The setting of `notify` that turns it off. */
  about: 'batches' | 'exceptions' | 'week';
  /** At most 60 characters, without line breaks. */
  title: string;
  says: string;
  /** What to do, one line each. */
  next: string[];
}

const WHAT: Record<Batch['kind'], string> = {
  offboardings: 'were to lose access',
  raises: 'were to be given a higher role',
  changes: 'were to be changed',
  creations: 'were to be given an account',
};

export function batchWaits({ id, source, kind }: Batch, n: number, names: string[]): Message {
  return {
    id: batchMessage(id),
    about: 'batches',
    title: `A batch of ${people(n)} waits for a decision`,
    says: `More people ${WHAT[kind]} on the word of ${source} than its fuse allows. ${people(n)} wait as the batch ${id}; whoever comes after them joins it. Nothing else stops.${listOf(names)}`,
    next: [
      `Look: npm run ops -- held ${id}`,
      `Decide over what you saw: npm run ops -- release ${id}, or reject ${id}`,
      'docs/runbook.md#batch-waiting',
    ],
  };
}
export const batchMessage = (id: string): string => `batch-${id}`;

/** `places`: where on the list they stand, from 1. */
export function exceptionsEnd(until: string, places: number[], names: string[]): Message {
  const whose = `entry ${places.join(', ')} of the list exceptions`;
  return {
    id: exceptionsMessage(until),
    about: 'exceptions',
    title: `${places.length === 1 ? 'An exception ends' : `${places.length} exceptions end`} on ${until}`,
    says: `Whom HR does not know loses access after that day: ${whose}.${listOf(names)}`,
    next: [
      'Ask the owner of the entry. To prolong it, set its until (at most a year ahead) and deploy; else let it end.',
      'docs/runbook.md#exception-ending',
    ],
  };
}
export const exceptionsMessage = (until: string): string => `exceptions-${until}`;

export interface Week {
  /** Since which night it counts, YYYY-MM-DD. */
  since: string;
  people: number;
  tokens: number;
  joined: number;
  left: number;
  /** Nights of it that were not published. */
  missing: number;
  /** Where the last review lies. */
  review: string;
}

export function weekEnds(id: string, week: Week): Message {
  const { since, joined, left, missing, review, tokens } = week;
  return {
    id,
    about: 'week',
    title: `Access review of the week: ${people(week.people)}`,
    says: `${people(week.people)} and ${tokens} API tokens have access to Bitsight. Since ${since}: ${joined} came, ${left} went. ${missing === 0 ? 'No night is missing.' : `Nights that are missing: ${missing}.`}`,
    next: [`Read it: ${review}`, 'What waits for a decision: npm run ops -- held'],
  };
}

const people = (n: number): string => (n === 1 ? '1 person' : `${n} people`);
const listOf = (names: string[]): string => (names.length === 0 ? '' : ` Who: ${names.join(', ')}.`);
