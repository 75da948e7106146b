import { REASONS } from '../../lib/lifecycle/reasons.ts';
import type { Manifest } from '../../lib/export/manifest.ts';
import { ROLES } from './bitsight-simulator/account.ts';
import type { Check } from './demo-checks.ts';
import type { Day, Played } from './demo-day.ts';
import { ZONE } from './demo-story.ts';
import type { System } from './system.ts';

type Print = (text: string) => void;
const pad = (text: string, width: number): string => text.padEnd(width);

export function printHead({ simulator, config }: System, print: Print): void {
  const people = simulator.core.users().filter((account) => !account.is_company_api_token).length + 1;
  const tokens = simulator.core.users().length + 1 - people;
  print(`Bitsight user lifecycle: yesterday, played on this machine. Nothing leaves it.
Simulator: ${people} people, ${tokens} API tokens.  Policy: ${config.policy.rules.length} rules.  Offboarding: ${config.offboarding?.mode}

 ${pad('time', 6)} ${pad('from', 9)} ${pad('what', 36)} ${pad('answer', 7)} result
`);
}

export function stepLine(played: Played): string {
  const { at, from, what, answer, note } = played;
  const line = ` ${pad(at, 6)} ${pad(from, 9)} ${pad(what, 36)} ${pad(String(answer), 7)} ${resultOf(played)}\n`;
  return note === undefined ? line : `${line}${' '.repeat(18)}└ ${note}\n`;
}

export function nightLine({ counts, changes }: Manifest): string {
  return ` ${pad('04:30', 6)} ${pad('schedule', 9)} ${pad('nightly export', 36)} ${pad('', 7)} ${counts.people} people, ${counts.tokens} API tokens: +${changes.joined} −${changes.left} ~${changes.changed}\n`;
}

function resultOf({ answer, outcome, receipt }: Played): string {
  if (outcome === undefined) return answer === 401 ? 'refused   nothing queued' : 'nothing came of it';
  if (outcome.result !== 'done')
    return `${pad(outcome.result, 9)} ${REASONS[outcome.code as keyof typeof REASONS] ?? outcome.code}`; // -- another code prints as itself
  const detail = {
    created: accessOf(receipt?.after),
    changed: `${String(receipt?.before?.['groupName'])} → ${String(receipt?.after?.['groupName'])}`,
    removed: 'account gone',
  }[outcome.what ?? ''];
  return `${pad(outcome.what ?? '', 9)} ${pad(detail ?? '', 26)} proven`;
}

function accessOf(account: Record<string, unknown> | null | undefined): string {
  const roles = Array.isArray(account?.['roles'])
    ? account['roles'].map((slug: unknown) => ROLES[String(slug)] ?? String(slug))
    : [];
  return `${roles.join(', ')} · ${String(account?.['groupName'])}`;
}

export function printDay(day: Day, checks: Check[], seconds: number, print: Print): void {
  const last = day.steps.at(-1);
  if (last?.receipt !== undefined) print(receiptText(last, last.receipt));
  for (const { says, holds } of checks) print(`${holds ? '✓' : '✗ NOT TRUE:'} ${says}\n`);
  print(`  all of it checked against the simulator's own record (${seconds.toFixed(1)} s)\n`);
  print('Look   .data/demo/review.html  users.csv  changes.json  receipts/\n');
  print('Next   npm run review (your own tenant, read-only) · npm start · README, "Deploy"\n');
}

function receiptText({ at, outcome }: Played, receipt: NonNullable<Played['receipt']>): string {
  const [source = '', hash = ''] = (receipt.events[0] ?? '').split(':');
  return `
Receipt for ${at}
  why     ${source} delivery ${hash.slice(0, 8)}…, holds from ${at} ${ZONE}
  before  ${accessOf(receipt.before)}
  did     DELETE of account ${String(receipt.before?.['guid']).slice(0, 8)}…
  after   GET → not found; search by e-mail → nobody; ${((outcome?.tookMs ?? 0) / 1000).toFixed(1)} s after the webhook

`;
}
