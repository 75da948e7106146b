import { DAY, HOUR, MINUTE, SECOND, startOfDay, toIso } from '../time.ts';
import { judge, many } from './findings.ts';
import type { Change, What } from './diff.ts';
import { bars, overTime, type Chart } from './charts.ts';
import { DEPARTURES_DAYS } from './known.ts';
import type { Listing } from './listing.ts';
import type { NightCount, Previous, SnapshotFile } from './manifest.ts';
import { atRank, type Removal } from './removal.ts';
import { nameOf, type Column, type Row } from './row.ts';
import { sources, type SourceLine } from './sources.ts';
import { knowsWhoLeft, type Yardstick } from './standing.ts';
import type { Finding, Numbers, Survey } from './survey.ts';

/** Where a listing came from, for an auditor. */
export interface Provenance {
  /** Host of the base URL. */
  host: string;
  /** The software that read it. */
  product: { name: string; version: string };
}

/** One reading, and by what its accounts are judged. */
export interface Run {
  company: string | undefined;
  date: string;
  runId: string;
  configHash: string;
  /** When reading began, epoch milliseconds. */
  startedAt: number;
  provenance: Provenance;
  by: Yardstick;
  /** Name of the roster's file. */
  rosterName: string | undefined;
}
/** What a review is made of. Everything that is said in words is made here; `review-html.ts` only lays it out. */
export interface ReviewFacts extends Run {
  listing: Pick<Listing, 'people' | 'tokens'>;
  survey: Survey;
  previous: Previous | undefined;
  implausible: boolean;
  /** The nights before, and this one. */
  history: readonly NightCount[];
  /** The files written so far. */
  files: readonly SnapshotFile[];
}
export interface ReviewNumber {
  label: string;
  value: string;
  note: string;
}
export interface ChangeLine {
  icon: string;
  what: string;
  name: string;
  email: string;
  detail: string;
}
export interface Review {
  title: string;
  verdict: string;
  sentence: string;
  alarm: string | undefined;
  numbers: ReviewNumber[];
  sources: SourceLine[];
  findings: Finding[];
  none: string[];
  unchecked: Survey['unchecked'];
  since: string;
  changes: ChangeLine[];
  moreChanges: number;
  /** How quickly leavers lost their access, and whether nights are missing. */
  quarter: string[];
  charts: Chart[];
  foot: [label: string, value: string][];
}

export function reviewOf(facts: ReviewFacts): Review {
  const { company, date, listing, survey } = facts;
  const before = facts.previous && nameOfNight(facts.previous, date);
  const total = listing.people + listing.tokens;
  return {
    title: `Bitsight access review: ${company === undefined ? '' : `${company}, `}${date}`,
    verdict: `Complete: ${total} of ${total} accounts read, nobody missing`,
    sentence: sentence(survey, total),
    alarm: facts.implausible ? alarm(survey, before) : undefined,
    numbers: numbers(survey, facts.by, before),
    sources: sources(facts.by, facts.rosterName),
    findings: survey.findings,
    none: survey.none,
    unchecked: survey.unchecked,
    since: since(survey, before),
    changes: before ? survey.notable.map(({ change, row }) => changeLine(change, row)) : [],
    moreChanges: before ? survey.notableCount - survey.notable.length : 0,
    quarter: quarter(facts),
    charts: charts(facts),
    foot: foot(facts, before),
  };
}

/** Its date; on the same day, when it was read. */
function nameOfNight({ date, startedAt }: Previous, today: string): string {
  return date === today && startedAt !== undefined ? `${startedAt.slice(0, 16).replace('T', ' ')} UTC` : date;
}

/** What the findings say of a person, in a word or three each; of a token its table says all. */
export function marksOf(row: Row, by: Yardstick): string[] {
  if (row.kind === 'api-token') return [];
  return judge(row, by).map(({ rule }) => rule.mark);
}

function sentence({ findings, questioned }: Survey, total: number): string {
  const low = findings.filter(({ severity }) => severity === 'low').length;
  const grave = findings.length - low;
  const look = low === 0 ? '' : ` ${many(low, 'thing more is', 'things more are')} worth a look.`;
  if (grave === 0) return `Nothing needs a decision: ${many(total, 'account was', 'accounts were')} looked at.${look}`;
  const things = many(grave, 'thing needs a decision', 'things need a decision');
  const calm = many(total - questioned, 'account needs none', 'accounts need none');
  return `${things}, about ${many(questioned, 'account', 'accounts')}; the other ${calm}.${look}`;
}

function alarm({ changes, before }: Survey, night: string | undefined): string {
  const total = (before?.people ?? 0) + (before?.tokens ?? 0);
  return (
    `${changes.left} of ${total} accounts are gone since ${night ?? 'the last night'}. ` +
    'That is more than is plausible: take it as an alarm and find out why before anything rests on it.'
  );
}

function numbers({ now, before }: Survey, by: Yardstick, night: string | undefined): ReviewNumber[] {
  const number = (name: keyof Numbers, label: string): ReviewNumber => {
    const note = before && night ? difference(now[name] - before[name], night) : 'nothing to compare with';
    return { label, value: String(now[name]), note };
  };
  const strangers = by.ledger ? 'leavers or unknown to HR, with access' : 'leavers or not on the roster, with access';
  return [
    number('people', 'people'),
    number('tokens', 'company API tokens'),
    number('admins', 'Admins'),
    number('portfolio', 'see the whole portfolio'),
    knowsWhoLeft(by) ? number('strangers', strangers) : { label: strangers, value: '?', note: 'no roster given' },
  ];
}

function difference(step: number, night: string): string {
  if (step === 0) return `as on ${night}`;
  return `${Math.abs(step)} ${step > 0 ? 'more' : 'fewer'} than on ${night}`;
}

function quarter({ by: { ledger }, history, date }: ReviewFacts): string[] {
  return [...(ledger ? [departed(ledger.departures)] : []), ...nights(history, date)];
}

function departed(all: readonly Removal[]): string {
  const within = (share: number): string => duration(atRank(all, share)?.ms ?? 0);
  const late = all.filter(({ lateLogin }) => lateLogin).length;
  const days = `In the last ${DEPARTURES_DAYS} days`;
  if (all.length === 0) return `${days} no leaver had an account to be taken away.`;
  return (
    `${days} access was taken from ${many(all.length, 'leaver', 'leavers')}: half of them within ${within(0.5)}, ` +
    `95 of 100 within ${within(0.95)}, the last after ${within(1)}. Before that ${late === 0 ? 'none' : late} of them signed in after leaving.`
  );
}

function nights(history: readonly NightCount[], date: string): string[] {
  const first = startOfDay(history[0]?.date ?? date, 'UTC') ?? 0;
  const days = Math.round(((startOfDay(date, 'UTC') ?? first) - first) / DAY) + 1;
  const complete = new Set(history.map((night) => night.date)).size;
  return days < 2 ? [] : [`Snapshots: ${complete} of the last ${days} days have a complete one.`];
}

function charts({ survey: { tally, now }, by: { ledger }, history }: ReviewFacts): Chart[] {
  if (now.people === 0) return [];
  const took = new Map<string, number>();
  for (const [name, ms] of Object.entries(TOOK))
    took.set(name, (ledger?.departures ?? []).filter((one) => one.ms <= ms).length - sum(took));
  return [
    bars('People by role', tally.role),
    bars('People by group', tally.group),
    bars('People by age of their last log-in', tally.login, '', false),
    ...(history.length > 1
      ? [overTime('People over time', history, 'Each complete night against the one before it.')]
      : []),
    ...(ledger && ledger.departures.length > 0
      ? [bars('Leavers by the time until access was taken', took, `The last ${DEPARTURES_DAYS} days.`, false)]
      : []),
  ];
}

/** Up to and including, milliseconds. */
const TOOK = {
  'within a minute': MINUTE,
  'within an hour': HOUR,
  'within a day': DAY,
  'within a week': 7 * DAY,
  'after more than a week': Infinity,
} as const;

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((all, n) => all + n, 0);
}

function duration(ms: number): string {
  if (ms < MINUTE) return `${Math.max(1, Math.ceil(ms / SECOND))} s`;
  if (ms < HOUR) return `${Math.ceil(ms / MINUTE)} min`;
  return ms < DAY ? `${Math.ceil(ms / HOUR)} h` : many(Math.ceil(ms / DAY), 'day', 'days');
}

function since({ changes }: Survey, night: string | undefined): string {
  if (!night) return 'This is the first snapshot: there is nothing to compare it with.';
  const { joined, left, changed } = changes;
  const logins = changes.what['log-in'] ?? 0;
  const compared = `Compared with ${night}`;
  if (joined + left + changed === 0) return `${compared}: nothing changed.`;
  return `${compared}: ${joined} joined, ${left} left, ${changed} changed (${logins} of these by a log-in).`;
}

/** What a reader sees of a change in this or that: an icon beside the word, and the column that shows it. */
const SHOWN: Partial<Record<What, readonly [icon: string, column: Column]>> = {
  'role raised': ['↑', 'role_names'],
  'role lowered': ['↓', 'role_names'],
  'role changed': ['↔', 'role_names'],
  group: ['⇄', 'group_name'],
  'e-mail': ['@', 'email'],
  name: ['✎', 'formal_name'],
  status: ['○', 'status'],
  'second factor': ['◇', 'mfa_status'],
  features: ['☰', 'features'],
  kind: ['!', 'kind'],
};

function changeLine(change: Change, row: Row): ChangeLine {
  const who = { name: nameOf(row), email: row.email ?? '' };
  if (change.kind !== 'changed') {
    const detail = [row.role_names.join(', '), row.group_name, row.status].filter(Boolean).join(' · ');
    return { ...who, icon: change.kind === 'joined' ? '+' : '−', what: change.kind, detail };
  }
  const shown = change.what.flatMap((what) => {
    const [icon, column] = SHOWN[what] ?? [];
    return icon && column ? [{ what, icon, detail: step(change.before[column], change.after[column]) }] : [];
  });
  const icon = shown[0]?.icon ?? '•';
  return {
    ...who,
    icon,
    what: shown.map(({ what }) => what).join(', '),
    detail: shown.map((s) => s.detail).join('; '),
  };
}

function step(before: Row[Column] | undefined, after: Row[Column] | undefined): string {
  return `${said(before)} → ${said(after)}`;
}

function said(value: Row[Column] | undefined): string {
  return (Array.isArray(value) ? value.join(', ') : String(value ?? '')) || 'none';
}

function foot(facts: ReviewFacts, night: string | undefined): Review['foot'] {
  const { runId, configHash, files, previous, startedAt, provenance } = facts;
  const hashes = files.map(({ name, sha256 }) => ({ of: name, sha256 }));
  if (previous) hashes.push({ of: `the manifest of ${night}`, sha256: previous.manifestSha256 });
  return [
    ['Reading began', `${toIso(startedAt).slice(0, 19).replace('T', ' ')} UTC`],
    ['Read from', provenance.host],
    ['Read by', `${provenance.product.name} ${provenance.product.version}`],
    ['Run', runId],
    ...hashes.map(({ of, sha256 }): [string, string] => [`SHA-256 of ${of}`, sha256]),
    ['Configuration', configHash],
    ['Dates', 'in UTC'],
  ];
}
