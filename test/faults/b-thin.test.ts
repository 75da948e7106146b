import { describe, expect, test } from '@jest/globals';
import { AppError } from '../../lib/errors.ts';
import type { LifecycleEvent } from '../../lib/lifecycle/event.ts';
import { readGate } from '../../lib/lifecycle/gate.ts';
import type { HrRecord } from '../../lib/lifecycle/ports.ts';
import { DAY, HOUR, MINUTE } from '../../lib/time.ts';
import { LedgerWatch } from '../support/ledger-watch.ts';
import {
  armedWorld,
  eventWith,
  MARA,
  START,
  virtualClock,
  type TestWorld,
  type WorldOptions,
} from '../support/world.ts';

/** As BambooHR, HiBob and Personio send them: an id, and that something changed. */
const thin = (overrides: Partial<LifecycleEvent> = {}): LifecycleEvent => {
  const { employment: _employment, ...event } = eventWith({ kind: 'mover', idFrom: 'body', ...overrides });
  return { ...event, thin: true, ...(overrides.employment && { employment: overrides.employment }) };
};
const active: HrRecord = { attributes: MARA, employment: [{ value: 'active', from: START }] };
const ended: HrRecord = { attributes: MARA, employment: [{ value: 'ended', from: START }] };
const outcomes = (world: TestWorld) => world.published.map(({ result, what, code }) => `${result} ${what ?? code}`);
const asked = (calls: string[]) => calls.filter((port) => port === 'directory').length;

/** A world that counts the calls of each port, and holds each write against the tables of the ledger. */
async function thinWorld(options: WorldOptions & { askingTakes?: number } = {}) {
  const calls: string[] = [];
  const clock = virtualClock();
  const ledger = new LedgerWatch(() => clock.now());
  const before = (port: string): void => {
    calls.push(port);
    if (port === 'directory') clock.advance(options.askingTakes ?? 0);
  };
  const hooks = { before, ...ledger.hooks(() => ledger) };
  const world = await armedWorld({ clock, hooks, ...options });
  return { world, calls, ledger };
}

describe('a thin event', () => {
  test('is completed from the HR system, by one look-up, and said as of its start', async () => {
    const { world, calls, ledger } = await thinWorld({ askingTakes: 3000 });
    world.hr.set('hr/E1', active);
    await world.tell(thin({ kind: 'joiner' }));
    expect(outcomes(world)).toEqual(['done created']);
    expect(world.account(MARA.email)).toMatchObject({ roles: ['customer_user'] });
    expect(asked(calls)).toBe(1);
    const [person] = await world.people();
    expect(person).not.toHaveProperty('owed');
    expect(person?.facts['hr']?.department).toMatchObject([{ value: MARA.department, said: START }]);
    expect(ledger.broken).toEqual([]);
  });

  test('that turns out to be an end takes the account, and goes the way of those that may be', async () => {
    const { world } = await thinWorld();
    world.hr.set('hr/E1', active);
    await world.tell(thin({ kind: 'joiner' }));
    world.hr.set('hr/E1', ended);
    world.clock.advance(MINUTE);
    world.accept(thin());
    expect(world.queues.urgent).toHaveLength(1);
    await world.drain();
    expect(outcomes(world)).toEqual(['done created', 'done removed']);
    expect(world.account(MARA.email)).toBeUndefined();
  });

  test('fault 34: a thin event whose person is not found is looked for again, then held with the source’s name, and nobody is taken for a leaver', async () => {
    const { world, calls, ledger } = await thinWorld();
    world.hr.set('hr/E1', active);
    await world.tell(thin({ kind: 'joiner' }));
    world.hr.delete('hr/E1');
    const gone = thin();
    await world.tell(gone);
    expect(outcomes(world)).toEqual(['done created']); // it waits
    await world.pass(HOUR);
    expect(asked(calls)).toBe(1 + 3);
    expect(world.published.slice(1)).toMatchObject([
      { received: gone.received, result: 'held', code: 'NOT_IN_HR', names: ['hr'] },
    ]);
    expect(world.writes()).toEqual(['POST']);
    expect(world.account(MARA.email)).toBeDefined();
    expect((await world.people())[0]).toMatchObject({ open: [], outbox: [], held: { code: 'NOT_IN_HR' } });
    expect(ledger.broken).toEqual([]);
  });

  test('of a system that shows its changes only a moment later is asked about after that moment, once for all of them', async () => {
    const { world, calls, ledger } = await thinWorld();
    world.hr.set('hr/E1', { attributes: {}, employment: [] }); // as it was before
    await world.tell(thin({ kind: 'joiner', askFrom: START + 20_000 }));
    world.clock.advance(10_000);
    await world.tell(thin({ askFrom: START + 30_000 }));
    expect([asked(calls), outcomes(world)]).toEqual([0, []]);
    world.hr.set('hr/E1', active);
    await world.pass(MINUTE);
    expect([asked(calls), outcomes(world)]).toEqual([1, ['done created', 'done created']]);
    expect(ledger.broken).toEqual([]);
  });

  test('fault 34: a thin event of a record that is not there at once is carried out when it is', async () => {
    const { world } = await thinWorld();
    await world.tell(thin({ kind: 'joiner' }));
    expect(outcomes(world)).toEqual([]);
    expect((await world.people())[0]).not.toHaveProperty('held');
    world.hr.set('hr/E1', active);
    await world.pass(2 * MINUTE);
    expect(outcomes(world)).toEqual(['done created']);
  });

  test('of somebody who was held for it is asked about anew when the source speaks again', async () => {
    const { world } = await thinWorld();
    await world.tell(thin({ kind: 'joiner' }));
    await world.pass(HOUR);
    expect(outcomes(world)).toEqual(['held NOT_IN_HR']);
    world.hr.set('hr/E1', active);
    await world.tell(thin());
    expect(outcomes(world)).toEqual(['held NOT_IN_HR', 'done created']);
    expect((await world.people())[0]).not.toHaveProperty('held');
  });

  test('of a source that nobody can ask any more is held and not lost', async () => {
    const { world } = await thinWorld();
    world.hr.set('hr/E1', 'no-fetcher');
    await world.tell(thin());
    expect(world.published).toMatchObject([{ result: 'held', code: 'NO_FETCH', names: ['hr'] }]);
  });

  test('fault 34: a thin event waits as long as the HR system is down, with growing pauses, and then ends', async () => {
    const { world, calls, ledger } = await thinWorld();
    world.hr.set('hr/E1', new AppError('DIRECTORY_UNAVAILABLE', 'answered 500.'));
    await world.tell(thin({ kind: 'joiner' }));
    await world.pass(24 * HOUR);
    expect(outcomes(world)).toEqual([]);
    expect(asked(calls)).toBeGreaterThan(24 * 4);
    expect(asked(calls)).toBeLessThan(24 * 9);
    expect((await world.people())[0]).not.toHaveProperty('held'); // what is missing is on its way
    const rows = (asked(calls) * (asked(calls) + 1)) / 2; // 1 + 2 + 3 …: how often in a row, for the alarm
    expect(world.telemetry.counts.get('DirectoryFailed')).toBe(rows);
    world.hr.set('hr/E1', active);
    await world.pass(HOUR);
    expect(outcomes(world)).toEqual(['done created']);
    expect(ledger.broken).toEqual([]);
  });

  test('fault 34: a thin event keeps nothing waiting that needs no answer: another source’s leaver goes while the HR system is down', async () => {
    const { world } = await thinWorld();
    world.hr.set('hr/E1', active);
    await world.tell(thin({ kind: 'joiner' }));
    world.hr.set('hr/E1', new AppError('DIRECTORY_UNAVAILABLE', 'answered 500.'));
    const from = START + MINUTE;
    world.clock.advance(2 * MINUTE);
    await world.tell(thin());
    await world.tell(
      eventWith({
        kind: 'leaver',
        employment: 'ended-now',
        source: 'contractors',
        employeeId: 'C1',
        said: from,
        from,
        attributes: { email: MARA.email },
      }),
    );
    expect(outcomes(world)).toEqual(['done created', 'done removed']);
    expect((await world.people())[0]?.open).toHaveLength(1); // the one that waits
  });

  test('whose kind says the end beyond doubt takes the account although the HR system is down', async () => {
    const { world } = await thinWorld();
    world.hr.set('hr/E1', active);
    await world.tell(thin({ kind: 'joiner' }));
    world.hr.set('hr/E1', new AppError('DIRECTORY_UNAVAILABLE', 'answered 500.'));
    const from = START + MINUTE;
    world.clock.advance(2 * MINUTE);
    await world.tell(thin({ kind: 'leaver', employment: 'ended', said: from, from }));
    expect(outcomes(world)).toEqual(['done created', 'done removed']);
  });

  test('fault 34: a thin event is put off as long as the HR system asks for, and so is everybody else of that source, without another call', async () => {
    const { world, calls, ledger } = await thinWorld();
    world.hr.set('hr/E1', new AppError('DIRECTORY_RATE_LIMITED', 'answered 429.', { retryAfterMs: 10 * MINUTE }));
    world.hr.set('hr/E2', { ...active, attributes: { ...MARA, email: 'ole.brandt@example.com' } });
    world.hr.set('contractors/C1', { ...active, attributes: { ...MARA, email: 'kim.example@example.com' } });
    await world.tell(thin(), thin({ employeeId: 'E2' }));
    expect(asked(calls)).toBe(1);
    expect((await readGate(world.store)).directories).toEqual({ hr: START + 10 * MINUTE });
    expect(world.telemetry.counts.get('DirectoryFailed')).toBeUndefined(); // busy: nobody has to mend anything
    await world.tell(thin({ source: 'contractors', employeeId: 'C1' }));
    expect(outcomes(world)).toEqual(['done created']); // another HR system did not ask for it
    world.hr.set('hr/E1', active);
    await world.pass(9 * MINUTE);
    expect(asked(calls)).toBe(2);
    await world.pass(5 * MINUTE);
    expect(outcomes(world)).toEqual(['done created', 'done created', 'done created']);
    expect(ledger.broken).toEqual([]);
  });

  test('fault 34: a thin event holds up no lane: of many who wait for a system that is down one is asked about, then nobody for a moment', async () => {
    const { world, calls, ledger } = await thinWorld();
    const people = Array.from({ length: 20 }, (_, n) => `P${n}`);
    const down = new AppError('DIRECTORY_UNAVAILABLE', 'answered 500.');
    for (const id of people) world.hr.set(`hr/${id}`, down);
    await world.tell(...people.map((employeeId) => thin({ kind: 'joiner', employeeId })));
    expect(asked(calls)).toBe(1);
    await world.pass(30 * MINUTE);
    expect(asked(calls)).toBeLessThan(2 * 30);
    for (const id of people)
      world.hr.set(`hr/${id}`, { ...active, attributes: { ...MARA, email: `${id}@example.com` } });
    await world.pass(30 * MINUTE);
    expect(outcomes(world).filter((told) => told === 'done created')).toHaveLength(20);
    expect(ledger.broken).toEqual([]);
  });

  test('of one record that the key may not see, or that nobody can read, keeps nobody else of that source waiting', async () => {
    const { world } = await thinWorld();
    world.hr.set('hr/E1', new AppError('DIRECTORY_REFUSED', 'answered 403.'));
    world.hr.set('hr/E2', new AppError('DIRECTORY_UNREADABLE', 'no id.'));
    world.hr.set('hr/E3', active);
    await world.tell(thin(), thin({ employeeId: 'E2' }), thin({ employeeId: 'E3' }));
    expect(outcomes(world)).toEqual(['done created']);
  });

  test('and many more before it is asked about cost one look-up; one that comes while it is asked about costs another', async () => {
    const { world, calls } = await thinWorld();
    world.hr.set('hr/E1', new AppError('DIRECTORY_UNAVAILABLE', 'answered 500.'));
    await world.tell(thin({ kind: 'joiner' }), thin(), thin());
    expect(asked(calls)).toBe(1); // the two others do not make it be asked sooner
    world.hr.set('hr/E1', active);
    await world.pass(5 * MINUTE);
    expect(asked(calls)).toBe(2);
    expect(outcomes(world)).toEqual(['done created', 'done created', 'done created']);
    expect(world.writes()).toEqual(['POST']);
  });

  test('that came while the HR system was asked is asked about again, since the answer may be older', async () => {
    let meanwhile: (() => Promise<void>) | undefined;
    const { world, calls } = await thinWorld();
    const second = thin({ received: 'meanwhile' });
    world.hr.set('hr/E1', active);
    const work = world.worker('normal', {
      before: async (port) => {
        calls.push(port);
        if (port !== 'directory') return;
        await meanwhile?.();
      },
      after: async (port) => {
        if (port === 'directory') world.hr.set('hr/E1', ended);
      },
    });
    meanwhile = async () => {
      meanwhile = undefined;
      world.hr.set('hr/E1', new AppError('DIRECTORY_UNAVAILABLE', 'answered 500.'));
      await world.tell(second);
      world.hr.set('hr/E1', active);
    };
    const end = world.clock.now() + MINUTE;
    const first = JSON.stringify({ schema: 1, type: 'event', event: thin({ kind: 'joiner' }) });
    await work(first, { remainingMs: () => end - world.clock.now(), wallNow: () => world.clock.now() });
    await world.pass(10 * MINUTE);
    expect((await world.people())[0]).toMatchObject({ open: [] });
    expect(world.account(MARA.email)).toBeUndefined();
  });

  test('that comes again with the same body is asked about again, since it says nothing that could be compared', async () => {
    const { world, calls } = await thinWorld();
    world.hr.set('hr/E1', active);
    const first = thin({ kind: 'joiner' });
    await world.tell(first);
    world.hr.set('hr/E1', ended);
    world.clock.advance(MINUTE);
    await world.tell({ ...first, received: 'again' });
    expect(asked(calls)).toBe(2);
    expect(world.account(MARA.email)).toBeUndefined();
    await world.tell({ ...first, idFrom: 'sender', received: 'and again' });
    expect(asked(calls)).toBe(2); // an id of the sender is one event
  });

  test('without the time to ask waits for a worker that has more', async () => {
    const { world, calls } = await thinWorld();
    world.hr.set('hr/E1', active);
    const end = world.clock.now() + 10_000;
    const body = JSON.stringify({ schema: 1, type: 'event', event: thin({ kind: 'joiner' }) });
    await world.worker('normal')(body, {
      remainingMs: () => end - world.clock.now(),
      wallNow: () => world.clock.now(),
    });
    expect(asked(calls)).toBe(0);
    await world.pass(5 * MINUTE);
    expect(outcomes(world)).toEqual(['done created']);
  });
});

describe('what an HR system does not say', () => {
  const nameless = { ...active, attributes: { ...MARA, email: null } };

  test('a joiner without a work e-mail waits for the change that brings it, which is asked about at once', async () => {
    const { world, calls, ledger } = await thinWorld();
    world.hr.set('hr/E1', nameless);
    await world.tell(thin({ kind: 'joiner' }), thin());
    await world.pass(20 * HOUR);
    expect(outcomes(world)).toEqual([]); // nobody has to do anything
    expect((await world.people())[0]).not.toHaveProperty('held');
    const before = asked(calls);
    expect(before).toBeLessThan(8);
    world.hr.set('hr/E1', active);
    await world.tell(thin({ receivedAt: world.clock.now() }));
    expect(asked(calls)).toBe(before + 1);
    expect(outcomes(world)).toEqual(['done created', 'done created', 'done created']);
    expect(ledger.broken).toEqual([]);
  });

  test('one whose change never came is found all the same, ever more seldom looked for', async () => {
    const { world } = await thinWorld();
    world.hr.set('hr/E1', nameless);
    await world.tell(thin({ kind: 'joiner' }));
    await world.pass(5 * HOUR);
    world.hr.set('hr/E1', active);
    await world.pass(4 * HOUR);
    expect(outcomes(world)).toEqual(['done created']);
  });

  test('one who has none after three days is reported by the name of what is missing, and still gets the account with it', async () => {
    const { world, calls, ledger } = await thinWorld();
    world.hr.set('hr/E1', nameless);
    await world.tell(thin({ kind: 'joiner' }));
    await world.pass(71 * HOUR);
    expect(outcomes(world)).toEqual([]);
    await world.pass(HOUR);
    expect(world.published).toMatchObject([{ result: 'held', code: 'MISSING', names: ['email'] }]);
    expect(asked(calls)).toBeLessThan(12);
    world.hr.set('hr/E1', active);
    await world.tell(thin({ receivedAt: world.clock.now() }));
    expect(outcomes(world)).toEqual(['held MISSING', 'done created']);
    expect(ledger.broken).toEqual([]);
  });

  test('what else a rule needs is reported at once: waiting brings no field that the key may not see', async () => {
    const { world } = await thinWorld();
    const { department: _department, ...seen } = MARA;
    world.hr.set('hr/E1', { ...active, attributes: { ...seen, email: null } });
    await world.tell(thin({ kind: 'joiner' }));
    expect(world.published).toMatchObject([{ result: 'held', code: 'MISSING', names: ['department', 'email'] }]);
  });

  test('fault 34: what a delivery that brings values left out is asked for, once, where the source can be asked', async () => {
    const fetch = { secret: 'hr-api', baseUrl: 'https://example.bamboohr.com' };
    const { world, calls, ledger } = await thinWorld({
      config: { sources: { hr: { kind: 'bamboohr', secret: 'hr-webhook', fetch } } },
    });
    const { department: _department, ...sent } = MARA;
    world.hr.set('hr/E1', active);
    await world.tell(eventWith({ kind: 'joiner', attributes: sent }));
    expect([...outcomes(world), asked(calls)]).toEqual(['done created', 1]);
    world.hr.set('hr/E2', { attributes: {}, employment: [] });
    await world.tell(
      eventWith({ kind: 'joiner', employeeId: 'E2', attributes: { ...sent, email: 'ole@example.com' } }),
    );
    expect(world.published.at(-1)).toMatchObject({ result: 'held', code: 'MISSING', names: ['department'] });
    await world.pass(DAY);
    expect(asked(calls)).toBe(2);
    expect(ledger.broken).toEqual([]);
  });

  test('what brings all it says does not wait with it: it is held at once', async () => {
    const { world } = await thinWorld();
    world.hr.set('hr/E1', nameless);
    const fat = eventWith({ kind: 'joiner', attributes: { ...MARA, email: null } });
    await world.tell(thin(), fat);
    expect(world.published).toMatchObject([{ received: fat.received, result: 'held', code: 'MISSING' }]);
    world.hr.set('hr/E1', active);
    await world.pass(2 * HOUR);
    expect(outcomes(world)).toEqual(['held MISSING', 'done created']);
  });

  test('fault 34: a field that the key may not see is not known, and takes nothing away', async () => {
    const { world } = await thinWorld();
    world.hr.set('hr/E1', active);
    await world.tell(thin({ kind: 'joiner' }));
    const { department: _department, ...seen } = MARA;
    world.hr.set('hr/E1', { attributes: seen, employment: [] });
    world.clock.advance(HOUR);
    await world.tell(thin());
    expect(outcomes(world)).toEqual(['done created', 'no-op AS_IS']);
    expect(world.account(MARA.email)).toMatchObject({ roles: ['customer_user'] });
  });
});

describe('an answer with the address of somebody known', () => {
  test('is about them: what waited under the number is done, and told, there', async () => {
    const { world, ledger } = await thinWorld();
    await world.tell(eventWith({ kind: 'joiner', source: 'contractors', employeeId: 'C1', attributes: MARA }));
    world.hr.set('hr/E1', { ...active, attributes: { ...MARA, department: 'Security' } });
    const converted = thin({ kind: 'joiner', received: 'converted' });
    await world.tell(converted);
    await world.pass(3 * MINUTE);
    expect(world.published.filter(({ received }) => received === 'converted')).toMatchObject([
      { result: 'done', what: 'changed' },
    ]);
    expect(world.account(MARA.email)).toMatchObject({ roles: ['customer_group_admin'] });
    expect(world.writes().filter((method) => method === 'POST')).toHaveLength(1);
    expect((await world.people()).flatMap(({ open, outbox, owed }) => [...open, ...outbox, owed])).toEqual([
      undefined,
      undefined,
    ]);
    expect(ledger.broken).toEqual([]);
  });

  test('whose number is another one of that source is held: nobody takes over an address', async () => {
    const { world } = await thinWorld();
    await world.tell(eventWith({ kind: 'joiner', attributes: MARA, employeeId: 'E0' }));
    world.hr.set('hr/E1', active);
    await world.tell(thin());
    await world.pass(3 * MINUTE);
    expect(world.published.slice(1)).toMatchObject([{ result: 'held', code: 'EMAIL_REUSED' }]);
    expect(world.writes()).toEqual(['POST']);
  });
});
