import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startSimulator, type Simulator } from '../../../infra/local/bitsight-simulator/server.ts';
import { UserSchema, type Users } from '../../../lib/bitsight/index.ts';
import { readListing } from '../../../lib/export/listing.ts';
import type { Row } from '../../../lib/export/row.ts';
import { memorySpools } from '../../support/memory/spool.ts';
import { bedroom } from '../../support/nights.ts';
import { stream } from '../../support/rows.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ users: 30, companyTokens: 2, token: 'token-of-a-test' });
});
afterAll(() => simulator.stop());
beforeEach(() => {
  simulator.core.reset({ users: 30, companyTokens: 2, seed: 4 });
  simulator.core.faults.set([]);
  simulator.core.setSwitches({ limitMaximum: 7, tokensHidden: true, tokenFilter: 'only' });
});

const { openSpool, open } = memorySpools();
const read = (progress?: (read: number, reading: number) => void) => {
  const { users } = bedroom(simulator).run().bitsight;
  return readListing({ users, openSpool, ...(progress && { progress }) });
};
const guids = (): string[] => simulator.core.users().map(({ guid }) => guid);

describe('everybody', () => {
  test('is read over all pages, in order of guid, people told from tokens', async () => {
    await using listing = await read();
    const rows = await Array.fromAsync(listing.rows());
    expect(rows.map(({ guid }) => guid)).toEqual(guids());
    expect([listing.people, listing.tokens, listing.readings]).toEqual([30, 2, 1]);
    expect(rows.filter(({ kind }) => kind === 'api-token')).toHaveLength(2);
  });

  test.each([
    [{ tokensHidden: false, tokenFilter: 'only' as const }],
    [{ tokensHidden: false, tokenFilter: 'include' as const }],
    [{ tokensHidden: true, tokenFilter: 'include' as const }],
  ])('is read once, whatever the filter for tokens does: %j', async (switches) => {
    simulator.core.setSwitches(switches);
    await using listing = await read();
    expect((await Array.fromAsync(listing.rows())).map(({ guid }) => guid)).toEqual(guids());
    expect([listing.people, listing.tokens]).toEqual([30, 2]);
  });

  test('is read again when somebody went meanwhile, and nothing of the first reading stays', async () => {
    simulator.core.faults.set([{ kind: 'churn', remove: 1, times: 1 }]);
    const readings: number[] = [];
    await using listing = await read((_, reading) => readings.push(reading));
    expect((await Array.fromAsync(listing.rows())).map(({ guid }) => guid)).toEqual(guids());
    expect(listing.readings).toBe(2);
    expect(new Set(readings)).toEqual(new Set([1, 2]));
  });

  test('comes by name for people who read', async () => {
    await using listing = await read();
    const names = (await Array.fromAsync(listing.byName('person'))).map((row) => row.formal_name ?? '');
    expect(names).toHaveLength(30);
    expect(names).toEqual(names.toSorted(new Intl.Collator('en', { numeric: true }).compare));
  });
});

test('a population that never rests is an error, and the spool is given back', async () => {
  simulator.core.faults.set([{ kind: 'churn', remove: 1 }]);
  const before = open();
  await expect(read()).rejects.toMatchObject({ code: 'BITSIGHT_LIST_INCOMPLETE' });
  expect(open()).toBe(before);
});

const user = (n: number) =>
  UserSchema.parse({ guid: `guid-${n}`, email: `${n}@example.com`, formal_name: 'x'.repeat(600) });
/** Yields some people in a first pass that is not proven, then others. */
const scripted = (unique: number): Pick<Users, 'readEveryone'> => ({
  async readEveryone(consume) {
    await consume(stream([Array.from({ length: 1000 }, (_, n) => user(n))]), 1);
    const value = await consume(stream([[user(5000), user(5001)]]), 2);
    return { value, verdict: { count: unique, unique, pages: 1, moved: false, anchored: true, guids: new Set() } };
  },
});

describe('a reading that is scripted', () => {
  test('leaves nothing of an earlier pass, also when that was long enough to be written aside', async () => {
    await using listing = await readListing({ users: scripted(2), openSpool });
    const rows = await Array.fromAsync(listing.rows());
    expect(rows.map(({ guid }) => guid)).toEqual(['guid-5000', 'guid-5001']);
  });

  test('is refused when fewer were written down than were proven', async () => {
    const reading = readListing({ users: scripted(3), openSpool });
    await expect(reading).rejects.toMatchObject({ code: 'BITSIGHT_LIST_INCOMPLETE' });
  });
});

test('a row holds every field of the API, flat and in one order', async () => {
  const [person] = simulator.core.users().filter((user) => !user.is_company_api_token);
  const features = [
    { slug: 'wfh-ro', value: true, can_update: false },
    { slug: 'fq-access', value: 'some', can_update: false },
  ];
  simulator.core.edit(person?.guid ?? '', {
    email: 'Mara@Example.com',
    formal_name: 'Mara Lind',
    friendly_name: 'Mara',
    status: 'Activated',
    features,
    roles: ['vrm_admin', 'customer_admin'],
    mfa_status: 'pending',
    is_available_for_contact: true,
    preferred_contact_for_entities: ['entity-2', 'entity-1'],
    joined_time: Date.UTC(2024, 0, 1),
    last_login_time: null,
  });
  await using listing = await read();
  const row = (await Array.fromAsync(listing.rows())).find(({ guid }) => guid === person?.guid);
  const expected: Partial<Row> = {
    kind: 'person',
    email: 'Mara@Example.com',
    formal_name: 'Mara Lind',
    friendly_name: 'Mara',
    role_slugs: ['customer_admin', 'vrm_admin'],
    role_names: ['Admin', 'VRM Admin'],
    group_guid: person?.group ?? '',
    status: 'Activated',
    joined_time: '2024-01-01T00:00:00Z',
    last_login_time: null,
    mfa_status: 'pending',
    is_available_for_contact: true,
    features: ['fq-access=some', 'wfh-ro=true'],
    landing_page: person?.landing_page ?? '',
    preferred_contact_for_entities: ['entity-1', 'entity-2'],
  };
  expect(row).toMatchObject(expected);
  expect(row?.group_name).toEqual(expect.any(String));
});
