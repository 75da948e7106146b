import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright-core';
import { startSimulator } from '../../infra/local/bitsight-simulator/server.ts';
import { ConfigSchema } from '../../lib/config/schema.ts';
import { runNight } from '../../lib/export/night.ts';
import { newPerson } from '../../lib/lifecycle/record.ts';
import { bedroom, nightAt, published } from '../support/nights.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'review-'));
let browser: Browser;
jest.setTimeout(60_000); // a browser on a busy machine

/** review.html of a tenant of this size, made by the command that people type. */
async function reviewOf(users: number): Promise<string> {
  const out = join(folder, String(users));
  const simulator = await startSimulator({ users, seed: 7, companyTokens: users > 1 ? 2 : 1 });
  const everybody = simulator.core.users();
  const roster = join(folder, `${users}.csv`);
  writeFileSync(
    roster,
    [
      'email,name',
      ...everybody.filter((_, n) => n % 9 !== 0).map((one) => `${one.email},${one.formal_name}`),
      'nobody@example.com,N. Obody',
    ].join('\n'),
  );
  try {
    await run(
      process.execPath,
      ['infra/ops/review.ts', '--base-url', simulator.url, '--out', out, '--roster', roster],
      {
        env: { PATH: process.env['PATH'], BITSIGHT_API_TOKEN: simulator.token },
      },
    );
  } finally {
    await simulator.stop();
  }
  return pathToFileURL(join(out, 'review.html')).href;
}

async function open(
  url: string,
  how: { width: number; colorScheme?: 'light' | 'dark'; bypassCSP?: boolean },
): Promise<{ page: Page; requests: string[]; complaints: string[] }> {
  const page = await browser.newPage({
    viewport: { width: how.width, height: 900 },
    colorScheme: how.colorScheme ?? 'light',
    bypassCSP: how.bypassCSP ?? false, // the page itself allows no script but its own
  });
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, requests, complaints };
}

beforeAll(async () => {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path)) ?? 'chromium';
  browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
    ],
  });
}, 60_000);
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

/** The rows of the people that are not hidden, top down: the name of each. */
const SEEN = `[...document.querySelectorAll('section.register tbody tr')]
  .filter((row) => getComputedStyle(row).display !== 'none' && getComputedStyle(row.parentElement).display !== 'none')
  .map((row) => row.cells[0].firstChild.textContent)`;

async function namesOf(page: Page): Promise<string[]> {
  return (await page.evaluate(SEEN)) as string[]; // -- what the expression gives
}

describe.each([0, 1, 83, 500])('review.html of %d people', (users) => {
  let url: string;
  beforeAll(async () => {
    url = await reviewOf(users);
  }, 60_000);

  test.each([1280, 768, 375])('fits a window %d wide and asks the network for nothing', async (width) => {
    const { page, requests, complaints } = await open(url, { width });
    expect(requests).toEqual([url]);
    expect(complaints).toEqual([]);
    const [needs, has] = (await page.evaluate(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    )) as [number, number]; // -- what the expression gives
    expect(needs).toBeLessThanOrEqual(has);
    await page.close();
  });

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 375],
  ] as const)('can be read by everybody in %s colours, %d wide (axe)', async (colorScheme, width) => {
    const { page } = await open(url, { width, colorScheme, bypassCSP: true });
    await page.addScriptTag({ path: AXE });
    const found = (await page.evaluate(
      'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes[0].html.slice(0, 200)))',
    )) as string[]; // -- what the expression gives
    expect(found).toEqual([]);
    await page.close();
  });

  test('reads the same without script', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(url);
    expect(await page.locator('h1').innerText()).toContain('review');
    expect(await page.locator('table').count()).toBeGreaterThan(0);
    await context.close();
  });

  test('prints', async () => {
    const { page } = await open(url, { width: 1280 });
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    await page.close();
  });
});

/** The page of the second of two nights, with what only the ledger and the configuration know. */
async function nightPage(): Promise<string> {
  const simulator = await startSimulator({ users: 30, seed: 7, companyTokens: 1 });
  try {
    const [leaver, other] = simulator.core.users().filter((one) => !one.is_company_api_token);
    const until = { until: '2026-05-12', why: 'external audit', owner: 'head.of.risk@example.com' };
    const config = ConfigSchema.parse({
      company: 'Example Corp',
      sources: { hr: { kind: 'roster' } },
      exceptions: [{ ...until, email: other?.email }],
      protected: ['break.glass@example.com'],
    });
    const room = bedroom(simulator);
    const employment = ['active', 'ended'].map((value, n) => ({ value, said: n + 1, from: n + 1, event: 'e' }));
    const known = { ...newPerson('p-1'), guid: leaver?.guid ?? '', facts: { hr: { employment } } };
    await room.run().store.put(known, 'absent');
    for (const day of [0, 1]) await runNight(room.run({}, config), room.invocation, nightAt(day));
    const file = join(folder, 'night.html');
    writeFileSync(file, (await published(room.objects, '2026-05-05'))?.html ?? '');
    return pathToFileURL(file).href;
  } finally {
    await simulator.stop();
  }
}

test.each([1280, 375])('review.html of a night fits a window %d wide and can be read by everybody', async (width) => {
  const { page, complaints } = await open(await nightPage(), { width, bypassCSP: true });
  for (const heading of ['Exceptions and protected accounts', 'This quarter', 'In numbers', 'Not checked'])
    expect(await page.getByRole('heading', { name: heading }).count()).toBe(1);
  expect(await page.locator('svg[role=img]').count()).toBe(4);
  const needs = await page.evaluate('document.documentElement.scrollWidth');
  expect(needs).toBeLessThanOrEqual(width);
  await page.addScriptTag({ path: AXE });
  expect(await page.evaluate('axe.run().then(({ violations }) => violations.map(({ id }) => id))')).toEqual([]);
  expect(complaints).toEqual([]);
  await page.close();
});

describe('review.html of 20,000 people', () => {
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    const url = await reviewOf(20_000);
    ({ page, complaints } = await open(url, { width: 1280 }));
  }, 180_000);

  test('loads, and shows everybody', async () => {
    expect(await namesOf(page)).toHaveLength(20_000);
    expect(await page.locator('.register output').innerText()).toBe('20000 of 20000 shown');
  });

  test('sorts by a click on the title of a column, and back by another', async () => {
    const logins = `[...document.querySelectorAll('section.register tbody tr')].map((row) => row.cells[5].textContent)`;
    const head = page.locator('.register thead').getByRole('button', { name: 'Last log-in' });
    for (const [direction, turn] of [
      ['ascending', 1],
      ['descending', -1],
    ] as const) {
      await head.click();
      const shown = (await page.evaluate(logins)) as string[]; // -- what the expression gives
      expect(shown).toEqual(shown.toSorted((a, b) => (a < b ? -turn : a > b ? turn : 0)));
      expect(await page.locator(`.register th[aria-sort=${direction}]`).innerText()).toContain('Last log-in');
    }
  });

  test('filters by words and by a finding, says how many are left, and prints all the same everybody', async () => {
    await page.locator('.register').getByLabel('Find', { exact: true }).fill('admin weber');
    await page.locator('.register output', { hasText: /^\d{1,4} of/ }).waitFor();
    await page.locator('.register').getByLabel('Finding').selectOption('dormant');
    const names = await namesOf(page);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(name).toContain('Weber');
    expect(await page.locator('.register output').innerText()).toBe(`${names.length} of 20000 shown`);
    await page.emulateMedia({ media: 'print' });
    const printed = `getComputedStyle(document.querySelector('.register tr.out')).display`;
    expect(await page.evaluate(printed)).toBe('table-row');
    expect(complaints).toEqual([]);
  });
});
