import { day, type Severity, type Yardstick } from './findings.ts';
import { html, Html } from './html.ts';
import { many, marksOf, type ChangeLine, type Review } from './review.ts';
import { STYLE } from './review-style.ts';
import { nameOf, type Row } from './row.ts';
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
  yield html`<main>
    ${decisions(review.findings)}${changes(review)}
    <section class="register" aria-labelledby="people"><h2 id="people">People</h2></section>
  </main>`;
  yield* table('Everybody with an account, by name. Dates in UTC.', PEOPLE, people, by);
  yield html`</section><section aria-labelledby="tokens"><h2 id="tokens">Company API tokens</h2>`;
  yield* table('Accounts that are no person. Dates in UTC.', TOKENS, tokens, by);
  yield html`</section>${SIGN_OFF}</main>${foot(review)}</body></html>\n`;
}

// The policy is a second lock behind the escaping: whatever a name holds, nothing runs and nothing is loaded.
const HEAD = html`<!doctype html>
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="referrer" content="no-referrer" />
      <meta name="robots" content="noindex" />
      <style>
        ${new Html(STYLE)}
      </style>
    </head>
  </html>`;

function head({ title, verdict, sentence, alarm, numbers, sources }: Review): Html {
  return html`${HEAD}<title>${title}</title></head><body><header><h1>${title}</h1>
<p class="verdict"><span aria-hidden="true">✓ </span>${verdict}</p>
${alarm === undefined ? undefined : html`<p class="alarm"><span aria-hidden="true">✖ </span>${alarm}</p>`}
<p class="lead">${sentence}</p>
<ul class="numbers">${numbers.map(
    ({ label, value, note }) => html`<li><b>${value}</b><span>${label}</span><small>${note}</small></li>`,
  )}</ul>
<ul class="sources">${sources.map((source) => html`<li>${source}</li>`)}</ul></header>`;
}

const ICON = { critical: '✖', high: '▲', medium: '◆', low: '●' } as const satisfies Record<Severity, string>;

function decisions(findings: readonly Finding[]): Html {
  const list = findings.length > 0 ? findings.map(finding) : html`<p>Nothing. Every account is without a question.</p>`;
  return html`<section aria-labelledby="decisions">
    <h2 id="decisions">Needs a decision</h2>
    ${list}
  </section>`;
}

function finding({ code, severity, title, todo, count, shown }: Finding): Html {
  const rest = count - shown.length;
  return html`<article class="finding ${severity}" aria-labelledby="${code}">
    <span class="severity"><span aria-hidden="true">${ICON[severity]} </span>${severity}</span>
    <h3 id="${code}">${title}</h3>
    <p>${todo}</p>
    <table class="plain">
      <tbody>
        ${shown.map(
          ({ row, evidence }) =>
            html`<tr>
              <th scope="row"><bdi>${nameOf(row)}</bdi></th>
              <td><bdi>${row.email ?? ''}</bdi></td>
              <td>${evidence}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${rest > 0 ? html`<p class="soft">And ${rest} more, marked in the table of people below.</p>` : undefined}
  </article>`;
}

function changes({ since, changes, moreChanges }: Review): Html {
  const table = html`<table class="plain">
    <thead>
      <tr>
        <th scope="col">Change</th>
        <th scope="col">Who</th>
        <th scope="col">E-mail</th>
        <th scope="col">What</th>
      </tr>
    </thead>
    <tbody>
      ${changes.map(changeRow)}
    </tbody>
  </table>`;
  const more = html`<p class="soft">And ${many(moreChanges, 'more', 'more')} in changes.json.</p>`;
  return html`<section aria-labelledby="changes">
    <h2 id="changes">Since the last snapshot</h2>
    <p>${since}</p>
    ${changes.length > 0 ? table : undefined}${moreChanges > 0 ? more : undefined}
  </section>`;
}

function changeRow({ icon, what, name, email, detail }: ChangeLine): Html {
  return html`<tr>
    <td><span class="icon" aria-hidden="true">${icon}</span> ${what}</td>
    <th scope="row"><bdi>${name}</bdi></th>
    <td><bdi>${email}</bdi></td>
    <td><bdi>${detail}</bdi></td>
  </tr>`;
}

type Columns = readonly (readonly [title: string, cell: (row: Row) => string])[];

const GROUP = ['Group', (row: Row) => row.group_name ?? ''] as const;
const ROLE = ['Role', (row: Row) => row.role_names.join(', ')] as const;
const STATUS = ['Status', (row: Row) => row.status ?? ''] as const;
const EMAIL = ['E-mail', (row: Row) => row.email ?? ''] as const;
const PEOPLE: Columns = [
  EMAIL,
  ROLE,
  GROUP,
  STATUS,
  ['Last log-in', (row) => (row.last_login_time === null ? 'never' : day(row.last_login_time))],
  ['Joined', (row) => (row.joined_time === null ? '' : day(row.joined_time))],
  ['Second factor', (row) => row.mfa_status?.replaceAll('_', ' ') ?? ''],
];
const TOKENS: Columns = [EMAIL, ROLE, GROUP, STATUS, ['Made', (row) => day(row.joined_time)]];

async function* table(
  caption: string,
  columns: Columns,
  rows: AsyncIterable<Row>,
  by: Yardstick,
): AsyncGenerator<Html> {
  let count = 0;
  yield html`<table class="accounts">
    <caption>
      ${caption}
    </caption>
    <thead>
      <tr>
        <th scope="col">Name</th>
        ${columns.map(([title]) => html`<th scope="col">${title}</th>`)}
      </tr>
    </thead>
    <tbody></tbody>
  </table>`;
  for await (const row of rows) {
    count += 1;
    yield tableRow(row, columns, marksOf(row, by));
  }
  yield html`</tbody></table>${count === 0 ? html`<p>None.</p>` : undefined}`;
}

function tableRow(row: Row, columns: Columns, marks: readonly string[]): Html {
  const note = marks.length > 0 ? html`<span class="marks">${marks.join(', ')}</span>` : undefined;
  return html`<tr>
    <th scope="row"><bdi>${nameOf(row)}</bdi>${note}</th>
    ${columns.map(([title, cell]) => html`<td data-label="${title}: "><bdi>${cell(row)}</bdi></td>`)}
  </tr> `;
}

const SIGN_OFF = html`<div class="signoff">
  <div>Reviewed by</div>
  <div>Date</div>
  <div>Signature</div>
</div>`;

function foot({ foot }: Review): Html {
  const entries = foot.map(
    ([label, value]) =>
      html`<dt>${label}</dt>
        <dd>${value}</dd>`,
  );
  return html`<footer>
    <h2>About this review</h2>
    <dl>${entries}</dl>
  </footer>`;
}
