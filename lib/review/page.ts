import { Html, markup } from '../export/html.ts';
import type { Times } from '../export/removal.ts';
import { nameOf } from '../export/row.ts';
import { HOUR, MINUTE, toIso } from '../time.ts';
import { daysText } from './nights.ts';
import { proofText, type PackOrder, type PackRow } from './pack.ts';
import { roleText } from './worksheet.ts';
import { verdictText } from './verdicts.ts';

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid #8886;overflow-wrap:anywhere}td,th{min-width:7rem}
code{overflow-wrap:anywhere}.sign{display:grid;grid-template-columns:repeat(3,1fr);gap:2rem;margin-top:5rem}.sign div{border-top:1px solid;padding-top:.3rem}
@media(max-width:45rem){thead{display:none}td{display:block;border:0;padding:.1rem 0}td::before{content:attr(data-label);font-weight:600}tr{display:block;border-bottom:1px solid #8886;padding:.5rem 0}}
@media print{body{max-width:none;margin:0}tr{break-inside:avoid}}`;
// a second lock behind the escaping: whatever a note holds, nothing runs and nothing is loaded
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** The page that is read and signed: what was reviewed, what came of it, what the pack proves and what not. */
export function packPage({ about, rows, times }: Pick<PackOrder, 'about' | 'rows' | 'times'>): string {
  const { review, company, night, span, closedAt, closedBy, openedAt, since, nights, missing, known, counts } = about;
  const title = `Access review ${review}${company === null ? '' : `, ${company}`}`;
  const acted = rows.filter(({ decided }) => decided.verdict !== 'keep');
  const kept = rows.filter(({ decided, row }) => decided.verdict === 'keep' && row.findings.length > 0);
  const days = `${span.from} to ${span.to}`;
  return markup`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${new Html(STYLE)}</style></head><body><main><h1>${title}</h1>
<p>${rows.length} accounts of Bitsight, frozen in the night of ${night.date}, each decided over: ${countsText(counts)}.
Opened ${openedAt.slice(0, 10)}, closed ${closedAt.slice(0, 10)} by ${closedBy}; compared with ${since ?? 'no review before'}. Times in UTC.</p>
<h2>What was taken away or changed, and its proof</h2>${table(['Person', 'Role', 'Decision', 'Note', 'Reviewer', 'Proof'], acted.map(actedCells))}
<h2>Kept although a finding speaks against it</h2>${table(['Person', 'Role', 'Finding', 'Note', 'Reviewer'], kept.map(keptCells))}
<h2>Time to removal</h2><p>From the end of employment, or the reviewer's decision, to its proof; everybody since ${span.from}. Restricted is not removed: signing in may still work.</p>
${table(['What', 'People', 'Half within', '95 % within', 'Longest', 'Its reason'], times.map(timeCells))}
<h2>The nights from ${days}</h2><p>${nights.length} complete exports. ${missing.length === 0 ? 'None is missing.' : `Missing: ${daysText(missing)}.`}</p>
${known.length === 0 ? undefined : markup`<p>Wrong already when the review was closed:</p><ul>${known.map((one) => markup`<li>${one}</li>`)}</ul>`}
<h2>What this proves, and what not</h2><ul>
<li>The file SHA256SUMS holds the hash of every file here. <code>npm run verify -- &lt;this folder&gt;</code> checks them all, and names what was changed.</li>
<li>The manifest of each night names the hash of the one before, and of its own files: no night can be changed, taken out or put in without the later ones.</li>
<li>A revocation is proven when it was read back from Bitsight after it was made, or when a later night no longer shows the account.</li>
<li>There is no signature. Whoever can write every file can write another pack that fits: note the hash of SHA256SUMS below, where it was shown when the review was closed, and keep it elsewhere.</li>
<li>Who reviewed is what the worksheets say. Who put them into the bucket, its access log says.</li>
<li>It says what Bitsight answered. Of nights that are missing it says nothing.</li></ul>
<div class="sign"><div>Hash of SHA256SUMS</div><div>Name and date</div><div>Signature</div></div></main></body></html>
`.text;
}

const NAMES: Record<string, string> = { keep: 'kept', revoke: 'revoked', change: 'with another role' };
const countsText = (counts: PackOrder['about']['counts']): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${NAMES[name] ?? name}`)
    .join(', ');

function table(titles: readonly string[], rows: readonly (readonly string[])[]): Html {
  if (rows.length === 0) return markup`<p>None.</p>`;
  const head = titles.map((title) => markup`<th scope="col">${title}</th>`);
  const cells = (row: readonly string[]): Html[] =>
    row.map((cell, n) => markup`<td data-label="${titles[n]}: "><bdi>${cell}</bdi></td>`);
  const body = rows.map((row) => markup`<tr>${cells(row)}</tr>\n`);
  return markup`<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

const whoCells = ({ row: { account } }: PackRow): string[] => [
  [nameOf(account), account.email].filter(Boolean).join(', '),
  roleText(account),
];
const actedCells = (one: PackRow): string[] => [
  ...whoCells(one),
  verdictText(one.decided),
  one.decided.note ?? '',
  one.decided.reviewer,
  one.proof === undefined ? '' : `${minute(one.proof.at)}: ${proofText(one.proof)}`,
];
const keptCells = (one: PackRow): string[] => [
  ...whoCells(one),
  one.row.findings.join(', '),
  one.decided.note ?? '',
  one.decided.reviewer,
];
const timeCells = ({ what, count, p50, p95, max }: Times): string[] => [
  what,
  String(count),
  ...[p50, p95, max.ms].map(lengthText),
  max.reason,
];

/** As in `2026-11-26 11:03`. */
const minute = (instant: number): string => toIso(instant).slice(0, 16).replace('T', ' ');

/** As in `3 d 4 h`, `2 min`. */
export function lengthText(ms: number): string {
  const [days, hours] = [Math.floor(ms / (24 * HOUR)), Math.floor(ms / HOUR) % 24];
  if (days > 0) return `${days} d ${hours} h`;
  const minutes = Math.floor(ms / MINUTE) % 60;
  return hours > 0 ? `${hours} h ${minutes} min` : minutes > 0 ? `${minutes} min` : `${Math.ceil(ms / 1000)} s`;
}
