import { describe, expect, test } from '@jest/globals';
import { ConfigSchema, type Config, type ConfigInput } from '../../../lib/config/schema.ts';
import { judge } from '../../../lib/export/findings.ts';
import { readKnowledge } from '../../../lib/export/known.ts';
import type { Row } from '../../../lib/export/row.ts';
import { listedIn, type Yardstick } from '../../../lib/export/standing.ts';
import { keys, type Item, type Person, type Saying } from '../../../lib/lifecycle/ledger.ts';
import { mailHash } from '../../../lib/lifecycle/identity.ts';
import { newPerson } from '../../../lib/lifecycle/record.ts';
import { createMemoryStore } from '../../support/memory/store.ts';
import { NOW, rowWith, stream } from '../../support/rows.ts';

const DAY = 86_400_000;
const MAIL_KEY = 'mail-hash-key-of-the-tests';
const GUID = rowWith().guid;
const GROUPS: Record<string, string> = { Europe: rowWith().group_guid ?? '', Parking: 'parking-1' };
const configWith = (change: Partial<ConfigInput> = {}): Config =>
  ConfigSchema.parse({
    company: 'Example Corp',
    sources: { hr: { kind: 'roster' } },
    policy: {
      rules: [{ name: 'Risk', when: { department: 'Risk' }, grant: { role: 'customer_user', group: 'Europe' } }],
    },
    offboarding: { mode: 'delete' },
    ...change,
  });

const saying = (value: string, from: number, said = from): Saying => ({ value, from, said, event: 'e' });
function person(change: Partial<Person> = {}, said: Record<string, string> = {}, employment?: Saying[]): Person {
  const attributes = {
    email: 'mara@example.com',
    department: 'Risk',
    displayName: 'Mara Lind',
    firstName: 'Mara',
    ...said,
  };
  const facts = Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, [saying(value, NOW - 400 * DAY)]]),
  );
  const employed = employment ?? [saying('active', NOW - 400 * DAY)];
  return {
    ...newPerson('p-1'),
    guid: GUID,
    emails: ['mara@example.com'],
    facts: { hr: { ...facts, employment: employed } },
    ...change,
  };
}
const left = (at: number): Saying[] => [saying('active', NOW - 400 * DAY), saying('ended', at)];
function receipt(seq: number, what: string, at: number, change: object = {}): Item {
  const rest = {
    operation: `o-${seq}`,
    kind: 'delete',
    why: 'LEFT',
    request: {},
    after: null,
    events: [],
    configHash: 'c',
  };
  const base = { ...keys.receipt('p-1', seq), schema: 1, pid: 'p-1', seq, what, before: { guid: 'old' }, ...rest };
  return { ...base, startedAt: at, provenAt: at, ...change };
}

const group = (name: string): string | undefined => GROUPS[name];
/** What the night finds of one account when the ledger holds these items. */
async function found(
  items: Item[],
  row: Partial<Row> = {},
  config: Config = configWith(),
  change: Partial<Yardstick> = {},
) {
  const store = createMemoryStore();
  for (const item of items) await store.put(item, 'absent');
  const one = rowWith(row);
  const ledger = await readKnowledge({ store, config, now: NOW, group, mailKey: MAIL_KEY }, stream([one]));
  const by: Yardstick = { now: NOW, dormantDays: 90, signIn: 'password', listed: listedIn(config), ledger, ...change };
  return { ledger, codes: judge(one, by).map(({ rule }) => rule.code), evidence: judge(one, by)[0]?.evidence };
}

describe('of whom the ledger knows, the night says', () => {
  test('nothing where account and rule agree', async () => {
    expect((await found([person()])).codes).toEqual([]);
  });

  test('that they left and are still there, by the guid as by an address alone, and what holds it', async () => {
    const end = left(NOW - 10 * DAY);
    expect((await found([person({}, {}, end)])).codes).toEqual(['left-company', 'log-in-after-leave']);
    const { guid: _, ...unmet } = person({ held: { code: 'FUSE_BLOWN', names: [], at: NOW } }, {}, end);
    const { codes, evidence } = await found([unmet], { email: 'Mara@Example.com' });
    expect(codes).toContain('left-company');
    expect(evidence).toMatch(
      /^left 2026-04-24 as HR says; last log-in 2026-05-01 \(2 days ago\); held: more changes of this kind/,
    );
  });

  test('that a leaver only is restricted, once the account is as restricted as it will be', async () => {
    const config = configWith({ offboarding: { mode: 'restrict', parkingGroup: 'Parking' } });
    const items = [person({}, {}, left(NOW - DAY))];
    expect((await found(items, { features: [] }, config)).codes).toEqual(['left-company']);
    expect((await found(items, { features: [], group_guid: 'parking-1' }, config)).codes).toEqual(['restricted']);
  });

  test.each([
    ['before the end', NOW - DAY, NOW - 2 * DAY, false],
    ['after it', NOW - 2 * DAY, NOW - DAY, true],
  ])('whether they signed in after leaving: %s', async (_, end, login, expected) => {
    const { codes } = await found([person({}, {}, left(end))], { last_login_time: new Date(login).toISOString() });
    expect(codes.includes('log-in-after-leave')).toBe(expected);
  });

  test('that an account came back: another one than was proven gone, of somebody who left', async () => {
    const end = left(NOW - 10 * DAY);
    const gone = receipt(1, 'removed', NOW - 9 * DAY);
    const { guid: _, ...rest } = person({ left: ['mara@example.com'] }, {}, end);
    expect((await found([rest, gone])).codes).toContain('came-back');
    expect((await found([rest, receipt(1, 'removed', NOW - 9 * DAY, { before: { guid: GUID } })])).codes).not.toContain(
      'came-back',
    );
    expect((await found([person(), gone])).codes).not.toContain('came-back');
  });

  test('in what an account differs from the rule, and whether that is ours to correct', async () => {
    const admin = { role_slugs: ['customer_admin'], group_guid: 'other', group_name: 'Other' };
    const ours = await found([person()], admin);
    expect(ours.codes).toContain('drift');
    expect(ours.evidence).toBe(
      'role customer_admin, should be customer_user; group Other, should be Europe; rule: Risk',
    );
    const adopted = await found([person({ adopted: { guid: GUID, at: 1 } })], admin);
    expect(adopted.evidence).toMatch(/; rule: Risk; from before, or not ours: left as it is$/);
    const notOurs = await found([person()], admin, configWith({ owns: { role: false, group: false } }));
    expect(notOurs.evidence).toMatch(/not ours: left as it is$/);
  });

  test('that nobody in HR knows an account, but only where HR has told of anybody', async () => {
    const other = person({ pid: 'p-2', ...keys.person('p-2'), guid: 'g-2', emails: ['x@example.com'] });
    expect((await found([other])).codes).toEqual(['not-on-roster']);
    expect((await found([])).codes).toEqual([]);
    const exceptions = [{ email: 'Mara@example.com', why: 'audit', owner: 'o@example.com', until: '2026-12-31' }];
    expect((await found([other], {}, configWith({ exceptions }))).codes).toEqual([]);
    expect((await found([other], {}, configWith({ protected: ['mara@example.com'] }))).codes).toEqual([
      'protected-log-in',
    ]);
  });

  test('that somebody has left of whose address only the keyed hash is kept', async () => {
    const { guid: _guid, ...nameless } = person({ emails: [] }, {}, left(NOW - DAY));
    const mail = [mailHash(MAIL_KEY, 'mara@example.com')];
    const another = await found([{ ...nameless, withheld: { mail } }], { email: 'else@example.com' });
    expect(another.codes).not.toContain('left-company');
    const { codes } = await found([{ ...nameless, withheld: { mail } }], { email: 'Mara@example.com' });
    expect(codes).toContain('left-company');
  });

  test('that who made a token has left, where Bitsight names makers', async () => {
    const token = { guid: 't-1', kind: 'api-token' as const, email: null, formal_name: 'Export' };
    const store = createMemoryStore();
    await store.put(person({}, {}, left(NOW - DAY)), 'absent');
    const config = configWith();
    const asked = stream([rowWith(token), { guid: 'mara@example.com', email: 'mara@example.com' }]);
    const ledger = await readKnowledge({ store, config, now: NOW, group: () => undefined, mailKey: MAIL_KEY }, asked);
    const by: Yardstick = {
      now: NOW,
      dormantDays: 90,
      signIn: 'password',
      ledger,
      makers: new Map([['t-1', 'mara@example.com']]),
    };
    expect(judge(rowWith(token), by)[0]).toMatchObject({
      rule: { code: 'token-of-leaver' },
      evidence: 'made by mara@example.com: left 2026-05-03 as HR says',
    });
    expect(judge(rowWith(token), { ...by, makers: new Map() }).map(({ rule }) => rule.code)).toEqual(['api-token']);
  });
});

test('an address that one person left belongs to whom it belongs now, in whatever order they are read', async () => {
  const { guid: _, ...former } = person(
    { ...keys.person('p-0'), pid: 'p-0', left: ['mara@example.com'] },
    {},
    left(NOW - DAY),
  );
  const { guid: __, ...present } = person(); // known by the address alone
  for (const items of [
    [former, present],
    [present, former],
  ])
    expect((await found(items)).codes).toEqual([]);
});

test('time to removal is from the end, or from when it was first said if that was later, to the first proof', async () => {
  const end = [
    saying('active', 1),
    saying('ended', NOW - 3 * DAY, NOW - 2 * DAY),
    saying('ended', NOW - 3 * DAY, NOW - DAY),
  ];
  const taken = receipt(1, 'restricted', NOW - 2 * DAY + 5000, {
    kind: 'restrict',
    personal: { before: { lastLogin: '2026-05-01T08:00:00Z' } },
  });
  const { ledger } = await found([person({}, {}, end), receipt(2, 'removed', NOW - DAY), taken]);
  expect(ledger.departures).toMatchObject([{ pid: 'p-1', seq: 1, ms: 5000, lateLogin: true }]);
});

test('an item that cannot be read is counted, and the others are known all the same', async () => {
  const broken = { ...keys.person('p-9'), schema: 1, emails: 'none' };
  const { ledger, codes } = await found([broken, person()]);
  expect([ledger.unreadable, codes]).toEqual([1, []]);
});
