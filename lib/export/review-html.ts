import type { Severity } from './findings.ts';
import { Html, markup } from './html.ts';
import { marksOf, type ChangeLine, type Review } from './review.ts';
import { SCRIPT, SCRIPT_HASH } from './review-script.ts';
import { STYLE } from './review-style.ts';
import { nameOf, type Row } from './row.ts';
import { day, exceptionFor, isProtected, secondFactor, type Yardstick } from './standing.ts';
import type { Finding } from './survey.ts';

/**
 * The review as one file: nothing loaded from anywhere, and the same without its one script, so it can be mailed, printed
 * and kept. Rows are written as they come; memory does not grow with them.
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
  yield markup`<main>${decisions(review)}${changes(review)}${quarter(review)}
<section class="register" aria-labelledby="people"><h2 id="people">People</h2>`;
  yield* table('Everybody with an account, by name. Dates in UTC.', PEOPLE, people, by);
  yield markup`</section>\n${listed(by)}<section aria-labelledby="tokens"><h2 id="tokens">Company API tokens</h2>`;
  yield* table('Accounts that are no person. Dates in UTC.', TOKENS, tokens, by);
  yield markup`</section>\n${charts(review.charts)}</main>\n${foot(review)}<script>${new Html(SCRIPT)}</script></body></html>\n`;
}

function head({ title, verdict, sentence, alarm, numbers, sources }: Review): Html {
  return markup`${HEAD}<title>${title}</title></head><body><header><h1>${title}</h1>
<p class="verdict"><span aria-hidden="true">✓ </span>${verdict}</p>
${alarm === undefined ? undefined : markup`<p class="alarm"><span aria-hidden="true">✖ </span>${alarm}</p>`}
<p class="lead">${sentence}</p>
<ul class="numbers">${numbers.map(number)}</ul>
<ul class="sources">${sources.map(({ text, old }) => markup`<li${old ? WARN : undefined}>${text}</li>`)}</ul>
<nav aria-label="This page">${PLACES.map(([id, name]) => markup`<a href="#${id}">${name}</a> `)}</nav></header>\n`;
}

function number({ label, value, note }: Review['numbers'][number]): Html {
  return markup`<li><b>${value}</b><span>${label}</span><small>${note}</small></li>`;
}

const WARN = new Html(' class="warn"');
const PLACES = [
  ['decisions', 'Needs a decision'],
  ['checked', 'Checked'],
  ['changes', 'Changes'],
  ['people', 'People'],
  ['tokens', 'API tokens'],
  ['charts', 'In numbers'],
] as const;
const ICON = { critical: '✖', high: '▲', medium: '◆', low: '●' } as const satisfies Record<Severity, string>;

function decisions({ findings, none, unchecked }: Review): Html {
  const list =
    findings.length > 0 ? findings.map(finding) : markup`<p>Nothing. Every account is without a question.</p>`;
  return markup`<section aria-labelledby="decisions"><h2 id="decisions">Needs a decision</h2>${list}</section>
<section aria-labelledby="checked"><h2 id="checked">Checked, and nothing found</h2>
<ul class="checked">${none.map((text) => markup`<li><span aria-hidden="true">✓ </span>${text}</li>`)}</ul>${
    unchecked.length > 0 ? markup`<h3>Not checked</h3><ul class="checked">${unchecked.map(notChecked)}</ul>` : undefined
  }</section>\n`;
}

function notChecked({ mark, why }: Review['unchecked'][number]): Html {
  return markup`<li><span aria-hidden="true">– </span><b>${mark}</b>: ${why}</li>`;
}

function quarter({ quarter: lines }: Review): Html | undefined {
  if (lines.length === 0) return undefined;
  return markup`<section aria-labelledby="quarter"><h2 id="quarter">This quarter</h2>${lines.map((text) => markup`<p>${text}</p>`)}</section>\n`;
}

/** Whom the configuration names, with or without an account. */
function listed({ listed: all }: Yardstick): Html | undefined {
  if (all === undefined || all.exceptions.size + all.protected.size === 0) return undefined;
  const { config, exceptions } = all;
  const rows = [...exceptions.values()].map(
    ({
      email,
      why,
      owner,
      until,
    }) => markup`<tr><th scope="row"><bdi>${address(email)}</bdi></th><td>until ${until}</td>
<td><bdi>${why}</bdi></td><td><bdi>${address(owner)}</bdi></td></tr>\n`,
  );
  const guarded = config.protected.map(
    (email) => markup`<tr><th scope="row"><bdi>${address(email)}</bdi></th><td>protected</td>
<td>never touched by this software</td><td></td></tr>\n`,
  );
  return markup`<section aria-labelledby="listed"><h2 id="listed">Exceptions and protected accounts</h2>
<table class="changes"><thead><tr><th scope="col">E-mail</th><th scope="col">What</th><th scope="col">Why</th>
<th scope="col">Who answers for it</th></tr></thead><tbody>${rows}${guarded}</tbody></table></section>\n`;
}

function charts(all: Review['charts']): Html | undefined {
  if (all.length === 0) return undefined;
  return markup`<section aria-labelledby="charts"><h2 id="charts">In numbers</h2><div class="charts">${all.map(
    ({ title, note, drawing }) =>
      markup`<figure><figcaption><b>${title}</b>${note && markup` <span class="soft">${note}</span>`}</figcaption>${drawing}</figure>`,
  )}</div></section>\n`;
}

function finding({ code, severity, title, todo, owner, count, shown }: Finding): Html {
  const rest = count - shown.length;
  const more = rest > 0 ? markup`<p class="soft">And ${rest} more, marked in the table below.</p>` : undefined;
  return markup`<article class="finding ${severity}" aria-labelledby="${code}">
<span class="severity"><span aria-hidden="true">${ICON[severity]} </span>${severity}</span><h3 id="${code}">${title}</h3>
<p>${todo} <span class="soft">To be done by ${owner}.</span></p><table class="people"><tbody>${shown.map(evidenceRow)}</tbody></table>${more}</article>\n`;
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

/** `below`: in small letters under the cell. */
type Columns = readonly (readonly [
  title: string,
  cell: (row: Row) => Html | string,
  below?: (row: Row, by: Yardstick) => Html | string | undefined,
])[];

const SHARED: Columns = [
  ['E-mail', (row) => address(row.email), managerOf],
  ['Role', (row) => row.role_names.join(', '), reason],
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

// The policy is a second lock behind the escaping: whatever a name holds, nothing else runs and nothing is loaded.
const HEAD = markup`<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src '${SCRIPT_HASH}'">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex"><style>${new Html(STYLE + labels(PEOPLE) + labels(TOKENS))}</style>`;

/** On a narrow screen each cell stands under its neighbour and says itself what it is. */
function labels(columns: Columns): string {
  const rules = columns.map(
    ([title], index) => `.c${columns.length} td:nth-child(${index + 2})::before{content:"${title}: "}`,
  );
  return `@media screen and (max-width:1100px){${rules.join('')}}`;
}

/** A browser lays out so many rows at once, when they come into view: tens of thousands at once take it a minute. */
const ROWS_TOGETHER = 100;

async function* table(
  caption: string,
  columns: Columns,
  rows: AsyncIterable<Row>,
  by: Yardstick,
): AsyncGenerator<Html> {
  const titles = ['Name', ...columns.map(([title]) => title)].map((title) => markup`<th scope="col">${title}</th>`);
  yield markup`<table class="accounts c${columns.length}"><caption>${caption}</caption><thead><tr>${titles}</tr></thead><tbody>\n`;
  let count = 0;
  for await (const row of rows) {
    if (count > 0 && count % ROWS_TOGETHER === 0) yield markup`</tbody><tbody>`;
    count += 1;
    yield tableRow(row, columns, by);
  }
  yield markup`</tbody></table>${count === 0 ? markup`<p>None.</p>` : undefined}`;
}

function tableRow(row: Row, columns: Columns, by: Yardstick): Html {
  const marks = marksOf(row, by).map((mark, index) => markup`${index > 0 ? ', ' : ''}<i>${mark}</i>`);
  const note = marks.length > 0 ? markup`<span class="marks">${marks}</span>` : undefined;
  const cells = columns.map(([, cell, below]) => {
    const small = below?.(row, by);
    return markup`<td>${cell(row)}${small && markup`<small>${small}</small>`}</td>`;
  });
  return markup`<tr><th scope="row"><bdi>${nameOf(row)}</bdi>${note}</th>${cells}</tr>\n`;
}

/** Who can say whether the access is still needed. */
function managerOf(row: Row, { ledger }: Yardstick): Html | undefined {
  const manager = ledger?.of(row)?.manager;
  return manager === undefined ? undefined : markup`manager <bdi>${address(manager)}</bdi>`;
}

/** By what somebody has access, as far as the ledger and the configuration know. */
function reason(row: Row, by: Yardstick): string | undefined {
  if (row.kind !== 'person') return undefined;
  if (isProtected(row, by)) return 'protected';
  const exception = exceptionFor(row, by);
  if (exception !== undefined) return `exception until ${exception.until}`;
  const known = by.ledger?.of(row);
  if (known === undefined) return by.ledger && 'by nobody we know of';
  if (known.employment === 'ended') return 'has left';
  if (known.desired.kind === 'account')
    return known.desired.decided ? 'decided for them' : `rule ${known.desired.rule}`;
  return known.person.adopted === undefined ? 'no rule' : 'there before us';
}

const SIGN_OFF = markup`<div class="signoff"><div>Reviewed by</div><div>Date</div><div>Signature</div></div>`;

function foot({ foot }: Review): Html {
  const entries = foot.map(([label, value]) => markup`<dt>${label}</dt><dd>${value}</dd>`);
  return markup`<footer><h2>About this review</h2><dl>${entries}</dl>${SIGN_OFF}</footer>\n`;
}
