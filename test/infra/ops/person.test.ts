import { describe, expect, test } from '@jest/globals';
import { command as events } from '../../../infra/ops/events.ts';
import { findPerson } from '../../../infra/ops/frame/person.ts';
import { command as show } from '../../../infra/ops/show.ts';
import { AppError } from '../../../lib/errors.ts';
import { changeGate } from '../../../lib/lifecycle/gate.ts';
import { DAY } from '../../../lib/time.ts';
import { given, targetOf } from '../../support/target.ts';
import { request, ticketWorld } from '../../support/tickets/world.ts';
import { armedWorld, createWorld, eventWith, MARA, START } from '../../support/world.ts';

const raise = () =>
  eventWith({ kind: 'mover', said: START - 2, from: START - 2, attributes: { department: 'Security' } });
const hire = (overrides = {}) => eventWith({ kind: 'joiner', attributes: MARA, ...overrides });

describe('a person is named', () => {
  test.each(['Mara.Lindt@Example.com', 'hr:E1', 'pid'])('by %s', async (name) => {
    const world = await armedWorld();
    await world.tell(hire());
    const [person] = await world.people();
    const found = await findPerson(targetOf(world), name === 'pid' ? person?.pid : name);
    expect(found.pid).toBe(person?.pid);
  });

  test('by an employee id that is an address or holds colons: the source comes first', async () => {
    const world = await armedWorld();
    await world.tell(hire({ employeeId: 'a:b@example.com' }));
    expect((await findPerson(targetOf(world), 'hr:a:b@example.com')).emails).toEqual([MARA.email]);
  });

  test.each(['nobody@example.com', 'hr:E9', 'other:E1', 'no-such-pid'])(
    'nobody by %s, and the error does not repeat it: it may be an address',
    async (name) => {
      const world = await armedWorld();
      await world.tell(hire());
      const found = findPerson(targetOf(world), name);
      await expect(found).rejects.toMatchObject({ code: 'PERSON_UNKNOWN' });
      await expect(found).rejects.not.toThrow(name);
    },
  );
});

describe('events', () => {
  test('shows what was said, what was done and what comes, in order of time', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    await world.tell(raise(), eventWith({ kind: 'leaver', said: START - 1, from: START + 3 * DAY }));
    const { text, data } = await events.run(targetOf(world), given(['hr:E1']));
    const [title, , columns, ...lines] = text.split('\n').map((line) => line.replace(/ {2,}/g, ' | '));
    expect(title).toMatch(/^Mara Lindt <mara\.lindt@example\.com>, [0-9a-f]{32}$/);
    expect(columns).toBe('time | by | what');
    expect(lines).toEqual([
      '2026-11-23T08:15:00Z | hr | email "mara.lindt@example.com", firstName "Mara", lastName "Lindt", department "Vendor Risk", employeeId "E1", employment "active"',
      '2026-11-23T08:59:59Z | hr | department "Security", employeeId "E1"',
      '2026-11-23T08:59:59Z | hr | employeeId "E1", employment "ended" (from 2026-11-26T09:00:00Z)',
      '2026-11-23T09:00:00Z | receipt 1 | created: e-mail mara.lindt@example.com, name Mara Lindt, role customer_user, group Vendor Risk, status Created (rule "vendor risk")',
      '2026-11-23T09:00:00Z | receipt 2 | changed: role customer_user → customer_group_admin, group Vendor Risk → Security, features none → wfh-ro (rule "security")',
      '',
      'Waits',
      ' | leaver of hr, from 2026-11-26T09:00:00Z',
    ]);
    expect(data).toMatchObject({ person: { factsV: 3 }, receipts: [{ seq: 1 }, { seq: 2 }], plans: [], decisions: [] });
  });

  test('shows that an HR system is still to be asked, when, and how often that was in vain', async () => {
    const world = await armedWorld();
    world.hr.set('hr/E1', new AppError('DIRECTORY_UNAVAILABLE', 'answered 500.'));
    await world.tell({ ...eventWith({ kind: 'mover' }), thin: true });
    const { text } = await events.run(targetOf(world), given(['hr:E1']));
    expect(text).toMatch(/the HR system of hr is asked at 2026-11-23T09:00:30Z, so far in vain: 1/);
  });

  test('shows that a ticket is not answered yet, and how often that was in vain', async () => {
    const world = await ticketWorld();
    world.system.faults = [undefined, 503];
    await world.tell(hire(), request());
    const { text } = await events.run(targetOf(world), given(['hr:E1']));
    expect(text).toMatch(/ticket ACC-17 of tickets is not answered yet, so far in vain: 1/);
  });

  test('shows plans of a kind that is not armed, and the hold', async () => {
    const world = createWorld();
    await world.tell(hire());
    const { text } = await events.run(targetOf(world), given(['hr:E1']));
    expect(text).toMatch(
      /plan +would create: .*role customer_user, group Vendor Risk.* \(rule "vendor risk"\); not armed/,
    );
    expect(text).toMatch(/held since .*: NOT_ARMED \(joiners\)/);
  });
});

describe('show', () => {
  test('says what should be and what is to be done over the account as it was seen, without a call', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    world.core.edit(world.account(MARA.email)?.guid ?? '', { roles: ['customer_admin'] });
    const calls = world.core.record.calls.length;
    const target = targetOf(world);
    const before = await show.run(target, given(['hr:E1']));
    expect(world.core.record.calls).toHaveLength(calls);
    expect(before.text).toMatch(/should be +role customer_user, group Vendor Risk; by the rule "vendor risk"/);
    expect(before.text).toMatch(/to be done +nothing: Bitsight already agrees/);

    const live = await show.run(target, given(['hr:E1'], { live: true }));
    expect(live.text).toMatch(/to be done +update: role customer_admin → customer_user/);
    expect(world.writes()).toEqual(['POST']);
  });

  test('names a group whose guid no call told by its name', async () => {
    const world = await armedWorld();
    await world.tell(hire());
    await changeGate(world.store, (gate) => ({ ...gate, armed: { ...gate.armed, movers: false } }));
    await world.tell(raise());
    const { text } = await show.run(targetOf(world), given(['hr:E1']));
    expect(text).toMatch(/to be done +update: role customer_user → customer_group_admin, group Vendor Risk → Security/);
    expect(text).toMatch(/waits +held since .*: NOT_ARMED \(movers\)/);
  });

  test('says who holds everything up: a stop stands beside what waits', async () => {
    const world = createWorld();
    await world.tell(hire());
    await changeGate(world.store, (gate) => ({ ...gate, stopped: true }));
    const { text } = await show.run(targetOf(world), given(['hr:E1']));
    expect(text).toMatch(/all writes are stopped/);
    await changeGate(world.store, (gate) => ({ ...gate, stopped: false, stoppedOnly: ['joiners'] }));
    expect((await show.run(targetOf(world), given(['hr:E1']))).text).toMatch(/and joiners are stopped/);
  });
});
