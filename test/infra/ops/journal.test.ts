import { appendFileSync, existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { connect } from '../../../infra/ops/connection.ts';
import { openJournal } from '../../../infra/ops/journal.ts';
import { SimulatorCore } from '../../../infra/local/bitsight-simulator/simulator.ts';
import { readListing } from '../../../lib/export/listing.ts';
import { HOUR } from '../../../lib/time.ts';
import { memorySpools } from '../../support/memory/spool.ts';
import { simulatedFetch } from '../../support/simulated-fetch.ts';

const TOKEN = 'token-of-a-test';
const baseUrl = new URL('http://bitsight.example.com');
/** Behind everybody, in order of guid. */
const LAST = 'ffffffff-ffff-4fff-bfff-ffffffffffff';
const START = Date.UTC(2026, 4, 4, 4, 30);

let core: SimulatorCore;
let path: string;
let asked: string[];
let said: string[];
beforeEach(() => {
  core = new SimulatorCore({
    users: 40,
    companyTokens: 2,
    tokens: [TOKEN],
    newGuid: () => LAST,
    switches: { limitMaximum: 6 },
  });
  path = join(mkdtempSync(join(tmpdir(), 'journal-')), '.reading');
  [asked, said] = [[], []];
});

interface How {
  atOnce?: number;
  now?: number;
  token?: string;
  /** Called before each page that is really asked for; one that never settles is a kill. */
  before?: (nth: number) => unknown;
}

/** One run: what it read, and when it says that the reading began. */
async function run({ atOnce = 1, now = START, token = TOKEN, before = () => undefined }: How = {}) {
  const journal = await openJournal(path, { baseUrl, token, now, say: (line) => said.push(line) });
  const fetch = simulatedFetch(core, (url) => before(asked.push(url.searchParams.get('offset') ?? '')));
  const { bitsight } = connect({ baseUrl, apiToken: async () => token, fetch: journal.through(fetch) });
  const { openSpool } = memorySpools();
  await using listing = await readListing({ users: bitsight.users, openSpool, call: { atOnce } });
  const rows = await Array.fromAsync(listing.rows());
  return { journal, rows, startedAt: journal.startedAt, readings: listing.readings };
}
const killedAt = (page: number, how: How = {}): Promise<unknown> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const before = (nth: number): unknown => (nth < page ? undefined : (resolve(), new Promise(() => {})));
  return Promise.race([promise, run({ ...how, before })]);
};
const guids = (): string[] => core.users().map(({ guid }) => guid);

test('a reading nobody broke off leaves nothing behind, and nobody else may read it meanwhile', async () => {
  const { journal, rows } = await run();
  expect(rows.map(({ guid }) => guid)).toEqual(guids());
  expect(statSync(path).mode & 0o077).toBe(0);
  expect(readFileSync(path, 'utf8')).not.toContain(TOKEN);
  await journal.forget();
  expect(existsSync(path)).toBe(false);
  expect(said).toEqual([]);
});

describe('a reading that was killed', () => {
  test.each([1, 3])('is gone on with where it was, %i at once, and says when it began', async (atOnce) => {
    await killedAt(6, { atOnce });
    const before = asked.splice(0);
    const { rows, startedAt, readings } = await run({ atOnce, now: START + 1000 });
    expect(rows.map(({ guid }) => guid)).toEqual(guids());
    expect([startedAt, readings]).toEqual([START, 1]);
    expect(said).toEqual([
      expect.stringMatching(/^Goes on with the reading that began at 2026-05-04T04:30:00.000Z: \d/),
    ]);
    const again = asked.filter((offset) => before.slice(0, 6 - atOnce).includes(offset));
    expect(again).toEqual(['0']); // the tokens' first page, which had not been reached
  });

  test('is read anew when somebody came or went meanwhile, and holds who is there', async () => {
    await killedAt(6);
    const gone = core.users().find(({ roles }) => !roles.includes('customer_admin'));
    core.edit(gone?.guid ?? '', null);
    core.create({ email: 'new@example.com', formal_name: 'New Person', friendly_name: 'New' });
    const { rows, readings } = await run();
    expect(rows.map(({ guid }) => guid)).toEqual(guids());
    expect(readings).toBe(2);
  });

  test('is killed again and again, a page further each time, and is whole in the end', async () => {
    for (let page = 2; page < 9; page++) {
      await killedAt(page - 1);
      asked = asked.slice(-1);
    }
    const { rows } = await run();
    expect(rows.map(({ guid }) => guid)).toEqual(guids());
  });

  test.each<[string, () => How]>([
    ['an hour ago', () => ({ now: START + HOUR })],
    ['of another tenant', () => (core.reset({ users: 40, tokens: ['another'] }), { token: 'another' })],
  ])('%s is begun anew, and says so', async (_, how) => {
    await killedAt(6);
    asked = [];
    const { rows, startedAt } = await run(how());
    expect(rows.map(({ guid }) => guid)).toEqual(guids());
    expect(startedAt).toBeGreaterThanOrEqual(START);
    expect(said).toEqual(['A reading that was broken off is too old, or of another tenant: begun anew.']);
    expect(asked.slice(0, 3)).toEqual(['0', '5', '10']);
  });

  test('in the middle of a line goes on from the line before; what is no journal is written over', async () => {
    await killedAt(6);
    appendFileSync(path, '["http://bitsight.example.com/ratings/v2/users?limi');
    expect((await run()).rows).toHaveLength(42);
    writeFileSync(path, 'something else\n');
    expect((await run()).rows).toHaveLength(42);
  });
});
