import { BY_TIME, TRANSITIONS, type State, type StepName } from '../../lib/lifecycle/states.ts';
import { transition } from '../support/ledger-watch.ts';
import { BAD_HOURS } from './bad-hours.ts';
import { DEEDS } from './town.ts';

/** In so many histories everything has to happen. */
const MANY = 200;

/** Right, but two things have to come together in one moment: not asked for, though counted. */
const SELDOM = [
  'ledger resting → resting (rest)',
  'ledger unproven → unproven (approve)',
  'ledger unproven → unproven (rest)',
  'ledger claimed → claimed (approve)',
  'ledger claimed → claimed (rest)',
  'ledger claimed → held (finish)',
  'ledger due → due (approve)',
  'ledger due → due (postpone)',
  'ledger due → due (rest)',
  'ledger due → due (release)',
  'ledger due → held (join)',
  'ledger due → held (release)',
  'ledger due → held (rest)',
  'ledger due → held (wake)',
  'ledger due → telling (join)',
  'ledger due → resting (release)',
  'ledger due → resting (rest)',
  'ledger due → waiting (release)',
  'ledger due → waiting (rest)',
  'ledger held → due (postpone)',
  'ledger held → due (release)',
  'ledger held → held (join)',
  'ledger held → held (release)',
  'ledger held → resting (release)',
  'ledger held → waiting (release)',
  'ledger postponed → due (approve)',
  'ledger postponed → due (postpone)',
  'ledger postponed → due (put off)',
  'ledger postponed → due (record)',
  'ledger postponed → due (release)',
  'ledger postponed → held (release)',
  'ledger postponed → postponed (join)',
  'ledger resting → claimed (claim)',
  'ledger resting → due (postpone)',
  'ledger resting → held (join)',
  'ledger resting → held (release)',
  'ledger resting → resting (release)',
  'ledger telling → claimed (claim)',
  'ledger telling → due (approve)',
  'ledger telling → due (postpone)',
  'ledger telling → due (release)',
  'ledger telling → telling (join)',
  'ledger telling → telling (record)',
  'ledger waiting → due (postpone)',
  'ledger waiting → due (release)',
  'ledger waiting → held (join)',
  'ledger waiting → held (release)',
  'ledger waiting → resting (release)',
  'ledger waiting → resting (rest)',
];

const sides = (port: string, ways: string[]): string[] => ways.map((way) => `${way} ${port}`);
const CRASHES = ['store', 'lanes', 'outcomes'].flatMap((port) => [
  ...sides(port, ['crash before', 'crash after']),
  `${port} fails before`,
  `${port} fails after`,
]);
const FAULTS =
  'cut-json duplicate-row empty-page forbidden html ignore-field late-read paused rate-limit reset server-error slow unauthorized'
    .split(' ')
    .map((kind) => `fault ${kind}`);
const SAID = [
  'joiner active',
  'leaver ended',
  'leaver ended-now',
  'mover',
  'mover stays',
  'mover suspended',
  'mover resumed',
];
const TOLD = [
  ...['created', 'changed', 'restricted', 'removed'].map((what) => `outcome done ${what}`),
  ...'ADOPTED ALREADY_GONE AS_IS NOT_YET NO_RULE ON_LEAVE OVERTAKEN SEEN_BEFORE'
    .split(' ')
    .map((code) => `outcome no-op ${code}`),
  ...'BATCH_REJECTED DEACTIVATED EMAIL_REUSED FUSE_BLOWN LAST_ADMIN MISSING NOT_ARMED PROTECTED SAME_ID_OTHER_BODY'
    .split(' ')
    .map((code) => `outcome held ${code}`),
  ...'AUTHENTICATION BLOCKED LIST_INCOMPLETE NO_ANSWER PERMISSION_DENIED RATE_LIMITED SERVER UNEXPECTED_ANSWER'
    .split(' ')
    .map((code) => `postponed BITSIGHT_${code}`),
  ...'CREATION_QUOTA FROZEN LEASE_TOO_SHORT PAUSED STOPPED STORE_UNAVAILABLE OUTCOMES_UNAVAILABLE'
    .split(' ')
    .map((code) => `postponed ${code}`),
];
const HAPPENED = [
  'redelivery',
  'same fact, other id',
  'same id, other body',
  'said ahead',
  'rename',
  'conversion',
  'an HR system that can be asked',
  'ledger addresses withheld',
  'ledger an account of somebody whose address was withheld',
  'decided over somebody',
  'decided over a member of a batch that is open',
  'decided over a member of a batch that is rejected',
  ...['keep', 'grant a role', 'grant a group'].flatMap((what) => [`decided: ${what}`, `decided: ${what} until`]),
  'decided: end',
  'decided: grant none',
  'decided: keep, and over by a newer word',
  'decided: end, and over by a newer word',
  'looked at: on time',
  'queue crashes',
  'queue time is up',
  'queue handed out again',
  'queue thrown',
  'sweep failed',
  'crash before bitsight',
  'fault client gave up',
  'fault request arrives after its connection broke',
  'by hand: made before us',
  'ledger batch: open → approved',
  'ledger batch: open → rejected',
  'exception: access',
  'exception: end',
  'exception: gone',
  'exception prolonged',
  'exception taken off the list',
  'exception put back',
  'exception: HR speaks of them',
  'batch: a night under a rejection',
  'freeze, let through: leavers',
  'stop of one kind, let through: joiners',
  'stop of one kind, let through: movers',
  'stop of one kind, let through: leavers',
  ...BAD_HOURS.map(([what]) => what),
  ...Object.keys(DEEDS).map((what) => `by hand: ${what}`),
];
/** Commands and HR systems that are asked have tests of their own. */
const NOT_PLAYED = ['clear', 'put off', 'hand over'];
const TABLED = ([...Object.entries(TRANSITIONS), ['time', BY_TIME]] as const).flatMap(([step, moves]) =>
  Object.entries(NOT_PLAYED.includes(step) ? {} : moves).flatMap(([from, tos]) =>
    // -- keys of the tables
    tos.map((to) => `ledger ${transition(from as State, step as StepName | 'time', to)}`),
  ),
);
const EXPECTED = [...CRASHES, ...FAULTS, ...SAID, ...TOLD, ...HAPPENED, ...TABLED];

/** What so many histories should have seen and never did: who never sees a fault proves nothing about it. */
export function never(counts: Readonly<Record<string, number>>, histories: number): string[] {
  if (histories < MANY) return [];
  return EXPECTED.filter((what) => (counts[what] ?? 0) === 0 && !SELDOM.includes(what));
}

/** How often what happened, zeros included. */
export function tableOf(counts: Readonly<Record<string, number>>): string {
  const names = [...new Set([...Object.keys(counts), ...EXPECTED])].sort();
  const width = Math.max(...names.map((name) => name.length));
  return names.map((name) => `${name.padEnd(width)} ${String(counts[name] ?? 0).padStart(9)}`).join('\n');
}
