import type { ReadOptions, User, Users } from '../bitsight/index.ts';
import { AppError } from '../errors.ts';
import { jsonLine, ownRows } from './jsonl.ts';
import { byText, nameOf, rowOf, type Row } from './row.ts';
import { Lines, type OpenSpool, type Spool } from './spool.ts';

/** All accounts at one time, complete and proven. */
export interface Listing extends AsyncDisposable {
  people: number;
  tokens: number;
  /** Readings it took until nobody came or went meanwhile. */
  readings: number;
  /** `users.jsonl`, in order of guid. */
  jsonl(): AsyncIterable<Uint8Array>;
  /** In order of guid. */
  rows(): AsyncIterable<Row>;
  /** One kind in order of name, for people who read. */
  byName(kind: Row['kind']): AsyncIterable<Row>;
}

export interface ListingDeps {
  users: Pick<Users, 'readEveryone'>;
  openSpool: OpenSpool;
  call?: ReadOptions;
  /** Told after each page how many accounts this reading has, and which reading it is, from 1. */
  progress?: (read: number, reading: number) => void;
}

/**
 * Reads everybody, people and company API tokens, into a spool: memory holds a guid and a name an account.
 *
 * @throws BitsightError BITSIGHT_LIST_INCOMPLETE when no reading was proven whole: a short list never looks like one.
 */
export async function readListing({ users, openSpool, call, progress }: ListingDeps): Promise<Listing> {
  const spool = await openSpool();
  try {
    const { value, verdict } = await users.readEveryone(async (pages, pass) => {
      await spool.clear();
      return { read: await readPages(pages, new Lines(spool), (read) => progress?.(read, pass)), pass };
    }, call);
    const unique = value.read.lines.size;
    if (unique !== verdict.unique) throw new AppError('BITSIGHT_LIST_INCOMPLETE', `${unique} of ${verdict.unique}.`);
    return listingOf(value.read, value.pass, spool);
  } catch (error) {
    await spool[Symbol.asyncDispose]();
    throw error;
  }
}

/** By what the rows are put in order and chosen, without reading them: the n-th of each belongs to the n-th line. */
interface Read {
  lines: Lines;
  guids: string[];
  names: string[];
  tokens: Set<number>;
}

async function readPages(pages: AsyncIterable<User[]>, lines: Lines, progress: (read: number) => void): Promise<Read> {
  const read: Read = { lines, guids: [], names: [], tokens: new Set() };
  for await (const page of pages) {
    for (const user of page) {
      const row = rowOf(user);
      if (row.kind === 'api-token') read.tokens.add(lines.size);
      read.guids.push(row.guid);
      read.names.push(nameOf(row));
      await lines.append(jsonLine(row));
    }
    progress(lines.size);
  }
  return read;
}

const byName = new Intl.Collator('en', { numeric: true }).compare;

/** The numbers of the lines as `compare` has what belongs to them. */
function inOrder(of: readonly string[], compare: (a: string, b: string) => number): Uint32Array {
  return Uint32Array.from(of.keys()).sort((a, b) => compare(of[a] ?? '', of[b] ?? ''));
}

function listingOf({ lines, guids, names, tokens }: Read, readings: number, spool: Spool): Listing {
  const byGuids = inOrder(guids, byText);
  const jsonl = () => lines.chunks(byGuids);
  return {
    people: lines.size - tokens.size,
    tokens: tokens.size,
    readings,
    jsonl,
    rows: () => ownRows(jsonl()),
    byName: (wanted) =>
      ownRows(lines.chunks(inOrder(names, byName).filter((n) => tokens.has(n) === (wanted === 'api-token')))),
    [Symbol.asyncDispose]: () => spool[Symbol.asyncDispose](),
  };
}
