import { isDeepStrictEqual } from 'node:util';
import { BatchSchema, type Person, type Stored } from '../../lib/lifecycle/ledger.ts';
import {
  BATCH_TRANSITIONS,
  BY_TIME,
  ITEMS,
  stateOf,
  STEPS,
  TRANSITIONS,
  type Guard,
  type State,
  type StepName,
} from '../../lib/lifecycle/states.ts';
import type { Hooks, Written } from './memory/hooks.ts';

/** One write of a person item, as seen from outside: nothing in here knows which code it came from. */
interface PersonWrite {
  before: Person | undefined;
  after: Person;
  condition: Written['condition'];
  step: StepName;
  now: number;
  /** Of operations that this writer claimed or took over. */
  tokens: ReadonlySet<string>;
  hasReceipt: (pid: string, seq: number) => boolean;
  /** Whether an event is open, or was, with anybody else. */
  isElsewhere: (received: string, pid: string) => boolean;
}

/** Text first: mostly it is the same, and comparing takes long. */
const same = (a: unknown, b: unknown): boolean =>
  a === b || JSON.stringify(a) === JSON.stringify(b) || isDeepStrictEqual(a, b);
const names = (person: Person): string[] => person.open.map(({ received }) => received);

const HOLDS: Record<Guard, (write: PersonWrite) => boolean> = {
  'one version on': ({ before, after, condition }) =>
    condition === (before === undefined ? 'ABSENT' : 'CAS') && after.v === (before?.v ?? 0) + 1,
  'nothing lost': ({ before, after, step }) => {
    const told = after.outbox.map(({ received }) => received);
    const kept = step === 'rest' || (before?.outbox ?? []).every((one) => after.outbox.some(({ id }) => id === one.id));
    return kept && (before === undefined || names(before).every((one) => [...names(after), ...told].includes(one)));
  },
  'hash first': ({ before, after }) =>
    (before?.emails ?? []).every((one) => after.emails.includes(one)) || (after.withheld?.mail.length ?? 0) > 0,
  'hands off': ({ before, after }) => same(before?.op, after.op),
  'nobody at work': ({ before }) => before?.op === undefined,
  'these very facts': ({ before, after }) => after.op?.factsV === before?.factsV && same(before?.facts, after.facts),
  'lease over': ({ before, now }) => before?.op !== undefined && now > before.op.until,
  'same intent': ({ before, after }) => {
    const [was, is] = [before?.op, after.op];
    return (
      was !== undefined && is !== undefined && same({ ...was, token: '', until: 0 }, { ...is, token: '', until: 0 })
    );
  },
  'own token': ({ before, tokens }) => tokens.has(before?.op?.token ?? ''),
  'handed first': ({ before, after, isElsewhere }) =>
    before !== undefined &&
    names(before).every((one) => names(after).includes(one) || isElsewhere(one, after.pid)) &&
    same(before.outbox, after.outbox),
  'receipt first': ({ before, after, hasReceipt }) =>
    after.outbox
      .filter(({ id, result }) => result === 'done' && !(before?.outbox ?? []).some((one) => one.id === id))
      .every(({ seq }) => seq !== undefined && hasReceipt(after.pid, seq)),
};

/** By what changed: which of the steps it must have been. */
export function stepOf(before: Person | undefined, after: Person, now: number): StepName {
  if (before !== undefined && after.cleared !== before.cleared) return 'clear';
  if (before === undefined || after.factsV > before.factsV) return 'record';
  if (before.op === undefined && after.op !== undefined) return 'claim';
  if (before.op !== undefined && after.op === undefined) return after.seq > before.seq ? 'finish' : 'drop';
  if (before.op?.token !== after.op?.token) return 'take over';
  if (!same(before.op, after.op)) return 'give back';
  const { wakeAt: was = Infinity, ...old } = before;
  const { wakeAt: is, ...fresh } = after;
  const changed = Object.keys({ ...old, ...fresh }).filter((name) => name !== 'v' && name !== 'nonce');
  const differing = changed.filter((name) => !same(Reflect.get(old, name), Reflect.get(fresh, name)));
  if (differing.length === 0) return was <= now && (is ?? now) > now ? 'wake' : 'rest';
  const asked = differing
    .filter((name) => name !== 'withheld')
    .toSorted()
    .join();
  if (asked === 'owed') return 'put off';
  if (asked === 'open,owed') return after.open.length === before.open.length ? 'put off' : 'hand over';
  if (differing.join() === 'tries' && after.tries !== undefined) return 'postpone';
  if (differing.every((name) => name === 'outbox' || name === 'tickets') && after.outbox.length === 0) return 'rest';
  if (after.open.length > before.open.length) return 'approve';
  const isNoted = after.held?.batch !== undefined && after.held.batch !== before.held?.batch;
  return isNoted && same(before.open, after.open) && same(before.outbox, after.outbox) ? 'join' : 'release';
}

const PERSONAL = 'v nonce personal email formalName friendlyName formal_name friendly_name lastLogin'.split(' ');

const bare = (name: string, value: unknown): unknown => (PERSONAL.includes(name) ? undefined : value);

/** What was written once is the same to the last field, but names nobody any more. */
function isForgetting(before: Stored | undefined, after: Stored, condition: Written['condition']): boolean {
  const [was, is] = [JSON.stringify(before ?? null), JSON.stringify(after)];
  const isSame = isDeepStrictEqual(JSON.parse(was, bare), JSON.parse(is, bare));
  return condition === 'CAS' && isSame && was.includes('@') && !is.includes('@');
}

/** Holds every write of the ledger against the tables of lib/lifecycle/states.ts, and counts what it saw. */
export class LedgerWatch {
  readonly broken: string[] = [];
  readonly counts = new Map<string, number>();
  readonly #now: () => number;
  readonly #receipts = new Set<string>();
  readonly #opened = new Map<string, Set<string>>();
  readonly #tokens = new WeakMap<object, Set<string>>();
  readonly #states = new Map<string, State>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** For the store of one writer: who claims with one of them owns the token alone. */
  hooks(writer: () => object): Pick<Hooks, 'wrote'> {
    return { wrote: (write) => this.#wrote(write, writer()) };
  }

  #wrote({ before, after, condition }: Written, writer: object): void {
    const kind = kindOf(after);
    if (kind === undefined) return this.#violated(`an item of no known kind: ${after.pk} ${after.sk}`);
    const isNew = condition === 'ABSENT' && before === undefined;
    if (ITEMS[kind].condition === 'ABSENT' && !isNew && !isForgetting(before, after, condition))
      this.#violated(`a ${kind} was written over`);
    this.#count(`item ${kind}`);
    if (kind === 'receipt') this.#receipts.add(`${after.pk} ${Number(after.sk.slice(2))}`);
    if (kind === 'review' && before?.['closed'] !== undefined) this.#violated('a closed review was written over');
    if (kind === 'batch' && before !== undefined) this.#batch(before, after);
    if (kind === 'person')
      // -- the code under test made it and reads it by its schema; checking twice would take half the time of a history
      this.#person(before as Person | undefined, after as unknown as Person, condition, writer);
  }

  #batch(before: Stored, after: Stored): void {
    const [was, is] = [BatchSchema.parse(before).status, BatchSchema.parse(after).status];
    const allowed: readonly string[] = BATCH_TRANSITIONS[was];
    if (!allowed.includes(is)) this.#violated(`a batch that was ${was} is ${is}`);
    if (was !== is) this.#count(`batch: ${was} → ${is}`);
  }

  #person(before: Person | undefined, after: Person, condition: Written['condition'], writer: object): void {
    const now = this.#now();
    const step = stepOf(before, after, now);
    const [from, to] = [stateOf(before, now), stateOf(after, now)];
    this.#count(transition(from, step, to));
    if (after.emails.length < (before?.emails.length ?? 0)) this.#count('addresses withheld');
    if (after.withheld !== undefined && after.guid !== undefined && before?.guid === undefined)
      this.#count('an account of somebody whose address was withheld');
    if (TRANSITIONS[step][from]?.includes(to) !== true)
      this.#violated(`no such transition: ${transition(from, step, to)}`);
    this.#timePassed(after.pid, from);
    this.#states.set(after.pid, to);
    const tokens = this.#tokensOf(writer);
    if (after.op !== undefined && (step === 'claim' || step === 'take over')) tokens.add(after.op.token);
    const hasReceipt = (pid: string, seq: number): boolean => this.#receipts.has(`P#${pid} ${seq}`);
    for (const received of names(after))
      this.#opened.set(received, (this.#opened.get(received) ?? new Set()).add(after.pid));
    const isElsewhere = (received: string, pid: string): boolean =>
      [...(this.#opened.get(received) ?? [])].some((other) => other !== pid);
    const write = { before, after, condition, step, now, tokens, hasReceipt, isElsewhere };
    for (const guard of STEPS[step].guards) if (!HOLDS[guard](write)) this.#violated(`${step} without “${guard}”`);
  }

  /** Between two writes only the clock moves a person. */
  #timePassed(pid: string, from: State): void {
    const was = this.#states.get(pid);
    if (was === undefined || was === from) return;
    this.#count(transition(was, 'time', from));
    if (BY_TIME[was]?.includes(from) !== true) this.#violated(`time made ${from} of ${was}`);
  }

  #tokensOf(writer: object): Set<string> {
    const known = this.#tokens.get(writer) ?? new Set();
    this.#tokens.set(writer, known);
    return known;
  }

  #count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  #violated(what: string): void {
    this.broken.push(`Ledger: ${what}`);
  }
}

export const transition = (from: State, step: StepName | 'time', to: State): string => `${from} → ${to} (${step})`;

const PATTERNS = Object.entries(ITEMS).map(([name, { key }]) => {
  const pattern = `${key.pk} ${key.sk}`.replaceAll(/<[^>]+>/g, '.+').replace(/0{8}$/, '\\d{8}');
  return { name: name as keyof typeof ITEMS, pattern: new RegExp(`^${pattern}$`) }; // -- its own keys
});
const kindOf = ({ pk, sk }: Stored): keyof typeof ITEMS | undefined =>
  PATTERNS.find(({ pattern }) => pattern.test(`${pk} ${sk}`))?.name;
