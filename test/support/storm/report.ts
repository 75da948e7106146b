import type { StormReport } from './storm.ts';

/** What happened, as a table for people. `cpu` in seconds. */
export function reportText(report: StormReport, cpu: number): string {
  const { fired, calls, webhooks, accepted, results, seconds, pauses, searched, verdict } = report;
  const struck = Object.values(fired).reduce((sum, n) => sum + n, 0);
  const share = ((100 * struck) / calls).toFixed(1);
  const tally = Object.entries(results).map(([result, n]) => `${n} ${result}`);
  return [
    '',
    ...Object.entries(fired).map(([id, n]) => `${String(n).padStart(5)}  ${id}`),
    `${String(struck).padStart(5)}  in all, in ${calls} calls to Bitsight: ${share} %; ${pauses} pauses`,
    '',
    `${webhooks} webhooks, ${accepted} events accepted = ${tally.join(' + ')}`,
    `${searched} lines of logs, metrics and outcomes searched for people and secrets`,
    `${seconds.toFixed(1)} s, ${(accepted / seconds).toFixed(1)} events a second, ${cpu.toFixed(0)} s of CPU`,
    '',
    ...Object.entries(verdict).flatMap(([says, found]) => [
      `${found.length === 0 ? '✓' : '✗ NOT TRUE:'} ${says}`,
      ...found.slice(0, 20).map((line) => `    ${line}`),
    ]),
    '',
  ].join('\n');
}
