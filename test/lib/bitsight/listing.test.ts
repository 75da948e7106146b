import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { readWhole } from '../../../lib/bitsight/completeness.ts';
import { readPages, type ListSource } from '../../../lib/bitsight/listing.ts';
import { isAppError } from '../../../lib/errors.ts';
import { pageOf, userWith, withBitsight } from '../../support/bitsight.ts';
import type { Call } from '../../support/scripted-server.ts';

const baseUrl = new URL('https://bitsight.example.com');
const guidOf = (n: number): string => `u-${String(n).padStart(4, '0')}`;

/** How the server cuts pages: as asked, never more than some, anything from one row on, or with rows that do not show. */
type Cut =
  | { kind: 'asked' }
  | { kind: 'capped'; at: number }
  | { kind: 'random'; lengths: number[] }
  | { kind: 'holes' };
/** Before request `at`, user `n` comes if absent, or goes if present. A guid that went does not come again. */
interface Change {
  at: number;
  n: number;
}

const isHidden = (guid: string, cut: Cut): boolean => cut.kind === 'holes' && Number(guid.slice(2)) % 3 === 0;

/**
 * A population that may change before each answer, served by offset; `history[k]` is who was there at answer k. A request
 * waits as many turns as `lags` says before it is answered, so that of several at once any may be the first.
 */
function populationOf(ids: number[], limit: number, cut: Cut, changes: Change[] = [], lags: number[] = []) {
  let everybody = new Set(ids.map(guidOf));
  const gone = new Set<string>();
  const history: Set<string>[] = [];
  let requests = 0;
  const fetchPage: ListSource['fetchPage'] = async (offset) => {
    const turns = lags[requests++ % lags.length] ?? 0;
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    for (const { n } of changes.filter(({ at }) => at === history.length)) {
      const guid = guidOf(n);
      if (everybody.has(guid)) gone.add(guid);
      everybody = everybody.has(guid) ? everybody.difference(new Set([guid])) : everybody.union(new Set([guid]));
      everybody = everybody.difference(gone);
    }
    const rows = [...everybody].sort();
    const length = lengthOf(cut, limit, history.length);
    const visible = rows.filter((guid) => !isHidden(guid, cut));
    history.push(new Set(visible));
    const results = rows.slice(offset, offset + length).filter((guid) => !isHidden(guid, cut));
    const next = offset + length < rows.length ? `/v2/users?limit=${limit}&offset=${offset + length}` : null;
    return {
      links: { next },
      count: visible.length,
      results: results.map((guid) => ({ guid, email: '', roles: [], features: [] })),
    };
  };
  return { source: { fetchPage, baseUrl }, history };
}

function lengthOf(cut: Cut, limit: number, request: number): number {
  if (cut.kind === 'capped') return Math.min(limit, cut.at);
  if (cut.kind === 'random') return Math.min(limit, cut.lengths[request % cut.lengths.length] ?? limit);
  return limit;
}

const anIds = fc.uniqueArray(fc.nat(60), { maxLength: 25 });
const aLimit = fc.integer({ min: 1, max: 8 });
const anAtOnce = fc.integer({ min: 1, max: 3 });
const someLags = fc.array(fc.nat(4), { minLength: 1, maxLength: 5 });
const aCut: fc.Arbitrary<Cut> = fc.oneof(
  fc.constant({ kind: 'asked' } as const),
  fc.constant({ kind: 'holes' } as const),
  fc.record({ kind: fc.constant('capped' as const), at: fc.integer({ min: 1, max: 8 }) }),
  fc.record({
    kind: fc.constant('random' as const),
    lengths: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1 }),
  }),
);

/** The guids of the proven pass, and the answer it began with. */
async function readAll(source: ListSource, history: unknown[], atOnce = 1) {
  const whole = await readWhole(
    (pass) => readPages({ ...source, atOnce: pass === 1 ? atOnce : 1 }),
    async (pages) => {
      const from = history.length;
      const users = (await Array.fromAsync(pages)).flat();
      return { guids: users.map(({ guid }) => guid), from };
    },
  );
  return whole.value;
}

test('a population that stands still is read whole, each user once, however the server cuts its pages', async () => {
  await fc.assert(
    fc.asyncProperty(anIds, aLimit, aCut, anAtOnce, someLags, async (ids, limit, cut, atOnce, lags) => {
      const { source, history } = populationOf(ids, limit, cut, [], lags);
      const { guids } = await readAll(source, history, atOnce);
      const visible = ids.map(guidOf).filter((guid) => !isHidden(guid, cut));
      expect(guids.toSorted()).toEqual(visible.sort());
    }),
    { seed: 1, numRuns: 1000 },
  );
});

test('a population that moves is read whole or refused, never wrong', async () => {
  const someChanges = fc.array(fc.record({ at: fc.nat(30), n: fc.nat(60) }), { maxLength: 12 });
  const aWay = fc.record({ atOnce: anAtOnce, lags: someLags });
  const counts = { whole: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(anIds, aLimit, aCut, someChanges, aWay, async (ids, limit, cut, changes, { atOnce, lags }) => {
      const { source, history } = populationOf(ids, limit, cut, changes, lags);
      const read = await readAll(source, history, atOnce).catch((error: unknown) => {
        if (isAppError(error, 'BITSIGHT_LIST_INCOMPLETE')) return undefined;
        throw error;
      });
      counts[read === undefined ? 'refused' : 'whole']++;
      if (read === undefined) return;
      const [first = new Set<string>(), ...later] = history.slice(read.from);
      const guids = new Set(read.guids);
      expect(read.guids).toHaveLength(guids.size);
      const always = later.reduce((all, now) => all.intersection(now), first);
      const ever = later.reduce((all, now) => all.union(now), first);
      expect(always.isSubsetOf(guids)).toBe(true);
      expect(guids.isSubsetOf(ever)).toBe(true);
    }),
    { seed: 1, numRuns: 4000 },
  );
  expect(counts.whole).toBeGreaterThan(500);
  expect(counts.refused).toBeGreaterThan(100);
});

test('a leaver and a joiner between two pages leave the count as it was; the skipped user is found all the same', async () => {
  const changes = [
    { at: 1, n: 1 },
    { at: 1, n: 9 },
  ];
  const { source, history } = populationOf([1, 2, 3, 4], 2, { kind: 'asked' }, changes);
  const { guids, from } = await readAll(source, history);
  expect(guids).toEqual([2, 3, 4, 9].map(guidOf));
  expect(from).toBeGreaterThan(0);
});

const twenty = Array.from({ length: 20 }, (_, n) => n);

/** The rows at which pages were asked for, and the most that were at once. */
function watched({ fetchPage, baseUrl: origin }: ListSource) {
  const seen = { asked: [] as number[], most: 0 }; // -- the type of an empty list
  let running = 0;
  const source: ListSource = {
    baseUrl: origin,
    async fetchPage(offset, link) {
      seen.asked.push(offset);
      seen.most = Math.max(seen.most, (running += 1));
      return fetchPage(offset, link).finally(() => (running -= 1));
    },
  };
  return { source, seen };
}

describe('pages asked for ahead', () => {
  const guids = twenty.map(guidOf);
  test.each([1, 2, 3])('come %i at once, each once, and never more', async (atOnce) => {
    const { source, history } = populationOf(twenty, 4, { kind: 'asked' }, [], [3, 9, 5]);
    const { source: counted, seen } = watched(source);
    expect(await readAll(counted, history, atOnce)).toEqual({ guids, from: 0 });
    expect(seen).toEqual({ asked: [0, 3, 6, 9, 12, 15, 18], most: atOnce });
  });

  test.each<[string, Change[], number[]]>([
    ['a page that is short', [], [4, 4, 2, 4]],
    ['a next link that leads elsewhere', [], [4, 4, 4, 3]],
    ['another count', [{ at: 3, n: 30 }], [4]],
  ])('are thrown away by %s, and read again one at a time', async (_, changes, lengths) => {
    const { source, history } = populationOf(twenty, 4, { kind: 'random', lengths }, changes);
    const { source: counted, seen } = watched(source);
    const { from } = await readAll(counted, history, 3);
    expect(from).toBeGreaterThan(0);
    expect(seen.asked[from]).toBe(0);
    const again = seen.asked.slice(from);
    expect(again).toEqual(again.toSorted((a, b) => a - b));
  });

  test('are left alone where the link carries more than was reckoned', async () => {
    const { source } = populationOf(twenty, 4, { kind: 'asked' });
    let page = 0;
    const fetchPage: ListSource['fetchPage'] = async (offset, link) => {
      const answer = await source.fetchPage(offset, link);
      page += 1;
      return { ...answer, links: { next: answer.links?.next ? `${answer.links.next}&cursor=${page}` : null } };
    };
    const reading = readPages({ ...source, fetchPage, atOnce: 3 });
    let step = await reading.next();
    while (step.done !== true) step = await reading.next();
    expect(step.value).toMatchObject({ moved: true, unique: 7 });
  });

  test('are waited for when the reading fails, so that nothing of it is under way afterwards', async () => {
    const { source } = populationOf(twenty, 4, { kind: 'asked' }, [], [9]);
    let running = 0;
    const fetchPage: ListSource['fetchPage'] = async (offset, link) => {
      running += 1;
      try {
        if (offset === 3) throw new Error('broken');
        return await source.fetchPage(offset, link);
      } finally {
        running -= 1;
      }
    };
    await expect(Array.fromAsync(readPages({ ...source, fetchPage, atOnce: 3 }))).rejects.toThrow('broken');
    expect(running).toBe(0);
  });
});

/** How many pages are asked for in milliseconds when each takes 2 s. */
const readIn = async (left: number, atOnce: number): Promise<number> => {
  const { source, history } = populationOf(twenty, 4, { kind: 'asked' });
  const pages = readPages({ ...source, atOnce, time: { left: () => left, took: () => 2000 } });
  const failed = await Array.fromAsync(pages).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (failed === undefined) return history.length;
  const figures = `6 more pages at 2000 ms, ${atOnce} at once, take ${12 / atOnce} s; `;
  expect(failed).toMatchObject({ code: 'BITSIGHT_LIST_TOO_LONG', message: expect.stringContaining(figures) });
  return history.length;
};

describe('the time that is left', () => {
  test.each([
    [12_000, 1, 7],
    [11_999, 1, 1],
    [4000, 3, 7],
    [3999, 3, 1],
  ])('%i ms for six more pages of 2 s, %i at once: %i pages are read', async (left, atOnce, pages) => {
    expect(await readIn(left, atOnce)).toBe(pages);
  });
});

test('a population that never stands still is refused after three readings', async () => {
  const changes = Array.from({ length: 40 }, (_, at) => ({ at, n: 20 + at }));
  const { source, history } = populationOf([1, 2, 3, 4], 2, { kind: 'asked' }, changes);
  const read = readWhole(
    () => readPages(source),
    async (_pages, pass) => {
      for await (const _ of _pages);
      return pass;
    },
  );
  await expect(read).rejects.toMatchObject({ code: 'BITSIGHT_LIST_INCOMPLETE' });
  expect(history.length).toBe(6);
});

test.each([
  [0, 0, 'at once when nobody is missing'],
  [1, 1005, 'after a while when somebody is'],
])('links that lead on for ever behind the last of %i users are followed to row %i: %s', async (count, last) => {
  const asked: number[] = [];
  const endless: ListSource = {
    baseUrl,
    fetchPage: async (offset) => {
      asked.push(offset);
      return { links: { next: `?offset=${offset + 5}` }, count, results: [] };
    },
  };
  await Array.fromAsync(readPages(endless));
  expect(asked.at(-1)).toBe(last);
});

test.each(['?limit=5&offset=0', '?limit=5', '?offset=', '?offset=-5', '?offset=x', '?offset=1.5', 'http://['])(
  'a link that does not lead on (%s) is refused: it would be a loop',
  async (next) => {
    const source = { baseUrl, fetchPage: async () => ({ links: { next }, count: 9, results: [] }) };
    await expect(Array.fromAsync(readPages(source))).rejects.toMatchObject({ code: 'BITSIGHT_UNEXPECTED_ANSWER' });
  },
);

test('a reader that stops early has proven nothing', async () => {
  const { source } = populationOf([1, 2, 3, 4], 2, { kind: 'asked' });
  const read = readWhole(
    () => readPages(source),
    async (pages) => {
      for await (const _ of pages) break;
    },
  );
  await expect(read).rejects.toMatchObject({ code: 'BITSIGHT_LIST_INCOMPLETE' });
});

const paramsOf = ({ path }: Call) => Object.fromEntries(new URL(path, 'http://x').searchParams);
const many = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => userWith({ guid: guidOf(from + i), email: `u${from + i}@example.com` }));

describe('on the wire', () => {
  test('each page is asked for with limit, offset and sort, one row early, and no filter is lost on the way', async () => {
    await withBitsight(
      [pageOf(many(0, 100), '/v2/users?limit=100&offset=100&token=t', 150), pageOf(many(99, 150), null, 150)],
      async ({ client, calls }) => {
        const users = await client.users.listComplete({ status: ['Activated'] });
        expect(users).toHaveLength(150);
        const asked = { limit: '100', sort: 'guid', status: 'Activated' };
        expect(calls.map(paramsOf)).toEqual([
          { ...asked, offset: '0' },
          { ...asked, offset: '99', token: 't' },
        ]);
        expect(calls.map((call) => new URL(call.path, 'http://x').pathname)).toEqual(
          Array(2).fill('/ratings/v2/users'),
        );
      },
    );
  });

  test('an iterator over users says at its end when not as many came as were counted', async () => {
    await withBitsight([pageOf(many(0, 2), null, 3)], async ({ client }) => {
      const seen: string[] = [];
      const read = async () => {
        for await (const { guid } of client.users.list()) seen.push(guid);
      };
      await expect(read()).rejects.toMatchObject({ code: 'BITSIGHT_LIST_INCOMPLETE' });
      expect(seen).toHaveLength(2);
    });
  });

  test.each([
    ['hides token users from a plain list', many(0, 3)],
    ['shows them there too', many(0, 5)],
  ])('people and API tokens are read, each once, when the API %s', async (_how, plain) => {
    const server = (call: Call) => pageOf('is_company_api_token' in paramsOf(call) ? many(3, 5) : plain);
    await withBitsight([server], async ({ client, calls }) => {
      const { value, verdict } = await client.users.readEveryone((pages) => Array.fromAsync(pages));
      expect(value.flat().map(({ guid }) => guid)).toEqual([0, 1, 2, 3, 4].map(guidOf));
      expect(verdict).toMatchObject({ count: 5, unique: 5, moved: false, anchored: true, pages: 2 });
      expect(calls.map(paramsOf)).toMatchObject([{}, { is_company_api_token: 'true' }]);
    });
  });

  test('who reads everybody begins again when the proof fails, and only the proven reading counts', async () => {
    const short = pageOf(many(0, 2), null, 3);
    await withBitsight([short, pageOf(many(0, 3)), pageOf([])], async ({ client }) => {
      const passes: number[] = [];
      const { value } = await client.users.readEveryone(async (pages, pass) => {
        passes.push(pass);
        return (await Array.fromAsync(pages)).flat().length;
      });
      expect([value, passes]).toEqual([3, [1, 2]]);
    });
  });

  test('a token list that moves is read again with the people', async () => {
    const script = [pageOf(many(0, 2)), pageOf(many(2, 3), null, 2), pageOf(many(0, 2)), pageOf(many(2, 4))];
    await withBitsight(script, async ({ client, calls }) => {
      const { verdict } = await client.users.readEveryone((pages) => Array.fromAsync(pages));
      expect([verdict.unique, calls.length]).toEqual([4, 4]);
    });
  });
});
