import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../../../infra/ops/adopt.ts';
import { ReceiptSchema, type Person } from '../../../lib/lifecycle/ledger.ts';
import { knownPeople } from '../../../lib/lifecycle/population.ts';
import { DAY } from '../../../lib/time.ts';
import { bytesOf, PEOPLE, rosterDesk, rosterOf, rows, type Row } from '../../support/rosters.ts';
import { given, targetOf } from '../../support/target.ts';
import { createWorld, eventWith, MARA, START, TEST_CONFIG, type TestWorld } from '../../support/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'adopt-'));
const path = join(folder, 'people.csv');
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * 300 accounts and 5 tokens: 276 of people at work, 12 of leavers, 7 of nobody whom HR knows, 3 under a former address,
 * 2 of one person, whose address is spelled in two ways.
 */
function townHall() {
  const world = createWorld({ companyTokens: 5, config: { sources: { people: PEOPLE }, authority: [] } });
  const make = (email: string, formal_name: string) =>
    world.core.create({ email, formal_name, roles: ['customer_group_admin'], status: 'Activated' });
  const staff = rows(276);
  for (const { id } of staff) make(`person.${id}@example.com`, `Kim Number ${id}`);
  const leavers: Row[] = rows(12, 300).map((row) => ({ ...row, status: 'Terminated' }));
  for (const { id } of leavers) make(`person.${id}@example.com`, `Kim Number ${id}`);
  for (let n = 0; n < 7; n++) make(`auditor.${n}@partner.example`, `Auditor ${n}`);
  const renamed = rows(3, 400);
  for (const { id } of renamed) make(`formerly.${id}@example.com`, `Number ${id}, Kim`);
  make('Person.500@example.com', 'Kim Number 500');
  make('person.500@Example.com', 'Kim Number 500');
  const roster = rosterOf([...staff, ...leavers, ...renamed, { id: 500 }, { id: 600 }]);
  writeFileSync(path, roster);
  return { world, roster, renamed };
}
const NUMBERS = { matched: 276, left: 12, 'other-address': 3, unclear: 2, stranger: 7, known: 0, token: 5 };
const adopt = (world: TestWorld, options = {}) => command.run(targetOf(world), given([], { roster: path, ...options }));
/** But the gate, in which the permit to read stands. */
const everything = (world: TestWorld): string =>
  JSON.stringify([...world.table.values()].flatMap((items) => [...items.values()].filter(({ sk }) => sk !== 'G')));
async function personWith(world: TestWorld, email: string): Promise<Person | undefined> {
  return (await world.people()).find(({ emails }) => emails.includes(email));
}

describe('300 accounts that were there before', () => {
  let town: ReturnType<typeof townHall>;
  beforeEach(() => {
    town = townHall();
  });

  test('each is what it is, and what it is shows before anything is written', async () => {
    const { world } = town;
    const before = world.core.users().length;
    expect(before).toBe(305);
    const asked: string[] = [];
    const no = {
      ...given([], { roster: path }),
      confirm: async (what: string) => {
        asked.push(what);
        throw new Error('no');
      },
    };
    await expect(command.run(targetOf(world), no)).rejects.toThrow('no');
    expect(everything(world)).toBe('[]');
    expect(asked[0]).toMatch(/^305 accounts on test, 293 people from people\.csv:/);
    expect(asked[0]).toContain('276  belong to somebody who works for you');
    expect(asked[0]).toContain('--match formerly.400@example.com=person.400@example.com,formerly.401@example.com');
    expect(asked[0]).not.toContain('person.17@example.com');
  });

  test('288 are taken on with receipt and all, nobody wakes, nothing is told, nothing is changed in Bitsight', async () => {
    const { world } = town;
    const accounts = JSON.stringify(world.core.users());
    const { data, attention } = await adopt(world);
    expect(data).toMatchObject({ numbers: NUMBERS, result: { adopted: 288, known: 0, busy: 0, another: 0 } });
    expect(attention).toBe(true);
    const people = await world.people();
    expect(people).toHaveLength(288);
    for (const person of people) {
      expect(person).toMatchObject({ facts: {}, open: [], outbox: [], adopted: { guid: person.guid, at: START } });
      expect(person.wakeAt).toBeUndefined();
    }
    expect([world.writes(), world.published, world.queues.urgent, world.queues.normal]).toEqual([[], [], [], []]);
    expect(JSON.stringify(world.core.users())).toBe(accounts);
    expect(await knownPeople(world.store)).toBe(300);
    const person = await personWith(world, 'person.3@example.com');
    expect(await world.receipts(person?.pid ?? '')).toMatchObject([
      {
        kind: 'none',
        what: 'adopted',
        why: 'ADOPTED',
        before: null,
        after: { guid: person?.guid, roles: ['customer_group_admin'] },
      },
    ]);
    const decisions = await world.store.query('D');
    expect(decisions).toMatchObject([{ what: 'adopt', who: 'test:operator', about: { adopted: 288, stranger: 7 } }]);
    expect(JSON.stringify(decisions)).not.toContain('@');
  });

  test('twice changes nothing, and a later time adds what is new alone', async () => {
    const { world, renamed } = town;
    await adopt(world);
    const after = everything(world);
    world.clock.advance(DAY);
    expect(await adopt(world)).toMatchObject({ data: { numbers: { ...NUMBERS, matched: 0, left: 0, known: 288 } } });
    expect(everything(world)).toBe(after);
    const match = renamed.map(({ id }) => `formerly.${id}@example.com=person.${id}@example.com`).join(',');
    expect(await adopt(world, { match })).toMatchObject({ data: { result: { adopted: 3 } } });
    const [one] = renamed;
    expect(await personWith(world, `formerly.${one?.id}@example.com`)).toMatchObject({
      emails: [`formerly.${one?.id}@example.com`, `person.${one?.id}@example.com`],
      adopted: { at: START + DAY },
    });
    expect(await world.people()).toHaveLength(291);
  });

  // of one account: its number, its address, its receipt, the person
  test.each([700, 701, 702, 703])(
    'whoever dies after %d writes leaves nothing that the next time would not mend',
    async (n) => {
      const { world } = town;
      let left = n;
      const { store, ...rest } = targetOf(world);
      const dying = {
        ...store,
        put: (...args: Parameters<typeof store.put>) =>
          left-- === 0 ? Promise.reject(new Error('dead')) : store.put(...args),
      };
      await expect(command.run({ ...rest, store: dying }, given([], { roster: path }))).rejects.toThrow('dead');
      await adopt(world);
      const people = await world.people();
      expect(people).toHaveLength(288);
      const receipts = [];
      for (const { pid } of people) receipts.push(...(await world.store.query(`P#${pid}`, { prefix: 'R#' })));
      expect(receipts.map((item) => ReceiptSchema.parse(item).what)).toEqual(Array(288).fill('adopted'));
    },
  );

  test('afterwards a move changes neither role nor group, a new address follows the person, and a leaver leaves', async () => {
    const { world, roster } = town;
    await adopt(world, { match: 'formerly.400@example.com=person.400@example.com' });
    await world.arm();
    const desk = rosterDesk(world);
    await desk.give(roster);
    await world.drain();
    world.clock.advance(DAY);
    const before = world.account('person.3@example.com');
    // the rule for all of them gives customer_user: lower than what was granted before
    const granted = world.core.users().filter(({ roles }) => roles.includes('customer_group_admin'));
    expect(granted).toHaveLength(300);
    await desk.give(
      roster
        .replace(
          'person.4@example.com,Kim,Number 4,Vendor Risk,Active',
          'person.4@example.com,Kim,Number 4,Vendor Risk,Terminated',
        )
        .replaceAll('Number 3,Vendor Risk', 'Number 3,Security'),
    );
    await world.drain();
    expect(world.account('person.3@example.com')).toEqual(before);
    expect(world.account('person.4@example.com')).toBeUndefined();
    expect(world.account('person.400@example.com')).toMatchObject({ roles: ['customer_group_admin'] });
    expect(world.account('formerly.400@example.com')).toBeUndefined();
    // 1 is new, 2 are two accounts of one person
    expect(world.writes().filter((method) => method === 'POST')).toHaveLength(3);
  });
});

test('people of whom a source told before are matched without a file', async () => {
  const world = createWorld();
  world.core.create({ email: 'Mara.Lindt@example.com', roles: ['customer_group_admin'] });
  await world.tell(eventWith({ kind: 'mover', attributes: { email: 'mara.lindt@example.com', department: 'Sales' } }));
  const { data } = await command.run(targetOf(world), given([], { from: 'hr' }));
  expect(data).toMatchObject({ numbers: { matched: 1 }, result: { adopted: 1 } });
  await expect(command.run(targetOf(world), given([], { from: 'payroll' }))).rejects.toThrow(
    'has not told of anybody yet',
  );
});

test('whose address is kept as a hash alone is the person that --match names; nobody on the list is refused', async () => {
  const hr = { kind: 'hibob', secret: 'hr-webhook', fetch: { secret: 'hr-api' } } as const;
  const world = createWorld({ config: { sources: { ...TEST_CONFIG.sources, hr } } });
  world.core.create({ email: 'm.l@example.com', roles: ['customer_group_admin'] });
  await world.tell(eventWith({ kind: 'joiner', attributes: { ...MARA, department: 'Warehouse' } }));
  expect((await world.people())[0]?.emails).toEqual([]);
  const match = (email: string) =>
    command.run(targetOf(world), given([], { from: 'hr', match: `m.l@example.com=${email}` }));
  await expect(match('nobody@example.com')).rejects.toThrow('on the right of pair 1 is an address of nobody');
  expect(await match(MARA.email)).toMatchObject({ data: { result: { adopted: 1 } } });
  expect((await world.people())[0]?.guid).toBe(world.account('m.l@example.com')?.guid);
});

test('a person for whom a worker may just have made an account is left alone', async () => {
  const world = createWorld();
  world.core.create({ email: 'person.1@example.com' });
  await world.tell(
    eventWith({ kind: 'mover', employeeId: '1', attributes: { email: 'person.1@example.com', department: 'Sales' } }),
  );
  const [person] = await world.people();
  if (person === undefined) throw new Error('nobody');
  const { v, ...rest } = { v: 0, ...person };
  await world.store.put({ ...rest, posted: { at: START } }, v);
  const { data } = await command.run(targetOf(world), given([], { from: 'hr' }));
  expect(data).toMatchObject({ result: { adopted: 0, busy: 1 } });
});

test.each([
  [{}, 'Say who works for you'],
  [{ roster: path, from: 'hr' }, 'Say who works for you'],
  [{ roster: join(folder, 'none.csv') }, 'there is no such file'],
  [{ roster: path, source: 'payroll' }, 'no roster is called "payroll"'],
  [{ roster: path, match: 'a@example.com' }, '--match: <address of the account>=<address of the person>'],
])('%j is answered: %s', async (options, message) => {
  writeFileSync(path, bytesOf(rosterOf(rows(2))));
  await expect(command.run(targetOf(createWorld()), given([], options))).rejects.toThrow(message);
});
