import { changeOf, pairs, type Change, type What } from './diff.ts';
import {
  isAdmin,
  isStranger,
  judge,
  RULES,
  seesPortfolio,
  type FindingCode,
  type Severity,
  type Yardstick,
} from './findings.ts';
import { nameOf, type Row } from './row.ts';

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

export interface Finding {
  code: FindingCode;
  severity: Severity;
  title: string;
  todo: string;
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
  /** Accounts that at least one finding names. */
  questioned: number;
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
  const now = zero();
  const then = zero();
  const changes: ChangeCounts = { joined: 0, left: 0, changed: 0, what: {} };
  const notable: Survey['notable'] = [];
  let notableCount = 0;
  for await (const [was, is] of pairs(before ?? nobody(), after)) {
    if (was) add(then, was, by);
    if (is) add(now, is, by);
    if (is) findings.judge(is);
    const change = changeOf([was, is]);
    const row = is ?? was;
    if (change === undefined || row === undefined) continue;
    count(changes, change);
    if (isNotable(change) && (notableCount += 1) <= NOTABLE_SHOWN) notable.push({ change, row });
    await sink(change);
  }
  return { now, before: before && then, ...findings.result(), changes, notable, notableCount };
}

function createFindings(by: Yardstick) {
  const found = RULES.map((rule) => ({ rule, count: 0, shown: [] as Finding['shown'] })); // -- the type of an empty list
  let questioned = 0;
  return {
    judge(row: Row): void {
      const verdicts = judge(row, by);
      if (verdicts.length > 0) questioned += 1;
      for (const { code, evidence } of verdicts) {
        const entry = found.find(({ rule }) => rule.code === code);
        if (entry === undefined) continue;
        entry.count += 1;
        entry.shown.push({ row, evidence });
        if (entry.shown.length > 4 * SHOWN) entry.shown = worst(entry.shown, entry.rule);
      }
    },
    result(): { findings: Finding[]; questioned: number } {
      const findings = found.flatMap(({ rule, count, shown }) => {
        const { code, severity, todo } = rule;
        return count > 0
          ? [{ code, severity, title: rule.title(count, by), todo, count, shown: worst(shown, rule) }]
          : [];
      });
      return { findings, questioned };
    },
  };
}

const byName = new Intl.Collator('en', { numeric: true }).compare;

function worst(shown: Finding['shown'], rule: (typeof RULES)[number]): Finding['shown'] {
  const order = 'order' in rule ? rule.order : () => 0;
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
