import { DAY } from '../time.ts';
import { changeOf, pairs, type Change, type What } from './diff.ts';
import { drift } from './drift.ts';
import { asks, judge, RULES, type Rule } from './findings.ts';
import { nameOf, type Row } from './row.ts';
import { instant, isAdmin, isStranger, seesPortfolio, type Yardstick } from './standing.ts';

const NAMES = ['people', 'tokens', 'admins', 'portfolio', 'strangers'] as const;
/** The numbers at the head of the review; `strangers` says something only where there is a roster. */
const NUMBERS = {
  people: (row) => row.kind === 'person',
  tokens: (row) => row.kind === 'api-token',
  admins: isAdmin,
  portfolio: seesPortfolio,
  strangers: isStranger,
} as const satisfies Record<(typeof NAMES)[number], (row: Row, by: Yardstick) => boolean>;
export type Numbers = Record<(typeof NAMES)[number], number>;

export interface Finding extends Pick<Rule, 'code' | 'severity' | 'todo' | 'owner'> {
  title: string;
  count: number;
  /** The first of them, worst first. */
  shown: { row: Row; evidence: string }[];
}
export interface ChangeCounts {
  joined: number;
  left: number;
  changed: number;
  /** How many accounts changed in what. */
  what: Partial<Record<What, number>>;
}
export interface Survey {
  now: Numbers;
  /** Of the night before, by today's yardstick; undefined where there is none. */
  before: Numbers | undefined;
  findings: Finding[];
  /** What was checked and holds of nobody, in a sentence each. */
  none: string[];
  /** What could not be checked, and why. */
  unchecked: { mark: string; why: string }[];
  /** Accounts that at least one finding above `low` names. */
  questioned: number;
  /** People of the ledger whose accounts should be looked at again. */
  lookAgain: { leavers: string[]; drifted: string[] };
  /** Of people, for charts: how many by role, by group, and by the age of the last log-in. */
  tally: Record<'role' | 'group' | 'login', ReadonlyMap<string, number>>;
  changes: ChangeCounts;
  /** The first of the changes that a reader should see: not those in log-in times and the like alone. */
  notable: { change: Change; row: Row }[];
  notableCount: number;
}

const SHOWN = 10;
const NOTABLE_SHOWN = 200;
const UNNOTABLE: readonly What[] = ['log-in', 'joined time', 'landing page', 'role name', 'contact'];

/**
 * Looks at every account once, beside the night before: numbers, findings, changes. Holds only what is shown.
 *
 * @param sink takes every change, in order of guid.
 */
export async function survey(
  before: AsyncIterable<Row> | undefined,
  after: AsyncIterable<Row>,
  by: Yardstick,
  sink: (change: Change) => Promise<void>,
): Promise<Survey> {
  const findings = createFindings(by);
  const tally = createTally(by);
  const now = zero();
  const then = zero();
  const changes: ChangeCounts = { joined: 0, left: 0, changed: 0, what: {} };
  const notable: Survey['notable'] = [];
  let notableCount = 0;
  const unseen = new Set(by.tokens);
  for await (const [was, is] of pairs(before ?? nobody(), after)) {
    if (was) add(then, was, by);
    if (is) add(now, is, by);
    if (is) findings.judge(is);
    if (is?.kind === 'person') tally.add(is);
    else if (is) for (const token of unseen) if (isSame(token, is)) unseen.delete(token);
    const change = changeOf([was, is]);
    const row = is ?? was;
    if (change === undefined || row === undefined) continue;
    count(changes, change);
    if (isNotable(change) && (notableCount += 1) <= NOTABLE_SHOWN) notable.push({ change, row });
    await sink(change);
  }
  for (const token of unseen) findings.judge(token);
  return { now, before: before && then, ...findings.result(), tally: tally.counts, changes, notable, notableCount };
}

/** Whether the list of tokens means this account: no page says that the guids of the two are the same. */
function isSame(token: Row, { guid, formal_name: name }: Row): boolean {
  return token.guid === guid || (token.formal_name !== null && token.formal_name === name);
}

function createFindings(by: Yardstick) {
  const found = new Map(RULES.map((rule) => [rule, { count: 0, shown: [] as Finding['shown'] }])); // -- the type of an empty list
  let questioned = 0;
  const lookAgain: Survey['lookAgain'] = { leavers: [], drifted: [] };
  return {
    judge(row: Row): void {
      const verdicts = judge(row, by);
      if (verdicts.some(({ rule }) => asks(rule)) && by.tokens?.includes(row) !== true) questioned += 1;
      if (verdicts.some(({ rule }) => rule.code === 'left-company')) lookAgain.leavers.push(...pidOf(row, by));
      if (by.ledger && drift(row, by)?.ours === true) lookAgain.drifted.push(...pidOf(row, by));
      for (const { rule, evidence } of verdicts) {
        const { count, shown } = found.get(rule) ?? { count: 0, shown: [] };
        const more = [...shown, { row, evidence }];
        found.set(rule, { count: count + 1, shown: more.length > 4 * SHOWN ? worst(more, rule) : more });
      }
    },
    result(): Pick<Survey, 'findings' | 'none' | 'unchecked' | 'questioned' | 'lookAgain'> {
      const findings: Finding[] = [];
      const unchecked: Survey['unchecked'] = [];
      const none: string[] = [];
      for (const [rule, { count, shown }] of found) {
        const why = rule.unchecked?.(by);
        if (count > 0) findings.push({ ...rule, title: rule.title(count, by), count, shown: worst(shown, rule) });
        else if (why === undefined) none.push(rule.none(by));
        else unchecked.push({ mark: rule.mark, why });
      }
      return { findings, none, unchecked, questioned, lookAgain };
    },
  };
}

function pidOf(row: Row, { ledger }: Yardstick): string[] {
  const known = ledger?.of(row);
  return known === undefined ? [] : [known.person.pid];
}

/** Days since the last log-in, up to and including. */
const LOGIN_AGES = {
  'up to 7 days ago': 7,
  '8 to 30 days': 30,
  '31 to 90 days': 90,
  '91 to 180 days': 180,
  '181 to 365 days': 365,
  'more than a year': Infinity,
} as const;

function bump(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function createTally({ now }: Yardstick) {
  const counts = {
    role: new Map<string, number>(),
    group: new Map<string, number>(),
    login: new Map<string, number>(),
  };
  const ages = Object.entries(LOGIN_AGES);
  for (const name of [...Object.keys(LOGIN_AGES), 'never']) counts.login.set(name, 0);
  return {
    counts,
    add(row: Row): void {
      bump(counts.role, row.role_names.join(' + ') || 'not said');
      bump(counts.group, row.group_name ?? 'not said');
      const at = instant(row.last_login_time);
      const age = at === undefined ? undefined : ages.find(([, days]) => now - at <= days * DAY)?.[0];
      bump(counts.login, age ?? 'never');
    },
  };
}

const byName = new Intl.Collator('en', { numeric: true }).compare;

function worst(shown: Finding['shown'], { order = () => 0 }: Rule): Finding['shown'] {
  return shown.sort((a, b) => order(a.row) - order(b.row) || byName(nameOf(a.row), nameOf(b.row))).slice(0, SHOWN);
}

const zero = (): Numbers => ({ people: 0, tokens: 0, admins: 0, portfolio: 0, strangers: 0 });

function add(numbers: Numbers, row: Row, by: Yardstick): void {
  for (const name of NAMES) if (NUMBERS[name](row, by)) numbers[name] += 1;
}

function count(counts: ChangeCounts, change: Change): void {
  counts[change.kind] += 1;
  for (const what of change.kind === 'changed' ? change.what : []) {
    counts.what[what] = (counts.what[what] ?? 0) + 1;
  }
}

function isNotable(change: Change): boolean {
  return change.kind !== 'changed' || change.what.some((what) => !UNNOTABLE.includes(what));
}

async function* nobody(): AsyncGenerator<Row> {}
