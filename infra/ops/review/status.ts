import { DAY, dateIn } from '../../../lib/time.ts';
import { nameOf } from '../../../lib/export/row.ts';
import { daysText, nightsIn, spanOf } from '../../../lib/review/nights.ts';
import { allReviews, readDecided } from '../../../lib/review/kept.ts';
import { STATES } from '../../../lib/review/proof.ts';
import { verdictText } from '../../../lib/review/verdicts.ts';
import type { Given, Report } from '../frame/command.ts';
import { table, type Column } from '../frame/table.ts';
import type { Target } from '../frame/target.ts';
import { heldText, when } from '../frame/words.ts';
import { readStanding, type Standing } from './standing.ts';

/** Every review there is. */
export async function list(target: Target): Promise<Report> {
  const reviews = await allReviews(target);
  const rows = [];
  for (const review of reviews) rows.push({ review, decided: (await readDecided(target.store, review.id)).size });
  const text = table(rows, [
    { title: 'review', of: ({ review }) => review.id },
    { title: 'opened', of: ({ review }) => when(review.at) },
    { title: 'night', of: ({ review }) => review.night.date },
    { title: 'rows', of: ({ review }) => review.rows, right: true },
    { title: 'decided', of: ({ decided }) => decided, right: true },
    { title: 'closed', of: ({ review }) => (review.closed === undefined ? '' : when(review.closed.at)) },
  ]);
  return {
    text: rows.length === 0 ? 'No review was opened yet: npm run ops -- review open 2026-Q4.' : text,
    data: rows,
    attention: reviews.some(({ closed }) => closed === undefined),
  };
}

/** Why a row is not at its end, beside its state. */
const NOT_TOLD = {
  'by-hand': 'to be done by hand in Bitsight; the next night proves it',
  'other-account': 'its holder has another account by now; the next night proves that this one is gone',
  'unknown-account': 'the ledger does not know whose it is: npm run ops -- adopt, or by hand',
} as const satisfies Record<NonNullable<Standing['why']>, string>;

export function waitsFor({ state, held, why, toTell, row }: Standing): string {
  if (why !== undefined && state !== 'proven') return NOT_TOLD[why];
  if (toTell) return `npm run ops -- review apply`;
  if (held !== undefined) return heldText(held);
  return state === 'undecided' ? `worksheet ${row.sheet}` : 'the workers, and their read-back';
}

const isOpen = ({ state, toTell }: Standing): boolean => toTell || (state !== 'kept' && state !== 'proven');

export const PERSON: Column<Standing>[] = [
  { title: 'row', of: ({ row }) => row.n, right: true },
  { title: 'person', of: ({ row }) => nameOf(row.account) },
  { title: 'e-mail', of: ({ row }) => row.account.email ?? '' },
  { title: 'decision', of: ({ decided }) => (decided === undefined ? '' : verdictText(decided)) },
];
const SHOWN = 30;

const count = (some: readonly Standing[], state: string): number => some.filter((one) => one.state === state).length;

export async function status(target: Target, _given: Given, id: string): Promise<Report> {
  const { review, frozen, rows } = await readStanding(target, id);
  const sheets = frozen.sheets.map(({ name }) => ({ name, rows: rows.filter(({ row }) => row.sheet === name) }));
  const totals = Object.fromEntries(STATES.map((state) => [state, count(rows, state)]));
  const waiting = rows.filter((one) => isOpen(one) && one.state !== 'undecided');
  const { missing, span } = await periodOf(target, id, frozen.night.date);
  const text = [
    `${id}: night of ${frozen.night.date}, ${rows.length} rows${review.closed === undefined ? '' : `, closed ${when(review.closed.at)}`}.`,
    table(sheets, [
      { title: 'worksheet', of: ({ name }) => name },
      ...STATES.map((state) => ({
        title: state,
        of: (sheet: (typeof sheets)[number]) => count(sheet.rows, state),
        right: true,
      })),
    ]),
    ...(waiting.length === 0
      ? []
      : [table(waiting.slice(0, SHOWN), [...PERSON, { title: 'waits for', of: waitsFor, folds: true }])]),
    missing.length === 0
      ? `Every night from ${span.from} to ${span.to} is there.`
      : `Missing of the nights from ${span.from} to ${span.to}: ${daysText(missing)}.`,
  ];
  return {
    text: text.join('\n\n'),
    data: { review: id, totals, missing, rows: rows.map(dataOf) },
    attention: review.closed === undefined,
  };
}

const dataOf = ({ row, decided, state, proof, held, why }: Standing) => ({
  row: row.n,
  guid: row.account.guid,
  sheet: row.sheet,
  state,
  decision: decided && verdictText(decided),
  proof,
  held,
  why,
});

/** The nights of a review's period, up to yesterday's: the present one may be under way. */
export async function periodOf({ archive, clock, config }: Target, id: string, frozen: string) {
  const span = spanOf(id, frozen, dateIn(clock.now() - DAY, config.night.timeZone));
  const { missing, nights } = await nightsIn(archive, span);
  return { span, missing, nights };
}
