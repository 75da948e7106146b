import { parseArgs } from 'node:util';
import { crowd } from './crowd.ts';
import { CASES, leaverBehind } from './leaver.ts';
import { massMistake } from './mistake.ts';
import { mixedEvents } from './mixed.ts';
import { monthEnd } from './month-end.ts';
import { PACE } from './stack.ts';
import { STEPS } from './tally.ts';

/** `--waiting 5000 --events 10000 --people 20000 --seed 1`: how many wait, how many come, how many a roster names, and in which order. */
const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { waiting: text, events: text, people: text, seed: text } });
const waiting = Number(values.waiting ?? 5000);
const events = Number(values.events ?? 10_000);
const people = Number(values.people ?? 20_000);
const began = performance.now();

const seconds = (ms: number | undefined): string => (ms === undefined ? 'never' : `${(ms / 1000).toFixed(1)} s`);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
function table(title: string, rows: (string | number)[][]): void {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => String(row[column]).length))) ?? [];
  const cell = (of: string | number, column: number): string =>
    column === 0 ? String(of).padEnd(widths[0] ?? 0) : String(of).padStart(widths[column] ?? 0);
  const line = (row: (string | number)[]): string => row.map(cell).join('  ');
  console.log(`\n${title}\n${rows.map(line).join('\n')}`);
}

console.log(`Simulated time: ${PACE.bitsight} ms a call to Bitsight, ${PACE.ledger} ms a call to the ledger.`);

const leavers: (string | number)[][] = [
  ['the leaver', 'proven gone after', 'outcome', 'accounts left', 'joiners done'],
];
for (const [name, one] of Object.entries(CASES)) {
  const { tookMs, outcome = '', remaining, hired, hiringMs } = await leaverBehind(waiting, one);
  leavers.push([name, seconds(tookMs), outcome, remaining, `${hired} in ${seconds(hiringMs)}`]);
}
table(`One leaver behind ${waiting} joiners`, leavers);

const mixed = await mixedEvents(events, Number(values.seed ?? 1));
const bounds = Object.entries(mixed.lanes).map(([lane, { calls, boundMs, tookMs, ledgerShare }]) => [
  lane,
  calls,
  seconds(boundMs),
  seconds(tookMs),
  percent(boundMs / tookMs),
  percent(ledgerShare),
]);
table(`${mixed.events} events at once`, [
  ['lane', 'calls', 'bound', 'took', 'share of bound', 'with the ledger'],
  ...bounds,
]);
console.log(
  Object.entries(mixed.outcomes)
    .map(([outcome, n]) => `${n} ${outcome}`)
    .join(', '),
);
const kinds = [...mixed.kinds].map(([name, { messages, calls, ledger }]) => {
  const each = (n = 0): string => (n / messages).toFixed(2);
  const sum = [...calls.values()].reduce((a, b) => a + b, 0);
  return [name, messages, ...STEPS.map((step) => each(calls.get(step))), each(sum), each(ledger)];
});
table('Calls each', [['', 'messages', ...STEPS, 'Bitsight', 'ledger'], ...kinds]);

const mistake = await massMistake(waiting, Math.ceil(waiting / 100));
table(`${waiting} terminations in one minute by mistake`, [
  ['removed', mistake.removed],
  ['held', mistake.held],
  ...Object.entries(mistake.batches).map(([id, n]) => [`batch ${id}`, n]),
  ['alarms', mistake.alarms],
  ['others who lost or missed access', mistake.hurt],
  ['all terminations at rest after', seconds(mistake.tookMs)],
  ['joiners and movers of the other source done after', seconds(mistake.othersTookMs)],
  ['a leaver of the other source behind them gone after', seconds(mistake.leaverTookMs)],
]);

const crowds: (string | number)[][] = [
  ['a rule matches', 'calls to Bitsight', 'all have their outcome after', 'a leaver meanwhile'],
];
for (const oneIn of [Infinity, 100]) {
  const { calls, tookMs, leaverTookMs } = await crowd(people, oneIn);
  crowds.push([oneIn === Infinity ? 'nobody' : `one in ${oneIn}`, calls, seconds(tookMs), seconds(leaverTookMs)]);
}
table(`${people} people told at once`, crowds);
const ends: (string | number)[][] = [['leave in one instant', 'those with an account gone after', 'all done after']];
for (const leavers of [600, 2000]) {
  const { goneMs, tookMs } = await monthEnd(leavers, 100);
  ends.push([leavers, seconds(goneMs), seconds(tookMs)]);
}
table('The end of a month; one in 100 has an account', ends);
console.log(`\n${((performance.now() - began) / 1000).toFixed(1)} s of real time`);
