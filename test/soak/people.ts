import type { Exception } from './exceptions.ts';
import type { Decision } from './operator.ts';
import type { Account } from '../../infra/local/bitsight-simulator/account.ts';
import type { Attribute, Employment, LifecycleEvent } from '../../lib/lifecycle/event.ts';

/** What one source has in its own books of a person: the truth that its deliveries, in whatever order, have to lead to. */
export interface Book {
  source: 'hr' | 'contractors' | 'tickets';
  /** Absent: this source knows people by address only. */
  employeeId?: string;
  employment: Standing;
  /** What was said of it, in order. */
  words: Word[];
  starts?: number;
  /** A leave of absence that lies ahead. */
  pauses?: number;
  ends?: number;
  /** Only what was said: what a source knows and never sends is unknown to everybody else. */
  said: Partial<Record<Attribute, string>>;
  /** One change of attributes that lies ahead. */
  planned?: { from: number; attributes: Partial<Record<Attribute, string>> };
}

export type Standing = 'none' | 'active' | 'suspended' | 'ended' | 'ended-now';

export interface Word {
  said: number;
  from: number;
  employment: Employment;
}

/** One human, however many sources speak of them. */
export interface Human {
  n: number;
  firstName: string;
  lastName: string;
  /** Every address that is theirs, in lower case, the present one last. */
  addresses: string[];
  books: Book[];
  /** When the first source spoke. */
  since: number;
  /** What was done in Bitsight by hand: nothing, what the next look mends, or what makes the end theirs who did it. */
  touched: 'no' | 'mended' | 'decided';
  /** Their address was known from the first word on: somebody else may come with it later. */
  lends?: boolean;
  /** They came with the address of somebody else. */
  borrowed?: string;
  /** Accounts of others that were made by hand under an address this human had left. */
  strangers: Account[];
  guarded?: boolean;
  /** First a contractor, then employed. */
  converts?: boolean;
  /** On the list of exceptions. */
  exception?: Exception;
  /** What was decided for this human alone. */
  decisions: Decision[];
}

/** Brings a book up to date: what was planned has come true by `now`. */
export function turnTo(book: Book, now: number): void {
  if (book.planned !== undefined && book.planned.from <= now) {
    Object.assign(book.said, book.planned.attributes);
    delete book.planned;
  }
  for (const [what, state] of AHEAD.toSorted(([a], [b]) => (book[a] ?? 0) - (book[b] ?? 0))) {
    if ((book[what] ?? Infinity) > now) continue;
    book.employment = state;
    delete book[what];
  }
}

/** What a book says at an instant by some of its words alone. */
export function standingBy(words: readonly Word[], now: number): Standing {
  const book: Book = { source: 'hr', employment: 'none', said: {}, words: [] };
  for (const { said, from, employment } of words) {
    turnTo(book, said);
    const [ahead] = AHEAD.find(([, state]) => state === employment) ?? [];
    if (employment === 'stays') delete book.ends;
    else if (from > said && ahead !== undefined) book[ahead] = from;
    else book.employment = employment === 'resumed' ? 'active' : employment;
  }
  turnTo(book, now);
  return book.employment;
}

/** What may lie ahead in a book; of what happens in one instant the last stands. */
const AHEAD = [
  ['starts', 'active'],
  ['pauses', 'suspended'],
  ['ends', 'ended'],
] as const;

export const addressOf = (human: Human): string => human.addresses.at(-1) ?? '';

/** What a message says beside who says it. */
export interface Said {
  kind: LifecycleEvent['kind'];
  from?: number;
  employment?: Employment;
  attributes?: Partial<Record<Attribute, string>>;
}

/** One message of a source, the `n`-th of all. */
export function message(book: Book, n: number, now: number, said: Said): LifecycleEvent {
  const { kind, from = now, employment, attributes = {} } = said;
  return {
    schema: 1,
    id: `${book.source}:message-${n}`,
    received: `received-${n}`,
    receivedAt: now,
    source: book.source,
    bodyHash: n.toString(16).padStart(64, '0'),
    idFrom: book.source === 'contractors' ? 'body' : 'sender',
    kind,
    said: now,
    from,
    attributes,
    ...(book.employeeId !== undefined && { employeeId: book.employeeId }),
    ...(employment !== undefined && { employment }),
  };
}
