import { describe, expect, test } from '@jest/globals';
import type { ConfigInput } from '../../../lib/config/schema.ts';
import type { HrRecord } from '../../../lib/lifecycle/ports.ts';
import { addressesByHash, recognise } from '../../../lib/lifecycle/withheld.ts';
import { HOUR, MINUTE, SECOND } from '../../../lib/time.ts';
import { LedgerWatch } from '../../support/ledger-watch.ts';
import {
  armedWorld,
  eventWith,
  fetchOf,
  MARA,
  START,
  TEST_CONFIG,
  type TestWorld,
  virtualClock,
} from '../../support/world.ts';

const hibob = { kind: 'hibob', secret: 'hr-webhook', fetch: { secret: 'hr-api' } } as const;
const WAREHOUSE = { ...MARA, department: 'Warehouse', jobTitle: 'Packer' };
const active: HrRecord = { attributes: MARA, employment: [{ value: 'active', from: START }] };

async function companyWith(config: Partial<ConfigInput> = {}) {
  const clock = virtualClock();
  const ledger = new LedgerWatch(() => clock.now());
  const calls: string[] = [];
  const hooks = { ...ledger.hooks(() => ledger), before: (port: string) => void calls.push(port) };
  const sources = { ...TEST_CONFIG.sources, hr: hibob };
  const world = await armedWorld({ clock, hooks, config: { sources, ...config } });
  let told = 0;
  /** The source speaks now, a second after it did last. */
  const tell = (said: Parameters<typeof eventWith>[0]) => {
    clock.advance(SECOND);
    const now = clock.now();
    return world.tell(eventWith({ said: now, from: now, receivedAt: now, id: `hr:word-${(told += 1)}`, ...said }));
  };
  return {
    world,
    ledger,
    tell,
    join: () => tell({ kind: 'joiner', attributes: WAREHOUSE }),
    calls: (port: string) => calls.filter((one) => one === port).length,
    codes: () => world.published.map(({ result, what, code }) => `${result} ${what ?? code}`),
    person: async () => (await world.people())[0],
    text: () => JSON.stringify([...world.table.values()].flatMap((rows) => [...rows.values()])),
  };
}

/** How many pages of the list were read that no address narrows. */
const wholeLists = ({ core }: TestWorld): number =>
  core.record.calls.filter(({ path, query }) => path.endsWith('/users') && !/email/.test(query)).length;

describe('somebody whom no rule gives anything', () => {
  test('costs no call to Bitsight, and leaves no name and no address in the ledger', async () => {
    const { join, calls, codes, person, text, ledger } = await companyWith();
    await join();
    expect(codes()).toEqual(['no-op NO_RULE']);
    expect(calls('bitsight')).toBe(0);
    expect(text()).not.toMatch(/mara|lindt|packer/i);
    const known = await person();
    expect(known?.facts['hr']?.department).toMatchObject([{ value: 'Warehouse' }]); // a rule reads it
    expect(known?.facts['hr']?.email).toMatchObject([{ value: null, withheld: true, said: START + SECOND }]);
    expect(known).toMatchObject({ emails: [], withheld: { mail: [expect.stringMatching(/^[0-9a-f]{64}$/)] } });
    expect(ledger.broken).toEqual([]);
  });

  test('is known again by the address alone: two numbers of two sources are one person', async () => {
    const { join, tell, world } = await companyWith();
    await join();
    await tell({ kind: 'mover', source: 'contractors', employeeId: 'C1', attributes: { email: MARA.email } });
    expect(await world.people()).toHaveLength(1);
  });

  test('and whom a rule gives something later is asked about, and gets an account under the name that HR says', async () => {
    const { join, tell, world, calls, codes, ledger } = await companyWith();
    await join();
    world.hr.set('hr/E1', active);
    await tell({ kind: 'mover', attributes: { department: 'Vendor Risk' } });
    expect(codes()).toEqual(['no-op NO_RULE', 'done created']);
    expect(calls('directory')).toBe(1);
    expect(world.account(MARA.email)).toMatchObject({ formal_name: 'Mara Lindt', roles: ['customer_user'] });
    expect(ledger.broken).toEqual([]);
  });

  test('is asked about, too, when it is a request that gives it, and when nothing but the configuration changed', async () => {
    const { join, tell, world, codes } = await companyWith();
    await join();
    world.hr.set('hr/E1', active);
    const [known] = await world.people();
    await tell({
      kind: 'mover',
      source: 'operator',
      pid: known?.pid ?? '',
      access: { role: 'customer_user', features: {} },
    });
    expect(codes().at(-1)).toBe('done created');
    const other = await companyWith();
    await other.join();
    other.world.hr.set('hr/E1', active);
    other.world.config.policy.rules.push({
      name: 'packers',
      when: { jobTitle: 'Packer' },
      grant: { role: 'customer_user', features: {} },
    });
    const pid = (await other.person())?.pid;
    other.world.clock.advance(MINUTE);
    await other.world.work('normal', JSON.stringify({ schema: 1, type: 'wake', pid }));
    expect(other.calls('directory')).toBe(1);
    expect(await other.person()).toMatchObject({ facts: { hr: { department: [{}, { value: 'Vendor Risk' }] } } });
    expect(other.world.account(MARA.email)).toBeDefined();
    expect(other.ledger.broken).toEqual([]);
  });

  test('and of whom HR then says nothing is asked about once, and held by what is missing', async () => {
    const { join, tell, world, calls, codes, ledger } = await companyWith();
    await join();
    world.hr.set('hr/E1', { attributes: {}, employment: [] });
    await tell({ kind: 'mover', attributes: { department: 'Vendor Risk' } });
    await world.pass(10 * MINUTE);
    expect(codes().at(-1)).toBe('held MISSING');
    expect(world.published.at(-1)?.names).toEqual(['email']);
    expect(calls('directory')).toBe(1);
    expect(ledger.broken).toEqual([]);
  });

  test('leaves, and the account that somebody made by hand meanwhile is found in the complete list, by the hash of its address', async () => {
    const { join, tell, world, codes, ledger } = await companyWith();
    await join();
    world.core.create({ email: MARA.email.toUpperCase(), formal_name: 'By Hand' });
    for (let n = 0; n < 250; n++) world.core.create({ email: `n${n}@example.com`, formal_name: 'Other' });
    await tell({ kind: 'leaver' });
    expect(codes().at(-1)).toBe('done removed');
    expect(world.core.usersWith(MARA.email)).toEqual([]);
    expect(world.writes()).toEqual(['DELETE']);
    expect(ledger.broken).toEqual([]);
  });

  test('leaves, and the end names the address: it is searched for alone', async () => {
    const { join, tell, world, codes } = await companyWith();
    await join();
    world.core.create({ email: MARA.email, formal_name: 'By Hand' });
    await tell({ kind: 'leaver', attributes: { email: MARA.email } });
    expect(codes().at(-1)).toBe('done removed');
    expect(wholeLists(world)).toBe(0);
  });

  test('leaves without an account, and nothing is left to do', async () => {
    const { join, tell, codes, text } = await companyWith();
    await join();
    await tell({ kind: 'leaver' });
    expect(codes()).toEqual(['no-op NO_RULE', 'no-op ALREADY_GONE']);
    await tell({ kind: 'leaver', attributes: WAREHOUSE });
    expect(codes().at(-1)).toBe('no-op ALREADY_GONE');
    expect(text()).not.toMatch(/mara|lindt|packer/i);
  });

  test('leaves under an address that somebody else has by now: their account stays', async () => {
    const { join, tell, world, codes } = await companyWith();
    await join();
    await tell({ kind: 'joiner', employeeId: 'E2', attributes: { ...MARA, firstName: 'Other' } });
    expect(codes().at(-1)).toBe('held EMAIL_REUSED');
    world.core.create({ email: MARA.email, formal_name: 'By Hand' });
    await tell({ kind: 'leaver' });
    expect(world.writes()).toEqual(['DELETE']); // it is Mara's, as before
  });

  test('has left whatever address is no longer theirs, once they had an account: what somebody else has under it stays', async () => {
    const { join, tell, world, codes, ledger } = await companyWith();
    await join();
    await tell({ kind: 'mover', attributes: { ...MARA, email: 'mara.new@example.com' } });
    await tell({ kind: 'leaver' });
    expect(codes().slice(1)).toEqual(['done created', 'done removed']);
    world.core.create({ email: MARA.email, formal_name: 'Somebody Else' });
    const before = wholeLists(world);
    await tell({ kind: 'leaver', attributes: { jobTitle: 'any' } });
    await world.pass(10 * MINUTE);
    expect(wholeLists(world)).toBe(before);
    expect(codes().at(-1)).toBe('no-op ALREADY_GONE');
    expect(world.account(MARA.email)).toBeDefined();
    const somebodyElses = addressesByHash(world.core.users(), 'mail-hash-key-of-the-tests');
    for (const person of await world.people()) expect(recognise(person, somebodyElses)).toEqual(person);
    expect(ledger.broken).toEqual([]);
  });

  test('leaves where the complete list is longer than a worker can read: HR is asked, then a person has to look', async () => {
    const { join, world, person, codes, ledger } = await companyWith();
    await join();
    for (let n = 0; n < 250; n++) world.core.create({ email: `n${n}@example.com`, formal_name: 'Other' });
    world.hr.set('hr/E1', { attributes: {}, employment: [] });
    const hurried = { remainingMs: () => 16_000, wallNow: () => world.clock.now() };
    const slow = fetchOf(world.core, {});
    const worker = world.worker('urgent', {}, async (...call) => {
      world.clock.advance(9 * SECOND);
      return slow(...call);
    });
    world.clock.advance(SECOND);
    const now = world.clock.now();
    world.accept(eventWith({ kind: 'leaver', said: now, from: now, receivedAt: now }));
    for (const body of world.queues.urgent.splice(0)) await worker(body, hurried);
    await world.pass(HOUR);
    expect(codes().at(-1)).toBe('held MISSING');
    expect((await person())?.withheld).toMatchObject({ asked: true });
    expect(ledger.broken).toEqual([]);
  });

  test('and has an account under a former address, whose name was said before, gets none beside it', async () => {
    const { join, tell, world } = await companyWith();
    await join();
    await tell({ kind: 'mover', attributes: { email: 'mara.new@example.com' } });
    world.core.create({ email: MARA.email, formal_name: 'By Hand' });
    world.hr.set('hr/E1', { ...active, attributes: { ...MARA, email: 'mara.new@example.com' } });
    await tell({ kind: 'mover', attributes: { department: 'Vendor Risk' } });
    expect(world.writes()).toEqual(['PATCH']);
    expect(world.account('mara.new@example.com')).toMatchObject({ formal_name: 'By Hand' });
    expect(world.account(MARA.email)).toBeUndefined();
  });

  test('is not taken for what an older word, that comes again, says of them', async () => {
    const { join, tell, world } = await companyWith();
    await join();
    await tell({ kind: 'mover', attributes: { email: 'mara.new@example.com' } });
    world.hr.set('hr/E1', { ...active, attributes: { ...MARA, email: 'mara.new@example.com' } });
    world.clock.advance(SECOND);
    const now = world.clock.now();
    const old = { said: START + SECOND, from: START + SECOND, receivedAt: now };
    world.accept(eventWith({ kind: 'mover', attributes: WAREHOUSE, ...old }));
    const moved = { said: now, from: now, receivedAt: now, attributes: { department: 'Vendor Risk' } };
    await world.tell(eventWith({ kind: 'mover', ...moved }));
    expect(world.account('mara.new@example.com')).toBeDefined();
    expect(world.account(MARA.email)).toBeUndefined();
  });
});

test('of two words of one instant none is guessed when one comes again: HR is asked', async () => {
  const { world, calls } = await companyWith();
  const at = { said: START, from: START };
  const old = eventWith({ kind: 'joiner', attributes: WAREHOUSE, ...at });
  await world.tell(old, eventWith({ kind: 'mover', attributes: { email: 'a.lindt@example.com' }, ...at }));
  world.clock.advance(SECOND);
  world.accept(eventWith({ ...old, id: 'hr:again', received: 'again' }));
  world.hr.set('hr/E1', active);
  const later = { said: START + SECOND, from: START + SECOND, attributes: { department: 'Vendor Risk' } };
  await world.tell(eventWith({ kind: 'mover', ...later }));
  expect(calls('directory')).toBe(1);
});

const stays = async (config: Partial<ConfigInput>): Promise<boolean> => {
  const { join, text } = await companyWith(config);
  await join();
  return text().includes(MARA.email);
};

describe('names and addresses stay', () => {
  test('of whom a source spoke that cannot be asked for them', async () => {
    expect(await stays({ sources: TEST_CONFIG.sources })).toBe(true);
  });
  test('of whom the configuration protects', async () => {
    expect(await stays({ protected: [MARA.email] })).toBe(true);
  });
  test('where a rule goes by the address', async () => {
    const rules = [{ name: 'one', when: { email: 'else@example.com' }, grant: { role: 'customer_user' } }];
    expect(await stays({ policy: { rules } })).toBe(true);
  });
  test('of whom a rule gives something, and of whom an account was known', async () => {
    const { tell, world, person } = await companyWith();
    await tell({ kind: 'joiner', attributes: MARA });
    await tell({ kind: 'mover', attributes: { department: 'Warehouse' } });
    expect(world.published.at(-1)?.code).toBe('NO_RULE');
    expect(await person()).toMatchObject({ emails: [MARA.email], facts: { hr: { lastName: [{ value: 'Lindt' }] } } });
  });
});
