import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright-core';
import { startSimulator } from '../../infra/local/bitsight-simulator/server.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'review-'));
let browser: Browser;

/** review.html of a tenant of this size, made by the command that people type. */
async function reviewOf(users: number): Promise<string> {
  const out = join(folder, String(users));
  const simulator = await startSimulator({ users, seed: 7, companyTokens: Math.min(users, 2) });
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
  await run(process.execPath, ['infra/ops/review.ts', '--base-url', simulator.url, '--out', out, '--roster', roster], {
    env: { PATH: process.env['PATH'], BITSIGHT_API_TOKEN: simulator.token },
  });
  await simulator.stop();
  return pathToFileURL(join(out, 'review.html')).href;
}

async function open(
  url: string,
  how: { width: number; colorScheme?: 'light' | 'dark'; bypassCSP?: boolean },
): Promise<{ page: Page; requests: string[]; complaints: string[] }> {
  const page = await browser.newPage({
    viewport: { width: how.width, height: 900 },
    colorScheme: how.colorScheme ?? 'light',
    bypassCSP: how.bypassCSP ?? false, // the page itself allows no script at all
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

describe.each([1, 83, 500])('review.html of %d people', (users) => {
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

  test.each(['light', 'dark'] as const)('can be read by everybody in %s colours (axe)', async (colorScheme) => {
    const { page } = await open(url, { width: 1280, colorScheme, bypassCSP: true });
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
