import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { AppError } from '../../lib/errors.ts';
import type { LifecycleEvent } from '../../lib/lifecycle/event.ts';
import type { HrRecord } from '../../lib/lifecycle/ports.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../lib/time.ts';
import { LedgerWatch } from '../support/ledger-watch.ts';
import { armedWorld, eventWith, MARA, virtualClock } from '../support/world.ts';

const DEPARTMENTS = { 'Vendor Risk': 'customer_user', Security: 'customer_group_admin' } as const;
type Department = keyof typeof DEPARTMENTS;
/** What HR does, and every time says that something changed. */
interface Entry {
  is: 'employed' | 'without an address' | 'gone' | 'not there';
  in: Department;
}
type Deed = { hr: Entry; told: 'now' | 'later' | 'twice' } | { health: 'up' | 'down' | 'busy' } | { pass: number };

const departments = fc.constantFrom<Department>('Vendor Risk', 'Security');
const entries: fc.Arbitrary<Entry> = fc.record({
  is: fc.constantFrom('employed', 'employed', 'without an address', 'gone', 'not there'),
  in: departments,
});
const deeds: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ hr: entries, told: fc.constantFrom('now', 'later', 'twice') }),
  fc.record({ health: fc.constantFrom('up', 'down', 'busy') }),
  fc.record({ pass: fc.constantFrom(SECOND, MINUTE, 10 * MINUTE, HOUR, DAY) }),
);

const FAILURES = {
  down: new AppError('DIRECTORY_UNAVAILABLE', 'answered 500.'),
  busy: new AppError('DIRECTORY_RATE_LIMITED', 'answered 429.', { retryAfterMs: 5 * MINUTE }),
};

async function play(history: readonly Deed[]) {
  const clock = virtualClock();
  const ledger = new LedgerWatch(() => clock.now());
  const world = await armedWorld({ clock, hooks: ledger.hooks(() => ledger) });
  let record: Entry = { is: 'not there', in: 'Security' };
  let health: 'up' | 'down' | 'busy' = 'up';
  const late: LifecycleEvent[] = [];
  const accepted: string[] = [];
  const tell = async (...events: LifecycleEvent[]) => {
    accepted.push(...events.map(({ received }) => received));
    await world.tell(...events);
  };
  const answer = (): void => {
    const now = recordOf(record, clock.now());
    if (health !== 'up') world.hr.set('hr/E1', FAILURES[health]);
    else if (now === undefined) world.hr.delete('hr/E1');
    else world.hr.set('hr/E1', now);
  };
  for (const deed of [...history, { health: 'up' } as const]) {
    clock.advance(SECOND);
    if ('pass' in deed) await world.pass(deed.pass);
    if ('health' in deed) health = deed.health;
    if ('hr' in deed) record = deed.hr;
    answer();
    if (!('hr' in deed)) continue;
    const event = thin(clock.now());
    if (deed.told === 'later') late.push(event);
    else await tell(event, ...(deed.told === 'twice' ? [{ ...event, received: `${event.received} again` }] : []));
  }
  await tell(...late.toReversed());
  await world.pass(5 * DAY);
  return { world, ledger, record, accepted };
}

function recordOf(entry: Entry, now: number): HrRecord | undefined {
  if (entry.is === 'not there') return undefined;
  if (entry.is === 'gone') return { attributes: {}, employment: [{ value: 'ended', from: now }] };
  const email = entry.is === 'employed' ? MARA.email : null;
  return { attributes: { ...MARA, email, department: entry.in }, employment: [{ value: 'active', from: now }] };
}

function thin(now: number): LifecycleEvent {
  const event = eventWith({ kind: 'mover', idFrom: 'body', said: now, from: now });
  return { ...event, receivedAt: now, thin: true };
}

test('fault 34: whatever the HR system does meanwhile, in the end the account is what its record says, every event ends, and only its word takes an account', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deeds, { minLength: 1, maxLength: 12 }), async (history) => {
      const { world, ledger, record, accepted } = await play(history);
      expect(ledger.broken).toEqual([]);
      expect(world.core.record.coexisted()).toEqual([]);
      const people = await world.people();
      expect(people.flatMap(({ open, outbox, owed, op }) => [...open, ...outbox, owed, op])).toEqual(
        people.flatMap(() => [undefined, undefined]),
      );
      const told = new Set(world.published.map(({ received }) => received));
      expect(accepted.filter((received) => !told.has(received))).toEqual([]);
      const account = world.account(MARA.email);
      if (record.is === 'employed') expect(account).toMatchObject({ roles: [DEPARTMENTS[record.in]] });
      if (record.is === 'gone') expect(account).toBeUndefined();
      const ends = history.filter((deed) => 'hr' in deed && deed.hr.is === 'gone').length;
      expect(world.writes().filter((method) => method === 'DELETE').length).toBeLessThanOrEqual(ends);
    }),
    { seed: 34, numRuns: 60 },
  );
});
