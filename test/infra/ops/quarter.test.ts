import { afterAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archivePack } from '../../../infra/ops/review/place.ts';
import { verifyPack } from '../../../lib/review/verify.ts';
import { HOUR } from '../../../lib/time.ts';
import { emailOf, filled, MANAGER, quarterDesk, type QuarterDesk } from '../../support/quarter.ts';
import { WIDE_FUSE } from '../../support/wide-fuse.ts';

const folder = mkdtempSync(join(tmpdir(), 'quarter-'));
afterAll(() => rmSync(folder, { recursive: true }));
function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const ID = '2026-Q4';
const sheet = (desk: QuarterDesk, name: string): string => desk.body(`review/${ID}/worksheets/${name}.csv`);
const OWNER = 'sam.adler@example.com';

/** Three nights, and the review opened over the last of them. */
async function opened(config: Parameters<typeof quarterDesk>[0] = { fuse: WIDE_FUSE }) {
  const desk = await quarterDesk(config);
  for (let n = 0; n < 3; n += 1) await desk.night();
  const { text } = await desk.review('open', ID);
  return { desk, text };
}
const take = (desk: QuarterDesk, name: string, text: string) => desk.review('take', ID, file(name, text));
const verify = (desk: QuarterDesk) => verifyPack(archivePack(desk.target, ID), desk.target.archive);

const REASON = ['revoke', 'left the project'] as const;
/** Vera decides over her eight. */
const veras = (desk: QuarterDesk): string =>
  filled(sheet(desk, '03-vera.adam'), {
    [emailOf('ada')]: [...REASON],
    [emailOf('ben')]: ['Revoke'],
    [emailOf('cleo')]: ['change:customer_portfolio_manager', 'runs the portfolio now'],
    ...Object.fromEntries(['dan', 'eve', 'finn', 'gus', 'hal'].map((name) => [emailOf(name), ['keep']])),
  });
/** Of the accounts of nobody in the ledger: as a spreadsheet of another country saves them. */
const others = (desk: QuarterDesk): string =>
  `\uFEFF${filled(
    sheet(desk, '01-all-companies'),
    { [emailOf('olga')]: ['revoke'], [emailOf('root')]: ['keep', 'the one Admin we need'] },
    OWNER,
  ).replaceAll(',', ';')}`;
const rest = (desk: QuarterDesk, name: string): string =>
  filled(sheet(desk, name), { [MANAGER]: ['keep'], 'api-token-1@example.com': ['keep', 'feeds the SIEM'] }, OWNER);

/** Everything decided and proven. */
async function proven() {
  const { desk } = await opened();
  await take(desk, 'vera.csv', veras(desk));
  desk.drop('others.csv', others(desk));
  await desk.inbox();
  await take(desk, 'risk.csv', rest(desk, '02-vendor-risk'));
  await take(desk, 'tokens.csv', rest(desk, '04-api-tokens'));
  await desk.review('apply', ID);
  await desk.world.drain();
  return desk;
}

test('a quarter: worksheets out and back, twelve decisions carried out and proven, closed, the evidence verified', async () => {
  const { desk, text } = await opened();
  expect(text).toContain('12 accounts of the night of 2026-11-25');
  await expect(desk.review('close', ID)).rejects.toThrow('12 rows of 2026-Q4 are undecided');
  expect((await take(desk, 'vera.csv', veras(desk))).text).toContain('8 rows of 2026-Q4 are decided');

  desk.drop('others.csv', others(desk));
  desk.drop('tampered.csv', veras(desk).replace('cleo Berg', 'Cleo Burg'));
  expect(await desk.inbox()).toEqual({ taken: 1, refused: 1 });
  const left = [...desk.objects.keys()].filter((key) => /^review-inbox\/|^review\/refused\//.test(key));
  expect(left).toEqual([
    expect.stringMatching(/^review\/refused\/.*tampered\.csv\.reason\.txt$/),
    expect.stringMatching(/^review\/refused\/.*tampered\.csv$/),
  ]);
  expect(desk.body(left[0] ?? '')).toContain('(2026-Q4-0004): person is not what was handed out.');
  expect(desk.world.telemetry.counts.get('WorksheetRefused')).toBe(1);
  await take(desk, 'risk.csv', rest(desk, '02-vendor-risk'));
  await take(desk, 'tokens.csv', rest(desk, '04-api-tokens'));

  const plan = await desk.review('plan', ID);
  expect(plan.text).toContain('On test: 3 lose their access, 1 get another role, 0 are given back');
  expect(desk.world.writes().filter((method) => method !== 'POST')).toEqual([]);
  const applied = await desk.review('apply', ID);
  expect(applied.asked[0]).toContain('3 lose their access');
  await expect(desk.review('close', ID)).rejects.toThrow('4 are decided and not proven: 2026-Q4-0002, 2026-Q4-0003');
  desk.world.clock.advance(2 * HOUR);
  await desk.world.drain();
  expect(['ada', 'ben', 'olga'].map((name) => desk.world.account(emailOf(name)))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(desk.world.account(emailOf('cleo'))).toMatchObject({
    roles: ['customer_portfolio_manager'],
    group: desk.world.account(emailOf('dan'))?.group,
  });
  expect((await desk.review('status', ID)).data).toMatchObject({ totals: { proven: 4, kept: 8 } });

  const out = join(folder, 'pack');
  const { data } = await desk.with({ out }, 'close', ID);
  const verdict = await verify(desk);
  expect(verdict).toEqual({
    review: ID,
    root: (data as { pack: string }).pack,
    files: 14,
    nights: 3,
    problems: [],
    known: [],
  });
  const decisions = desk.body(`review/${ID}/pack/decisions.csv`);
  expect(decisions).toMatch(
    /2026-Q4-0002,.*revoke,,left the project,vera\.adam@example\.com,.*proven,"?removed, receipt/,
  );
  expect(JSON.parse(desk.body(`review/${ID}/pack/times.json`))).toEqual([
    expect.objectContaining({ what: 'removed', count: 3, p50: 2 * HOUR, p95: 2 * HOUR }),
  ]);
  expect(desk.body(`review/${ID}/pack/README.html`)).toContain('Missing: 2026-10-01 to 2026-11-22.');
  await expect(take(desk, 'late.csv', veras(desk))).rejects.toThrow('The review 2026-Q4 is closed.');
});
