import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { escapeHtml, Html, markup } from '../../../lib/export/html.ts';
import type { Previous } from '../../../lib/export/manifest.ts';
import { reviewHtml } from '../../../lib/export/review-html.ts';
import { SCRIPT } from '../../../lib/export/review-script.ts';
import { reviewOf } from '../../../lib/export/review.ts';
import { readRoster } from '../../../lib/export/roster.ts';
import type { Row } from '../../../lib/export/row.ts';
import type { Yardstick } from '../../../lib/export/standing.ts';
import { survey } from '../../../lib/export/survey.ts';
import { anyNight, NOW, rowWith, stream, textOf } from '../../support/rows.ts';

const by: Yardstick = { now: NOW, dormantDays: 90, signIn: 'password' };
const night = { date: '2026-05-03', runId: 'run-1', manifestSha256: 'a'.repeat(64) };

async function page(
  rows: Row[],
  before?: Row[],
  yardstick: Yardstick = by,
  company = 'Example Corp',
  previous: Previous = night,
): Promise<string> {
  const people = rows.filter(({ kind }) => kind === 'person');
  const tokens = rows.filter(({ kind }) => kind === 'api-token');
  const found = await survey(before && stream(before), stream(rows), yardstick, async () => {});
  const review = reviewOf({
    company,
    date: '2026-05-04',
    runId: 'run-2',
    configHash: 'c',
    by: yardstick,
    rosterName: 'people.csv',
    survey: found,
    startedAt: NOW,
    provenance: { host: 'api.example.com', product: { name: 'reader', version: '1.2.3' } },
    previous: before && previous,
    implausible: false,
    history: [],
    files: [],
    listing: { people: people.length, tokens: tokens.length },
  });
  return textOf(reviewHtml(review, yardstick, stream(people), stream(tokens)));
}

const VOID = new Set(['meta', '!doctype', 'wbr', 'rect', 'path', 'line']);
/** What stands on the page only where there is something to say. */
const MORE = [
  'p',
  'span',
  'article',
  'h3',
  'i',
  'section',
  'div',
  'figure',
  'figcaption',
  'svg',
  'text',
  'rect',
  'path',
  'line',
];
/** Reads tags as a browser would at its strictest; throws when one is not closed where it should be. */
function tagsOf(text: string): string[] {
  const open: string[] = [];
  const seen: string[] = [];
  const body = text.replace(/<style>.*?<\/style>/s, '').replace(SCRIPT, '');
  for (const [, slash, name = ''] of body.matchAll(/<(\/?)([!a-z0-9]+)(?:\s[^<>]*)?>/g)) {
    seen.push(name);
    if (VOID.has(name)) continue;
    if (slash === '') open.push(name);
    else if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
  }
  if (open.length > 0) throw new Error(`${open.join(' ')} stay open`);
  return seen;
}

describe('the page', () => {
  test('whatever names and addresses hold, the markup is ours alone and well formed', async () => {
    const allowed = new Set(tagsOf(await page([rowWith(), rowWith({ guid: 'b', kind: 'api-token' })], [])));
    const hostile = fc.constantFrom(
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "'</bdi>",
      '&lt;',
      '`',
      '\0',
      '\u202E',
      '</style>',
      '</title>',
    );
    await fc.assert(
      fc.asyncProperty(anyNight, anyNight, hostile, async (before, rows, text) => {
        const spoilt = rows.map((row) => ({
          ...row,
          formal_name: text,
          email: `${text}@example.com`,
          group_name: text,
          role_names: [text],
          status: text,
          mfa_status: text,
          last_login_time: text,
        }));
        const written = await page(spoilt, before, by, text);
        for (const tag of tagsOf(written)) expect([...allowed, ...MORE]).toContain(tag);
        expect(written.replace(`<script>${SCRIPT}</script>`, '')).not.toMatch(
          /<script|<img|onerror=alert\(1\)>|[\0\u202E]/,
        );
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  test('loads nothing and runs nothing but the one script its policy names, because it is mailed and kept', async () => {
    const text = await page([rowWith()]);
    const hash = createHash('sha256').update(SCRIPT).digest('base64');
    expect(text).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'"`);
    expect(text.split('<script>')).toHaveLength(2);
    expect(text).toContain(`<script>${SCRIPT}</script></body>`);
    expect(text.replace(SCRIPT, '')).not.toMatch(/\bsrc=|\bhref="(?!#)|url\(|@import|<script [^>]/);
  });

  test('begins with what is complete and what needs a decision, worst first', async () => {
    const roster = readRoster('email,status\nmara@example.com,Active\ntom@example.com,Left\n');
    const rows = [
      rowWith({ guid: 'a' }),
      rowWith({ guid: 'b', email: 'tom@example.com', formal_name: 'Tom Abel' }),
      rowWith({ guid: 'c', kind: 'api-token', email: null, formal_name: 'Token one', mfa_status: null }),
    ];
    const text = await page(rows, undefined, { ...by, roster });
    const places = [
      'Bitsight access review: Example Corp, 2026-05-04',
      'Complete: 3 of 3 accounts read, nobody missing',
      '2 things need a decision, about 2 accounts; the other 1 account needs none.',
      '<b>2</b><span>people',
      '<b>1</b><span>company API tokens',
      'critical</span>',
      '1 person who has left according to the roster still has an account',
      'medium</span>',
      '1 company API token works',
      'This is the first snapshot',
      '<h2 id="people">People',
      '<h2 id="tokens">Company API tokens',
      'run-2',
    ].map((part) => [part, text.indexOf(part)] as const);
    expect(places.filter(([, at]) => at < 0)).toEqual([]);
    expect(places.map(([, at]) => at)).toEqual(places.map(([, at]) => at).toSorted((a, b) => a - b));
  });

  test('says against the last night who joined, left and was raised, in words', async () => {
    const before = [rowWith({ guid: 'a' }), rowWith({ guid: 'b', formal_name: 'Tom Abel' })];
    const admin = { role_slugs: ['customer_admin'], role_names: ['Admin'] };
    const text = await page(
      [rowWith({ guid: 'a', ...admin }), rowWith({ guid: 'c', formal_name: 'Ole Berg' })],
      before,
    );
    expect(text).toContain('Compared with 2026-05-03: 1 joined, 1 left, 1 changed (0 of these by a log-in).');
    expect(text).toMatch(/Mara Lind<\/bdi><\/th><td><span class="icon" aria-hidden="true">↑<\/span>role raised<\/td>/);
    expect(text).toContain('User → Admin');
    expect(text).toMatch(/Tom Abel<\/bdi><\/th><td><span[^>]*>−<\/span>left/);
    expect(text).toMatch(/Ole Berg<\/bdi><\/th><td><span[^>]*>\+<\/span>joined/);
    expect(text).toContain('<b>1</b><span>Admins</span><small>1 more than on 2026-05-03</small>');
    expect(text).toContain('<b>2</b><span>people</span><small>as on 2026-05-03</small>');
  });

  test('says when, from which host and by which software it was read, because an auditor asks', async () => {
    const text = await page([rowWith()]);
    for (const [label, value] of [
      ['Reading began', '2026-05-04 04:30:00 UTC'],
      ['Read from', 'api.example.com'],
      ['Read by', 'reader 1.2.3'],
    ]) {
      expect(text).toContain(`<dt>${label}</dt><dd>${value}</dd>`);
    }
  });

  test.each([
    ['2026-05-04', '2026-05-04T01:02:03.000Z', '2026-05-04 01:02 UTC'],
    ['2026-05-04', undefined, '2026-05-04'],
    ['2026-05-03', '2026-05-03T01:02:03.000Z', '2026-05-03'],
  ])('names a snapshot of %s, read %s, as %s: on the same day the date says nothing', async (date, startedAt, name) => {
    const previous = { ...night, date, ...(startedAt !== undefined && { startedAt }) };
    const text = await page([rowWith()], [], by, 'Example Corp', previous);
    expect(text).toContain(`<small>1 more than on ${name}</small>`);
    expect(text).toContain(`Compared with ${name}: 1 joined`);
  });

  test('lets an address break behind its @, so that it need not break elsewhere', async () => {
    const text = await page([rowWith({ mfa_status: 'not_enabled' })], []);
    expect(text.match(/<(bdi|td)>mara@<wbr>example\.com<\/\1>/g)).toHaveLength(3);
  });

  test('says how many are not shown, because a short list must not look whole', async () => {
    const rows = Array.from({ length: 14 }, (_, n) => rowWith({ guid: `g-${100 + n}`, mfa_status: 'not_enabled' }));
    const text = await page(rows);
    expect(text).toContain('14 people sign in without a second factor');
    expect(text).toContain('And 4 more, marked in the table below.');
    expect(text.match(/class="marks"><i>no second factor/g)).toHaveLength(14);
  });

  test('says what it cannot know', async () => {
    const text = await page([rowWith()]);
    expect(text).toContain('No HR roster was given');
    expect(text).toContain('as the groups could not be read');
    expect(text).toContain('<b>?</b>');
  });
});

test('templates escape what is put in, but not HTML itself', () => {
  expect(markup`<b>${'<i>'}${[markup`<u>${1}</u>`, undefined]}${new Html('<hr>')}</b>`.text).toBe(
    '<b>&lt;i&gt;<u>1</u><hr></b>',
  );
  expect(escapeHtml(`a&b<c>"d'e\`f\u0007\uD800`)).toBe('a&amp;b&lt;c&gt;&quot;d&#39;e&#96;f\uFFFD\uFFFD');
});
