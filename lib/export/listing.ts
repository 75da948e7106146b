import type { ReadOptions, User, Users } from '../bitsight/index.ts';
import { AppError } from '../errors.ts';
import { jsonLine, readRows } from './jsonl.ts';
import { byGuid, nameOf, rowOf, type Row } from './row.ts';
import { Lines, type OpenSpool, type Spool } from './spool.ts';

/** By what the rows are put in order and chosen, without reading them. */
interface RowKey {
  guid: string;
  kind: Row['kind'];
  name: string;
}

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
      return { lines: await readPages(pages, new Lines<RowKey>(spool), (read) => progress?.(read, pass)), pass };
    }, call);
    const unique = value.lines.size;
    if (unique !== verdict.unique) throw new AppError('BITSIGHT_LIST_INCOMPLETE', `${unique} of ${verdict.unique}.`);
    return listingOf(value.lines, value.pass, spool);
  } catch (error) {
    await spool[Symbol.asyncDispose]();
    throw error;
  }
}

async function readPages(
  pages: AsyncIterable<User[]>,
  lines: Lines<RowKey>,
  progress: (read: number) => void,
): Promise<Lines<RowKey>> {
  for await (const page of pages) {
    for (const user of page) {
      const row = rowOf(user);
      await lines.append({ guid: row.guid, kind: row.kind, name: nameOf(row) }, jsonLine(row));
    }
    progress(lines.size);
  }
  return lines;
}

const byName = new Intl.Collator('en', { numeric: true }).compare;

function listingOf(lines: Lines<RowKey>, readings: number, spool: Spool): Listing {
  const jsonl = () => lines.chunks(byGuid);
  return {
    people: lines.count(({ kind }) => kind === 'person'),
    tokens: lines.count(({ kind }) => kind === 'api-token'),
    readings,
    jsonl,
    rows: () => readRows(jsonl()),
    byName: (wanted) =>
      readRows(
        lines.chunks(
          (a, b) => byName(a.name, b.name),
          ({ kind }) => kind === wanted,
        ),
      ),
    [Symbol.asyncDispose]: () => spool[Symbol.asyncDispose](),
  };
}
