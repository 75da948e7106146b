import { toIso } from '../time.ts';
import { judge, RULES } from './findings.ts';
import type { Change, What } from './diff.ts';
import type { Listing } from './listing.ts';
import type { Previous, SnapshotFile } from './manifest.ts';
import { nameOf, type Column, type Row } from './row.ts';
import type { Yardstick } from './standing.ts';
import type { Finding, Numbers, Survey } from './survey.ts';

/** Where a listing came from, for an auditor. */
export interface Provenance {
  /** Host of the base URL. */
  host: string;
  /** The software that read it. */
  product: { name: string; version: string };
}

/** What a review is made of. Everything that is said in words is made here; `review-html.ts` only lays it out. */
export interface ReviewFacts {
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
  listing: Pick<Listing, 'people' | 'tokens'>;
  survey: Survey;
  previous: Previous | undefined;
  implausible: boolean;
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
  sources: string[];
  findings: Finding[];
  since: string;
  changes: ChangeLine[];
  moreChanges: number;
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
    sources: sources(facts),
    findings: survey.findings,
    since: since(survey, before),
    changes: before ? survey.notable.map(({ change, row }) => changeLine(change, row)) : [],
    moreChanges: before ? survey.notableCount - survey.notable.length : 0,
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
  const codes = judge(row, by).map(({ code }) => code);
  return RULES.filter(({ code }) => codes.includes(code)).map(({ mark }) => mark);
}

function many(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`;
}

function sentence({ findings, questioned }: Survey, total: number): string {
  const low = findings.filter(({ severity }) => severity === 'low').length;
  const grave = findings.length - low;
  const look = low === 0 ? '' : ` ${many(low, 'thing more is', 'things more are')} worth a look.`;
  if (grave === 0) return `Nothing needs a decision about any of the ${many(total, 'account', 'accounts')}.${look}`;
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
  const strangers = 'leavers or not on the roster, with access';
  return [
    number('people', 'people'),
    number('tokens', 'company API tokens'),
    number('admins', 'Admins'),
    number('portfolio', 'see the whole portfolio'),
    by.roster ? number('strangers', strangers) : { label: strangers, value: '?', note: 'no roster given' },
  ];
}

function difference(step: number, night: string): string {
  if (step === 0) return `as on ${night}`;
  return `${Math.abs(step)} ${step > 0 ? 'more' : 'fewer'} than on ${night}`;
}

function sources({ by, rosterName }: ReviewFacts): string[] {
  const roster = by.roster;
  return [
    roster
      ? `Roster: ${rosterName ?? 'given'}, ${many(roster.people.size, 'person', 'people')} with an address` +
        (roster.withoutEmail > 0 ? `, ${roster.withoutEmail} without.` : '.')
      : 'No HR roster was given: whether these people still work for you is not judged.',
    ...(roster && roster.unknownStatuses.length > 0
      ? [`Words in the roster's status that are not known, taken as employed: ${roster.unknownStatuses.join(', ')}.`]
      : []),
    by.portfolioGroups
      ? 'Who sees the whole portfolio: by the access control groups.'
      : 'Who sees the whole portfolio: by the group name "All Companies", as the groups could not be read.',
    by.signIn === 'password'
      ? `Dormant: not used for ${by.dormantDays} days.`
      : `Dormant: not used for ${by.dormantDays} days. Sign-in is SAML: the second factor is the identity provider's and not judged.`,
  ];
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
