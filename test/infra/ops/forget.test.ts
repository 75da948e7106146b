import { describe, expect, test } from '@jest/globals';
import { command as events } from '../../../infra/ops/events.ts';
import { command as forget } from '../../../infra/ops/forget.ts';
import { changeGate } from '../../../lib/lifecycle/gate.ts';
import { DAY } from '../../../lib/time.ts';
import { LedgerWatch } from '../../support/ledger-watch.ts';
import { given, targetOf } from '../../support/target.ts';
import { armedWorld, eventWith, MARA, START, type TestWorld } from '../../support/world.ts';

const hire = (overrides = {}) => eventWith({ kind: 'joiner', attributes: MARA, ...overrides });
const leave = (overrides = {}) => eventWith({ kind: 'leaver', said: START, from: START, ...overrides });
const restricting = { config: { offboarding: { mode: 'restrict' as const, parkingGroup: 'No Companies' } } };

async function leftAgain(world: TestWorld): Promise<void> {
  await world.tell(hire());
  await world.tell(leave());
}
async function textOf(world: TestWorld): Promise<string> {
  return JSON.stringify(await Array.fromAsync(world.store.scan()));
}

describe('forget', () => {
  test('leaves no name and no address in the ledger, and the proof whole', async () => {
    const ledger = new LedgerWatch(() => START);
    const world = await armedWorld({ hooks: ledger.hooks(() => ledger) });
    await world.tell(hire());
    await changeGate(world.store, (gate) => ({ ...gate, armed: { ...gate.armed, movers: false } }));
    await world.tell(eventWith({ kind: 'mover', said: START - 1, from: START - 1, attributes: { lastName: 'Berg' } }));
    await world.tell(leave());
    const [before] = await world.people();
    const receipts = await world.receipts(before?.pid ?? '');
    expect(await textOf(world)).toMatch(/mara.*lindt/i);

    const typed = given(['hr:E1'], { by: 'asked for by the person' });
    const { data } = await forget.run(targetOf(world), typed);
    expect(typed.asked).toEqual([expect.stringContaining('Mara Berg <mara.lindt@example.com>')]);
    expect(data).toMatchObject({ receipts: 2, plans: 1 });
    expect(await textOf(world)).not.toMatch(/mara|lindt|berg/i);
    const bare = receipts.map(({ personal: _personal, v: _v, nonce: _nonce, ...rest }) => rest);
    expect(await world.receipts(before?.pid ?? '')).toEqual(bare.map((rest) => expect.objectContaining(rest)));
    expect(await events.run(targetOf(world), given([MARA.email]))).toMatchObject({
      text: expect.stringContaining('forget: asked for by the person'),
    });
    expect(ledger.broken).toEqual([]);
    expect(ledger.counts.get('resting → resting (clear)')).toBe(1);
  });

  test('takes the keyed hashes of whoever has no name here', async () => {
    const sources = { hr: { kind: 'hibob' as const, secret: 'hr-webhook', fetch: { secret: 'hr-api' } } };
    const world = await armedWorld({ config: { sources } });
    await world.tell(hire({ attributes: { ...MARA, department: 'Warehouse' } }));
    expect((await world.people())[0]).toHaveProperty('withheld');
    await forget.run(targetOf(world), given(['hr:E1']));
    expect((await world.people())[0]).not.toHaveProperty('withheld');
  });

  test('keeps who it was by number and keyed hash: the same address under another number is held, a rehire is the same person', async () => {
    const world = await armedWorld();
    await leftAgain(world);
    await forget.run(targetOf(world), given(['hr:E1']));
    await world.tell(hire({ employeeId: 'E2' }));
    expect(world.published.at(-1)).toMatchObject({ result: 'held', code: 'EMAIL_REUSED' });
    await world.tell(hire({ said: START + 1, from: START + 1 }));
    world.clock.advance(DAY);
    await world.pass(DAY);
    expect(await world.people()).toHaveLength(2);
    expect(world.published.at(-1)).toMatchObject({ result: 'done', what: 'created' });
  });

  test('another source’s word about the address does not make the forgotten one somebody known by a number alone', async () => {
    const world = await armedWorld();
    await leftAgain(world);
    await forget.run(targetOf(world), given(['hr:E1']));
    const other = 'new@example.com';
    await world.tell(hire({ source: 'contractors', employeeId: 'C1', attributes: { ...MARA, email: other } }));
    await world.tell(
      leave({ said: START + 1, from: START + 1, employment: 'ended-now', attributes: { email: other } }),
    );
    await world.pass(DAY);
    expect(world.account(other)).toBeDefined();
  });

  test('lets a restricted account stay restricted, and lose its names here', async () => {
    const world = await armedWorld(restricting);
    await leftAgain(world);
    await forget.run(targetOf(world), given(['hr:E1']));
    const [person] = await world.people();
    expect(person).toMatchObject({ emails: [], observed: { email: '', formalName: null }, guid: expect.any(String) });
    expect(await textOf(world)).not.toMatch(/mara|lindt/i);
  });

  test.each<[string, (world: TestWorld) => Promise<unknown>]>([
    ['an account that should be there', (world) => world.tell(hire())],
    ['something held', (world) => world.tell(eventWith({ kind: 'leaver', said: START, from: START }))],
    ['an end that lies ahead', (world) => world.tell(hire(), leave({ said: START - 1, from: START + DAY }))],
    [
      'a change that is only planned',
      async (world) => {
        await world.tell(hire());
        await world.arm(false);
        await world.tell(leave());
      },
    ],
  ])('is refused for %s', async (_, happens) => {
    const world = await armedWorld();
    await happens(world);
    const before = await textOf(world);
    const typed = given(['hr:E1']);
    await expect(forget.run(targetOf(world), typed)).rejects.toMatchObject({ code: 'PERSON_BUSY' });
    expect(typed.asked).toEqual([]);
    expect(await textOf(world)).toBe(before);
  });

  test('is refused when something began while the operator was asked', async () => {
    const world = await armedWorld();
    await leftAgain(world);
    const typed = given(['hr:E1']);
    const answering = { ...typed, confirm: async () => world.tell(hire({ said: START + 1, from: START + 1 })) };
    world.clock.advance(2);
    await expect(forget.run(targetOf(world), answering)).rejects.toMatchObject({ code: 'PERSON_BUSY' });
    expect(await textOf(world)).toMatch(/mara/i);
  });
});
