import type { Severity } from './findings.ts';
import { Html, markup } from './html.ts';
import { marksOf, type ChangeLine, type Review } from './review.ts';
import { STYLE } from './review-style.ts';
import { nameOf, type Row } from './row.ts';
import { day, secondFactor, type Yardstick } from './standing.ts';
import type { Finding } from './survey.ts';

/**
 * The review as one file: no script, nothing loaded from anywhere, so it can be mailed, printed and kept. Rows are
 * written as they come; memory does not grow with them.
 */
export async function* reviewHtml(
  review: Review,
  by: Yardstick,
  people: AsyncIterable<Row>,
  tokens: AsyncIterable<Row>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let text = '';
  for await (const part of parts(review, by, people, tokens)) {
    text += part.text;
    if (text.length < 64 * 1024) continue;
    yield encoder.encode(text);
    text = '';
  }
  yield encoder.encode(text);
}

async function* parts(review: Review, by: Yardstick, people: AsyncIterable<Row>, tokens: AsyncIterable<Row>) {
  yield head(review);
  yield markup`<main>${decisions(review.findings)}${changes(review)}
<section class="register" aria-labelledby="people"><h2 id="people">People</h2>`;
  yield* table('Everybody with an account, by name. Dates in UTC.', PEOPLE, people, by);
  yield markup`</section>\n<section aria-labelledby="tokens"><h2 id="tokens">Company API tokens</h2>`;
  yield* table('Accounts that are no person. Dates in UTC.', TOKENS, tokens, by);
  yield markup`</section>\n${SIGN_OFF}</main>\n${foot(review)}</body></html>\n`;
}

// The policy is a second lock behind the escaping: whatever a name holds, nothing runs and nothing is loaded.
const HEAD = markup`<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex"><style>${new Html(STYLE)}</style>`;

function head({ title, verdict, sentence, alarm, numbers, sources }: Review): Html {
  return markup`${HEAD}<title>${title}</title></head><body><header><h1>${title}</h1>
<p class="verdict"><span aria-hidden="true">✓ </span>${verdict}</p>
${alarm === undefined ? undefined : markup`<p class="alarm"><span aria-hidden="true">✖ </span>${alarm}</p>`}
<p class="lead">${sentence}</p>
<ul class="numbers">${numbers.map(number)}</ul>
<ul class="sources">${sources.map((source) => markup`<li>${source}</li>`)}</ul></header>\n`;
}

function number({ label, value, note }: Review['numbers'][number]): Html {
  return markup`<li><b>${value}</b><span>${label}</span><small>${note}</small></li>`;
}

const ICON = { critical: '✖', high: '▲', medium: '◆', low: '●' } as const satisfies Record<Severity, string>;

function decisions(findings: readonly Finding[]): Html {
  const list =
    findings.length > 0 ? findings.map(finding) : markup`<p>Nothing. Every account is without a question.</p>`;
  return markup`<section aria-labelledby="decisions"><h2 id="decisions">Needs a decision</h2>${list}</section>\n`;
}

function finding({ code, severity, title, todo, count, shown }: Finding): Html {
  const rest = count - shown.length;
  const more = rest > 0 ? markup`<p class="soft">And ${rest} more, marked in the table below.</p>` : undefined;
  return markup`<article class="finding ${severity}" aria-labelledby="${code}">
<span class="severity"><span aria-hidden="true">${ICON[severity]} </span>${severity}</span><h3 id="${code}">${title}</h3>
<p>${todo}</p><table class="people"><tbody>${shown.map(evidenceRow)}</tbody></table>${more}</article>\n`;
}

function evidenceRow({ row, evidence }: Finding['shown'][number]): Html {
  return markup`<tr><th scope="row"><bdi>${nameOf(row)}</bdi></th><td><bdi>${address(row.email)}</bdi></td><td><bdi>${evidence}</bdi></td></tr>\n`;
}

/** An address breaks behind its @ before it breaks anywhere else. */
function address(email: string | null): Html {
  const [name = '', ...host] = (email ?? '').split(/(?<=@)/);
  return markup`${name}${host.map((part) => markup`<wbr>${part}`)}`;
}

function changes({ since, changes, moreChanges }: Review): Html {
  const table = markup`<table class="changes"><thead><tr><th scope="col">Who</th><th scope="col">Change</th><th scope="col">E-mail</th>
<th scope="col">What</th></tr></thead><tbody>${changes.map(changeRow)}</tbody></table>`;
  return markup`<section aria-labelledby="changes"><h2 id="changes">Since the last snapshot</h2><p>${since}</p>
${changes.length > 0 ? table : undefined}${
    moreChanges > 0 ? markup`<p class="soft">And ${moreChanges} more in changes.json.</p>` : undefined
  }</section>\n`;
}

function changeRow({ icon, what, name, email, detail }: ChangeLine): Html {
  return markup`<tr><th scope="row"><bdi>${name}</bdi></th><td><span class="icon" aria-hidden="true">${icon}</span>${what}</td>
<td><bdi>${address(email)}</bdi></td><td><bdi>${detail}</bdi></td></tr>\n`;
}

type Columns = readonly (readonly [title: string, cell: (row: Row) => Html | string])[];

const SHARED: Columns = [
  ['E-mail', (row) => address(row.email)],
  ['Role', (row) => row.role_names.join(', ')],
  ['Group', (row) => row.group_name ?? ''],
  ['Status', (row) => row.status ?? ''],
];
const PEOPLE: Columns = [
  ...SHARED,
  ['Last log-in', (row) => (row.last_login_time === null ? 'never' : day(row.last_login_time))],
  ['Joined', (row) => day(row.joined_time)],
  ['Second factor', secondFactor],
];
const TOKENS: Columns = [...SHARED, ['Made', (row) => day(row.joined_time)]];

async function* table(
  caption: string,
  columns: Columns,
  rows: AsyncIterable<Row>,
  by: Yardstick,
): AsyncGenerator<Html> {
  const titles = ['Name', ...columns.map(([title]) => title)].map((title) => markup`<th scope="col">${title}</th>`);
  yield markup`<table class="accounts"><caption>${caption}</caption><thead><tr>${titles}</tr></thead><tbody>\n`;
  let count = 0;
  for await (const row of rows) {
    count += 1;
    yield tableRow(row, columns, marksOf(row, by));
  }
  yield markup`</tbody></table>${count === 0 ? markup`<p>None.</p>` : undefined}`;
}

function tableRow(row: Row, columns: Columns, marks: readonly string[]): Html {
  const note = marks.length > 0 ? markup`<span class="marks">${marks.join(', ')}</span>` : undefined;
  const cells = columns.map(([title, cell]) => markup`<td data-label="${title}: "><bdi>${cell(row)}</bdi></td>`);
  return markup`<tr><th scope="row"><bdi>${nameOf(row)}</bdi>${note}</th>${cells}</tr>\n`;
}

const SIGN_OFF = markup`<div class="signoff"><div>Reviewed by</div><div>Date</div><div>Signature</div></div>`;

function foot({ foot }: Review): Html {
  const entries = foot.map(([label, value]) => markup`<dt>${label}</dt><dd>${value}</dd>`);
  return markup`<footer><h2>About this review</h2><dl>${entries}</dl></footer>\n`;
}
