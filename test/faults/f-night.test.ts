import { expect, test } from '@jest/globals';
import { seeded, uuid, type Random } from '../../infra/local/bitsight-simulator/random.ts';
import { SimulatorCore } from '../../infra/local/bitsight-simulator/simulator.ts';
import { isAppError } from '../../lib/errors.ts';
import { runNight } from '../../lib/export/night.ts';
import { bedroom, CONFIG, nightAt, published } from '../support/nights.ts';
import { simulatedFetch } from '../support/simulated-fetch.ts';

const SEEDS = Array.from({ length: 200 }, (_, n) => n + 1);
const TOKEN = 'token-of-a-test';
const url = 'http://bitsight.example.com';

const between = (random: Random, low: number, high: number): number => low + Math.floor(random() * (high - low + 1));

interface Seen {
  /** Guids at each answer of the reading that is under way. */
  history: Set<string>[];
  /** Every address and group that an account had meanwhile. */
  forms: Set<string>;
}

/** Before a page is made, somebody comes, somebody goes, or somebody gets another address: on each boundary, or on some. */
function moving(core: SimulatorCore, random: Random, share: number, seen: Seen) {
  const note = (): void => {
    seen.history.push(new Set(core.users().map(({ guid }) => guid)));
    for (const { guid, email } of core.users()) seen.forms.add(`${guid} ${email}`);
  };
  return ({ searchParams }: URL): void => {
    if (searchParams.get('sort') !== 'guid') return;
    const begins = searchParams.get('offset') === '0' && !searchParams.has('is_company_api_token');
    if (begins) seen.history = [];
    note();
    const users = core.users().filter(({ roles }) => !roles.includes('customer_admin')); // the token is an Admin's
    const one = users[between(random, 0, users.length - 1)]?.guid ?? '';
    if (random() >= share) return;
    const n = between(random, 0, 3);
    const email = `p${between(random, 0, 1_000_000)}@example.com`;
    if (n === 0 || n === 2) core.edit(one, null);
    if (n === 1 || n === 2) core.create({ email, formal_name: 'New Person', friendly_name: 'New' });
    if (n === 3) core.edit(one, { email });
    note();
  };
}

/** A fetch, and how many calls of it were under way at once at the most. */
function counted(fetch: typeof globalThis.fetch) {
  let [running, most] = [0, 0];
  const counting: typeof fetch = (input, init) => {
    most = Math.max(most, (running += 1));
    return fetch(input, init).finally(() => (running -= 1));
  };
  return { fetch: counting, most: () => most };
}

/** One night while people come and go, after one in peace. */
async function nightOf(seed: number) {
  const random = seeded(seed);
  const newGuid = (): string => uuid(random);
  const switches = { limitMaximum: between(random, 2, 7), tokensHidden: random() < 0.5 };
  const core = new SimulatorCore({
    users: between(random, 6, 24),
    companyTokens: 2,
    seed,
    tokens: [TOKEN],
    newGuid,
    switches,
  });
  const seen: Seen = { history: [], forms: new Set() };
  const move = moving(core, random, [1, 0.3, 0.1, 0.03][seed % 4] ?? 1, seen);
  let peace = true;
  const { fetch, most } = counted(simulatedFetch(core, (page) => (peace ? undefined : move(page))));
  const room = bedroom({ url, token: TOKEN }, fetch);
  const night = { ...CONFIG.night, requests: between(random, 1, 3), gzip: random() < 0.3 };
  const config = { ...CONFIG, night };
  if (seed % 5 === 0) await runNight(room.run({}, config), room.invocation, nightAt(0));
  peace = false;
  const failure = await runNight(room.run({}, config), room.invocation, nightAt(1)).then(
    () => undefined,
    (error: unknown) => error,
  );
  return {
    failure,
    seen,
    calls: { most: most(), allowed: night.requests },
    first: await published(room.objects, '2026-05-04'),
    second: await published(room.objects, '2026-05-05'),
  };
}

test('fault 60: whoever comes, goes or changes on whichever page boundary, a night holds all who were there throughout, or is none (200 seeds)', async () => {
  const counts = { three: 0, atOnce: 0, again: 0, refused: 0 };
  for (const seed of SEEDS) {
    const { failure, seen, calls, first, second } = await nightOf(seed);
    expect([seed, calls.most]).toEqual([seed, Math.min(calls.most, calls.allowed)]);
    counts.three += calls.most === 3 ? 1 : 0;
    if (second === undefined) {
      expect([seed, isAppError(failure, 'BITSIGHT_LIST_INCOMPLETE')]).toEqual([seed, true]);
      counts.refused += 1;
      continue;
    }
    const guids = new Set(second.rows.map(({ guid }) => guid));
    const [start = new Set<string>(), ...later] = seen.history;
    const always = later.reduce((all, now) => all.intersection(now), start);
    const ever = later.reduce((all, now) => all.union(now), start);
    const strange = second.rows.filter(({ guid, email }) => !seen.forms.has(`${guid} ${email}`));
    const wrong = {
      short: always.difference(guids).size,
      invented: guids.difference(ever).size,
      strange: strange.length,
    };
    expect([seed, wrong, second.rows.length]).toEqual([seed, { short: 0, invented: 0, strange: 0 }, guids.size]);
    expect(second.manifest.counts.people + second.manifest.counts.tokens).toBe(guids.size);
    expect(second.manifest.previous?.manifestSha256).toBe(first?.sha256);
    counts[second.manifest.readings === 1 ? 'atOnce' : 'again'] += 1;
  }
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(10);
});
