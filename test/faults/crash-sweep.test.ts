import { describe, expect, test } from '@jest/globals';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { AppError } from '../../lib/errors.ts';
import { decideBatch, readBatch } from '../../lib/lifecycle/batch.ts';
import type { LifecycleEvent } from '../../lib/lifecycle/event.ts';
import type { HrRecord } from '../../lib/lifecycle/ports.ts';
import { DAY, HOUR, MINUTE } from '../../lib/time.ts';
import { LedgerWatch } from '../support/ledger-watch.ts';
import type { TicketSystem } from '../support/tickets/stand-in.ts';
import { ASKED, request, ticketWorld } from '../support/tickets/world.ts';
import { armedWorld, eventWith, MARA, START, virtualClock, type TestWorld } from '../support/world.ts';

/**
 * Every port call of a scenario is numbered; the worker is killed before and after each one (a call that never settles:
 * no `finally` runs), its message comes back, time passes, and what must hold is checked.
 */
/** What a person does; done anew after a death, it does nothing twice. */
type Deed = (world: TestWorld) => Promise<unknown>;

interface Scenario {
  title: string;
  config?: Partial<ConfigInput>;
  /** Told before anybody dies. */
  given?: LifecycleEvent[];
  steps: (LifecycleEvent | Deed)[];
  /** Time that passes after the last step. */
  thenPass?: number;
  /** Whether an account is left, and with which address. */
  left: string | undefined;
  /** Its role. */
  role?: string;
  /** Items that stand for the person: two, where a number was known before its address. */
  people?: number;
  /** The most POSTs that the story itself needs. */
  accounts: number;
  /** What the ticket must say in the end, each once. */
  comments?: RegExp[];
}

const hire = (overrides: Partial<LifecycleEvent> = {}) => eventWith({ kind: 'joiner', attributes: MARA, ...overrides });
const later = (kind: 'mover' | 'leaver' | 'joiner', hours: number, attributes: LifecycleEvent['attributes'] = {}) =>
  eventWith({ kind, said: START + hours * HOUR, from: START + hours * HOUR, attributes });
const RENAMED = 'mara.berg@example.com';

/** What the HR system answers from now on. */
const hrSays =
  (answer: HrRecord | AppError): Deed =>
  async ({ hr }) =>
    void hr.set('hr/E1', answer);
const employed = (value: 'active' | 'ended'): HrRecord => ({
  attributes: MARA,
  employment: [{ value, from: START + Number(value === 'ended') }],
});
const thin = (kind: 'joiner' | 'mover', hours: number): LifecycleEvent => {
  const { employment: _said, ...event } = later(kind, hours);
  return { ...event, thin: true };
};

const ASKED_HR = { hr: { kind: 'hibob', secret: 'hr-webhook', fetch: { secret: 'hr-api' } } } as const;
const byHand: Deed = async ({ core }) => {
  if (core.record.effects.length === 0) core.create({ email: MARA.email, formal_name: 'By Hand' });
};

const SCENARIOS: Scenario[] = [
  { title: 'hire', steps: [hire()], left: MARA.email, accounts: 1 },
  { title: 'change', steps: [hire(), later('mover', 0, { department: 'Security' })], left: MARA.email, accounts: 1 },
  {
    title: 'rename',
    steps: [hire(), later('mover', 0, { email: RENAMED, lastName: 'Berg' })],
    left: RENAMED,
    accounts: 1,
  },
  { title: 'leave', steps: [hire(), later('leaver', 0)], left: undefined, accounts: 1 },
  { title: 'rehire', steps: [hire(), later('leaver', 0), later('joiner', 1)], left: MARA.email, accounts: 2 },
  { title: 'scheduled leave', steps: [hire(), later('leaver', 1)], thenPass: 2 * HOUR, left: undefined, accounts: 1 },
  {
    title: 'restricted, then removed',
    config: { offboarding: { mode: 'restrict-then-delete', parkingGroup: 'No Companies', graceDays: 1 } },
    steps: [hire(), later('leaver', 0)],
    thenPass: DAY + HOUR,
    left: undefined,
    accounts: 1,
  },
  {
    title: 'held and completed',
    steps: [
      hire({ attributes: { firstName: 'Mara', lastName: 'Lindt', department: 'Vendor Risk' } }),
      later('mover', 0, { email: MARA.email }),
    ],
    left: MARA.email,
    accounts: 1,
  },
  {
    title: 'conversion',
    steps: [
      hire({ source: 'contractors', employeeId: 'C1' }),
      later('joiner', 0, MARA),
      { ...later('leaver', 1), source: 'contractors', employeeId: 'C1' },
    ],
    left: MARA.email,
    accounts: 1,
  },
  {
    title: 'leave of absence, and back to what no rule gives any more',
    config: { leaveOfAbsence: 'restrict' },
    steps: [
      hire({ attributes: { ...MARA, department: 'Security' } }),
      (world) => world.pass(5 * MINUTE), // who dies in the middle of the hire has an account before the leave all the same
      { ...later('mover', 0), employment: 'suspended' },
      { ...later('mover', 1, { department: 'Warehouse' }), employment: 'resumed' },
    ],
    left: MARA.email,
    role: 'customer_group_admin',
    accounts: 1,
  },
  {
    title: 'a number that was known before its address',
    steps: [
      hire({ source: 'contractors', employeeId: 'C1' }),
      hire({ attributes: { department: 'Security' } }),
      later('mover', 0, { email: MARA.email }),
      { ...later('leaver', 1), source: 'contractors', employeeId: 'C1' },
    ],
    left: MARA.email,
    role: 'customer_group_admin',
    people: 2,
    accounts: 1,
  },
  {
    title: 'a thin event, asked about while the HR system is down, and the end that another one turns out to be',
    steps: [
      hrSays(new AppError('DIRECTORY_UNAVAILABLE', 'answered 500.')),
      thin('joiner', 0),
      hrSays(employed('active')),
      (world) => world.pass(5 * MINUTE),
      hrSays(employed('ended')),
      thin('mover', 1),
    ],
    left: undefined,
    accounts: 1,
  },
  {
    title: 'a thin event that turns out to be about somebody known',
    steps: [
      hire({ source: 'contractors', employeeId: 'C1' }),
      hrSays({ ...employed('active'), attributes: { ...MARA, department: 'Security' } }),
      thin('joiner', 0),
    ],
    left: MARA.email,
    role: 'customer_group_admin',
    people: 2,
    accounts: 1,
  },
  {
    title: 'a request on a ticket, looked at again, answered once',
    given: [hire()],
    steps: [request()],
    left: MARA.email,
    role: ASKED,
    accounts: 1,
    comments: [/^Bitsight: the account was (changed|created), and read back/],
  },
  {
    title: 'whose name was withheld, whom a rule gives something, whom HR is asked about, and who leaves',
    config: { sources: ASKED_HR },
    given: [hire({ attributes: { ...MARA, department: 'Warehouse' } })],
    steps: [hrSays(employed('active')), later('mover', 1, { department: 'Vendor Risk' })],
    left: MARA.email,
    accounts: 1,
  },
  {
    title: 'whose name was withheld, who was given an account by hand, and leaves',
    config: { sources: ASKED_HR },
    given: [hire({ attributes: { ...MARA, department: 'Warehouse' } })],
    steps: [byHand, later('leaver', 0)],
    left: undefined,
    accounts: 0,
  },
  {
    title: 'held and released',
    config: { fuse: { offboardings: { hour: { count: 0 } } } },
    steps: [hire(), later('leaver', 0), approve],
    left: undefined,
    accounts: 1,
  },
];

async function approve(world: TestWorld): Promise<void> {
  const { store, clock } = world;
  await world.pass(5 * MINUTE); // whoever died in the middle of the hire is followed by somebody else
  const [key] = await store.due('held', Number.MAX_SAFE_INTEGER, 1);
  const batch = await readBatch(store, key?.pk.slice(2) ?? '');
  if (batch?.status !== 'open') return;
  const until = clock.now() + DAY;
  await decideBatch(store, batch.id, { status: 'approved', upTo: batch.n, by: 'somebody', until }, clock.now());
}

interface Played {
  world: TestWorld & { system?: TicketSystem };
  ledger: LedgerWatch;
}

/** Plays the scenario; at the k-th port call the worker dies. Returns how many calls there were. */
async function play(
  scenario: Scenario,
  killAt: number,
  side: 'before' | 'after',
): Promise<Played & { calls: number; killed: boolean }> {
  let calls = 0;
  let started = false;
  let killed = false;
  let die: (() => void) | undefined;
  const counting = (): Promise<void> | undefined => {
    calls += Number(started);
    if (calls !== killAt || killed) return undefined;
    killed = true;
    die?.();
    return new Promise(() => undefined);
  };
  const clock = virtualClock();
  const ledger = new LedgerWatch(() => clock.now());
  const hooks = { [side]: counting, ...ledger.hooks(() => ledger) };
  const made = scenario.comments === undefined ? armedWorld : ticketWorld;
  const world = await made({ clock, hooks, ...(scenario.config && { config: scenario.config }) });
  await world.tell(...(scenario.given ?? []));
  started = true;
  const orDeath = async (work: () => Promise<unknown>): Promise<void> => {
    const death = new Promise<void>((resolve) => (die = resolve));
    await Promise.race([work(), death]);
  };
  for (const step of scenario.steps) {
    const does = (): Promise<unknown> => (typeof step === 'function' ? step(world) : world.tell(step));
    if (typeof step === 'object' && step.said > world.clock.now() && scenario.thenPass === undefined)
      await orDeath(() => world.pass(step.said - world.clock.now()));
    await orDeath(does);
    if (killed) await does(); // the queue hands the message out again; a person tries again
  }
  await orDeath(() => world.pass((scenario.thenPass ?? 0) + 10 * MINUTE));
  if (killed) await world.pass((scenario.thenPass ?? 0) + HOUR);
  return { world, ledger, calls, killed };
}

async function check(scenario: Scenario, { world, ledger }: Played): Promise<void> {
  expect(ledger.broken).toEqual([]);
  const people = await world.people();
  expect(world.core.record.coexisted()).toEqual([]);
  expect(
    world.core
      .users()
      .filter((account) => !account.is_company_api_token && account.email.startsWith('mara'))
      .map((account) => account.email),
  ).toEqual(scenario.left === undefined ? [] : [scenario.left]);
  expect(world.writes().filter((method) => method === 'POST').length).toBeLessThanOrEqual(scenario.accounts);
  expect(people.flatMap((person) => [...person.open, ...person.outbox])).toEqual([]);
  expect(people.flatMap(({ tickets }) => tickets ?? [])).toEqual([]);
  const said = scenario.comments?.map((comment) => expect.stringMatching(comment));
  expect(world.system?.tickets.get('ACC-17')?.comments).toEqual(said);
  expect(people.map((person) => person.op)).toEqual(Array.from({ length: scenario.people ?? 1 }, () => undefined));
  if (scenario.role !== undefined) expect(world.account(scenario.left ?? '')?.roles).toEqual([scenario.role]);
  const delivered = [...(scenario.given ?? []), ...scenario.steps].flatMap((step) =>
    typeof step === 'object' ? [step.received] : [],
  );
  const told = world.published.filter(({ source, event }) => source !== 'ledger' && !event.startsWith('batch:'));
  expect(new Set(told.map(({ received }) => received))).toEqual(new Set(delivered));
  const [holder] = people.filter(({ emails }) => emails.length > 0);
  const receipts = await world.receipts(holder?.pid ?? '');
  const made = world.core.record.effects.filter((effect) => effect.actor === 'api' && effect.change.before === null);
  expect(made.length).toBeLessThanOrEqual(scenario.accounts);
  expect(receipts.filter((receipt) => receipt.kind === 'create')).toHaveLength(made.length);
  const removed = world.core.record.effects.filter((effect) => effect.change.after === null);
  expect(receipts.filter((receipt) => receipt.kind === 'delete')).toHaveLength(removed.length);
  expect(new Set(receipts.map((receipt) => receipt.seq)).size).toBe(receipts.length);
}

describe.each(SCENARIOS)('killed anywhere in: $title', (scenario) => {
  test.each(['before', 'after'] as const)('%s each port call, the end is the same as without', async (side) => {
    const whole = await play(scenario, Infinity, side);
    await check(scenario, whole);
    expect(whole.calls).toBeGreaterThan(10);
    for (let k = 1; k <= whole.calls; k++) {
      const killed = await play(scenario, k, side);
      expect(killed.killed).toBe(true);
      try {
        await check(scenario, killed);
      } catch (error) {
        throw new Error(`killed ${side} call ${k} of ${whole.calls}`, { cause: error });
      }
    }
  });
});
