import { keys, type Batch, type Key, type Person } from './ledger.ts';
import { dueAnswers, dueEvents } from './release.ts';

/**
 * The ledger as a state machine: tables that docs/ledger.md is made from, and that every write of the seeded histories
 * and of the crash sweep is held against. What is not in them must not happen; what is in them has to.
 */
export const STATES = {
  absent: 'nobody spoke of this person yet',
  due: 'an event is open whose time has come, or the time to look has',
  postponed: 'a try failed; it is taken up again at `wakeAt`, with growing pauses',
  claimed: 'an operation is under way, or a request of it may be: nobody else acts before `op.until`',
  unproven: 'an operation was begun and its lease is over: what became of it is read before anything else',
  telling: 'nothing is due, but outcomes are not published yet',
  held: 'somebody has to decide',
  waiting: 'something lies ahead: an effective date, the end of a grace time, another look into an HR system',
  resting: 'nothing to do',
} as const;
export type State = keyof typeof STATES;

/** The state of a person item; the first one that fits, in the order of the question. `wallNow` where leases are told by another clock. */
export function stateOf(person: Person | undefined, now: number, wallNow = now): State {
  if (person === undefined) return 'absent';
  const { op, tries, outbox, held, wakeAt } = person;
  if (op !== undefined) return wallNow <= op.until ? 'claimed' : 'unproven';
  if (tries !== undefined && wakeAt !== undefined && wakeAt > now) return 'postponed';
  if (
    dueEvents(person, now).length > 0 ||
    dueAnswers(person, now).length > 0 ||
    (wakeAt !== undefined && wakeAt <= now)
  )
    return 'due';
  if (outbox.length > 0) return 'telling';
  if (held !== undefined) return 'held';
  return wakeAt === undefined ? 'resting' : 'waiting';
}

/** What must be so for a write of a person to be right. */
export const GUARDS = {
  'one version on': 'written under the version that was read (CAS), or ABSENT where nothing was',
  'nothing lost': 'an open event leaves only with an outcome in the outbox, an outcome only when it was published',
  'hash first': 'where an address is not kept any more, its keyed hash is',
  'hands off': 'the operation stays as it is, to the last field',
  'nobody at work': 'no operation was under way',
  'these very facts':
    '`op.factsV` is the `factsV` of the version that is replaced: nothing was recorded since it was planned',
  'lease over': 'now > `op.until` of the former owner',
  'same intent': 'another token and another `until`, nothing else: nobody makes another request out of it',
  'own token': 'the writer is the one who put this token there',
  'handed first': 'each open event that leaves is open with another person by now',
  'receipt first': 'each outcome `done` names a receipt that is there already',
} as const;
export type Guard = keyof typeof GUARDS;

interface Step {
  does: string;
  by: string;
  guards: readonly Guard[];
}
/** With the two guards that hold for nearly every step. */
const step = (does: string, by: string, ...guards: Guard[]): Step => ({
  does,
  by,
  guards: ['one version on', 'nothing lost', ...guards],
});

/** Every way in which a person item is written. */
export const STEPS = {
  record: step('folds an event into the facts', 'record', 'hands off'),
  approve: step('an approved batch comes to its member', 'batch-sweep', 'hands off'),
  wake: step('the sweeper sends a message, and looks again if it gets lost', 'sweep', 'hands off'),
  claim: step('claim and intent in one, before the request is sent', 'operation', 'nobody at work', 'these very facts'),
  'take over': step('settles what somebody left behind', 'operation', 'lease over', 'same intent'),
  'give back': step('the read-back did not show it yet', 'conclude', 'own token'),
  drop: step('it did not happen, or is planned anew', 'operation', 'own token'),
  finish: step('proven, or held', 'conclude', 'own token', 'receipt first'),
  release: step(
    'ends a look that changed nothing in Bitsight',
    'reconcile',
    'nobody at work',
    'hands off',
    'receipt first',
    'hash first',
  ),
  join: step('notes the batch that the person is about to become a member of', 'fuse', 'nobody at work', 'hands off'),
  clear: step(
    'takes addresses from a person: forgotten, or given to somebody else (`ops -- alias free`)',
    '../../infra/ops/forget',
    'nobody at work',
    'hands off',
  ),
  postpone: step('a try failed', 'reconcile', 'hands off'),
  'put off': step(
    'the HR system did not answer, does not know the person yet, or may know what is missing',
    'ask',
    'hands off',
  ),
  'hand over': {
    does: 'the HR system named the address of somebody known: what waited for its answer waits with them now',
    by: 'answer',
    guards: ['one version on', 'hands off', 'handed first'],
  },
  rest: step('publishes outcomes, answers tickets, sets when to look again', 'outbox', 'hands off'),
} satisfies Record<string, Step>;
export type StepName = keyof typeof STEPS;

type Moves = Partial<Record<State, readonly State[]>>;

/** From where each step leads where. */
export const TRANSITIONS: Record<StepName, Moves> = {
  record: {
    absent: ['due', 'waiting'],
    due: ['due'],
    postponed: ['due', 'postponed'],
    claimed: ['claimed'],
    unproven: ['unproven'],
    telling: ['due', 'telling'],
    held: ['due', 'held'],
    waiting: ['due', 'waiting'],
    resting: ['due', 'waiting'],
  },
  approve: {
    due: ['due'],
    postponed: ['due'],
    claimed: ['claimed'],
    unproven: ['unproven'],
    telling: ['due'],
    held: ['due'],
  },
  wake: { due: ['due', 'postponed', 'telling', 'held', 'waiting'], claimed: ['claimed'], unproven: ['unproven'] },
  claim: {
    due: ['claimed'],
    postponed: ['claimed'],
    telling: ['claimed'],
    held: ['claimed'],
    waiting: ['claimed'],
    resting: ['claimed'],
  },
  'take over': { unproven: ['claimed'] },
  'give back': { claimed: ['claimed', 'unproven'] },
  drop: { claimed: ['due'] },
  finish: { claimed: ['due', 'telling', 'held'] },
  release: {
    due: ['due', 'telling', 'held', 'waiting', 'resting'],
    postponed: ['due', 'telling', 'held', 'waiting', 'resting'],
    telling: ['due', 'telling'],
    held: ['due', 'held', 'waiting', 'resting'],
    waiting: ['due', 'held', 'waiting', 'resting'],
    resting: ['held', 'resting'],
  },
  postpone: {
    due: ['due', 'postponed'],
    postponed: ['due', 'postponed'],
    claimed: ['claimed'],
    unproven: ['unproven'],
    telling: ['due', 'postponed'],
    held: ['due', 'postponed'],
    waiting: ['due', 'postponed'],
    resting: ['due', 'postponed'],
  },
  clear: {
    due: ['due'],
    postponed: ['postponed'],
    telling: ['telling'],
    held: ['held'],
    waiting: ['waiting'],
    resting: ['resting'],
  },
  join: {
    due: ['due', 'telling', 'held'],
    postponed: ['postponed'],
    telling: ['telling'],
    held: ['held'],
    waiting: ['held'],
    resting: ['held'],
  },
  'put off': {
    due: ['due', 'telling', 'held', 'waiting'],
    postponed: ['due', 'postponed'],
    held: ['due'],
    waiting: ['due'],
    resting: ['due'],
  },
  'hand over': { due: ['due', 'telling', 'held', 'waiting'], postponed: ['postponed'] },
  rest: {
    due: ['due', 'held', 'waiting', 'resting'],
    postponed: ['postponed'],
    claimed: ['claimed'],
    unproven: ['unproven'],
    telling: ['telling', 'held', 'waiting', 'resting'],
    held: ['held'],
    waiting: ['waiting', 'resting'],
    resting: ['resting'],
  },
};

/** What time alone does, without a write. */
export const BY_TIME: Moves = {
  postponed: ['due'],
  claimed: ['unproven'],
  telling: ['due'],
  held: ['due'],
  waiting: ['due'],
};

/** The lease of an operation and its fence; instants of the wall in milliseconds. */
export const LEASE = {
  claim: {
    formula: '`until` = now + time left to the invocation + 5 s',
    says: 'longer than the invocation can live: the kill by the platform is the fence',
  },
  call: {
    formula: 'time left ≥ call deadline + 5 s',
    says: 'no call starts that could not end, and be written down, before the platform ends the invocation',
  },
  'give back': {
    formula: '`until` = max(now, `startedAt` + call deadline + settle time)',
    says: 'a request whose connection broke may still arrive until its deadline, and shows a settle time later',
  },
  'take over': { formula: 'now > `until`', says: 'only then may somebody else read what became of it' },
} as const;

/** Each status of a batch, and those that a write may put in its place. */
export const BATCH_TRANSITIONS = {
  open: ['open', 'approved', 'rejected'],
  approved: ['approved'],
  rejected: ['rejected'],
} as const satisfies Record<Batch['status'], readonly Batch['status'][]>;

interface ItemKind {
  /** Names in angle brackets stand for any text. */
  key: Key;
  holds: string;
  by: string;
  /** `ABSENT`: written once and never again. `CAS`: ABSENT first, then under the version that was read. */
  condition: 'ABSENT' | 'CAS';
  rule?: string;
}

/** Every kind of item, by the function of `keys` that makes its key. */
export const ITEMS: Record<keyof typeof keys, ItemKind> = {
  person: {
    key: keys.person('<pid>'),
    holds: 'facts by source, open events, addresses, guid of the account, operation under way, outbox, `wakeAt`',
    by: 'all steps above',
    condition: 'CAS',
    rule: 'see the steps',
  },
  receipt: {
    key: keys.receipt('<pid>', 0),
    holds: 'the proof of one change: before, request, after, why, events, configuration hash',
    by: 'receipts',
    condition: 'ABSENT',
    rule: 'append-only; `ops -- forget` alone takes the map `personal` out of it, under CAS',
  },
  plan: {
    key: keys.plan('<pid>', '<date>', '<hash>'),
    holds: 'what would be done, while that kind of change is not armed',
    by: 'receipts',
    condition: 'ABSENT',
    rule: '`ops -- forget` takes names and addresses out of it, under CAS',
  },
  mail: {
    key: keys.mail('<keyed hash>'),
    holds: 'whose address it is; kept when it is left, so that a reuse is seen',
    by: 'identity',
    condition: 'CAS',
    rule: 'before the person; another `pid` only where it was freed',
  },
  employee: {
    key: keys.employee('<source>', '<employee id>'),
    holds: 'which person a source means',
    by: 'identity',
    condition: 'CAS',
    rule: 'before the person',
  },
  seen: {
    key: keys.seen('<event>'),
    holds: 'a delivery that was recorded, 14 days; a cache',
    by: 'record',
    condition: 'ABSENT',
  },
  creations: {
    key: keys.creations(),
    holds: 'who was created in a month',
    by: 'windows',
    condition: 'CAS',
    rule: 'in one period members only come',
  },
  fuse: {
    key: keys.fuse('<source>', '<budget>'),
    holds: 'who was changed in an hour and a day, on whose word; the batch that waits',
    by: 'windows',
    condition: 'CAS',
    rule: 'in one period members only come',
  },
  batch: {
    key: keys.batch('<batch>'),
    holds: 'changes that wait for one decision; its status, how far the decision reaches',
    by: 'batch, batch-sweep',
    condition: 'CAS',
    rule: 'status: see below',
  },
  member: { key: keys.member('<batch>', '<pid>'), holds: 'one change of a batch', by: 'batch', condition: 'CAS' },
  review: {
    key: keys.review('<review>'),
    holds: 'an access review: the frozen night, whether it is closed, the hash of its evidence',
    by: 'review',
    condition: 'CAS',
    rule: 'once closed it stays so',
  },
  reviewRow: {
    key: keys.reviewRow('<review>', 0),
    holds: 'what was decided over one row of it, and what the workers were told',
    by: 'review',
    condition: 'CAS',
  },
  gate: {
    key: keys.gate(),
    holds: 'the pause that Bitsight asked for, the stop, which kinds of change are armed',
    by: 'gate',
    condition: 'CAS',
  },
  decision: {
    key: { ...keys.decision(0, ''), sk: '<instant>#<id>' },
    holds: 'what an operator decided, when and why',
    by: "the operator's commands",
    condition: 'ABSENT',
    rule: 'append-only',
  },
  roster: {
    key: keys.roster('<source>'),
    holds: 'the last complete list of people of a source, and how far the next one is told',
    by: 'roster',
    condition: 'CAS',
  },
  exceptions: {
    key: keys.exceptions(),
    holds: 'the exceptions of the configuration as they were last told',
    by: 'exceptions',
    condition: 'CAS',
  },
  population: { key: keys.population(), holds: 'how many people have an account', by: 'population', condition: 'CAS' },
  adminsLease: { key: keys.adminsLease(), holds: 'who may take an Admin away', by: 'admins', condition: 'CAS' },
  told: {
    key: keys.told('<message>'),
    holds: 'that people on duty were told of a batch, of exceptions that end, of a week',
    by: 'tell-people',
    condition: 'ABSENT',
  },
  night: {
    key: keys.night('<date>'),
    holds: 'who writes the snapshot of a night, until when',
    by: 'night-claim',
    condition: 'CAS',
  },
};
