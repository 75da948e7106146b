import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { archivePack, folderOfNights, folderPack } from '../../../infra/ops/review/place.ts';
import { command as arm } from '../../../infra/ops/arm.ts';
import { command as release } from '../../../infra/ops/release.ts';
import { sha256 } from '../../../lib/export/digest.ts';
import { manifestKey } from '../../../lib/export/nights.ts';
import { changePerson } from '../../../lib/lifecycle/identity.ts';
import { verifyPack } from '../../../lib/review/verify.ts';
import { DAY, HOUR } from '../../../lib/time.ts';
import { emailOf, filled, MANAGER, quarterDesk, type QuarterDesk } from '../../support/quarter.ts';
import { given } from '../../support/target.ts';
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

/** Some nights, and the review opened over the last of them. */
async function opened(config: Parameters<typeof quarterDesk>[0] = { fuse: WIDE_FUSE }, nights = 1) {
  const desk = await quarterDesk(config);
  for (let n = 0; n < nights; n += 1) await desk.night();
  const { text } = await desk.review('open', ID);
  return { desk, text };
}
const take = (desk: QuarterDesk, name: string, text: string) => desk.review('take', ID, file(name, text));
const verify = (desk: QuarterDesk) => verifyPack(archivePack(desk.target, ID), desk.target.archive);

const REASON = ['revoke', 'left the project'] as const;
/** Vera decides over her seven. */
const veras = (desk: QuarterDesk): string =>
  filled(sheet(desk, '03-vera.adam'), {
    [emailOf('ada')]: [...REASON],
    [emailOf('ben')]: ['Revoke'],
    [emailOf('cleo')]: ['change:customer_portfolio_manager', 'runs the portfolio now'],
    ...Object.fromEntries(['dan', 'eve', 'finn', 'gus'].map((name) => [emailOf(name), ['keep']])),
  });
/** Of the accounts of nobody in the ledger: as a spreadsheet of another country saves them. */
const others = (desk: QuarterDesk): string =>
  `\uFEFF${filled(
    sheet(desk, '01-all-companies'),
    { [emailOf('olga')]: ['revoke'], [emailOf('root')]: ['keep', 'the one Admin we need'] },
    OWNER,
  ).replaceAll(',', ';')}`;
const rest = (desk: QuarterDesk, name: string): string =>
  filled(
    sheet(desk, name),
    {
      [MANAGER]: ['keep'],
      ...Object.fromEntries([1, 2].map((n) => [`api-token-${n}@example.com`, ['keep', 'feeds the SIEM']])),
    },
    OWNER,
  );

/** Everything decided and proven. */
async function proven() {
  const { desk } = await opened(undefined, 3);
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
  const { desk, text } = await opened(undefined, 3);
  expect(text).toContain('12 accounts of the night of 2026-11-25');
  expect(sheet(desk, '01-all-companies')).toMatch(
    /,olga@.*,not known to HR,,,\r\n.*,root@.*,not known to HR \+ Admin,,,\r\n/,
  );
  await expect(desk.review('close', ID)).rejects.toThrow('12 rows of 2026-Q4 are undecided');
  expect((await take(desk, 'vera.csv', veras(desk))).text).toContain('7 rows of 2026-Q4 are decided');

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
  expect(plan.text).toContain('On test: access ends for 3, another role for 1, 0 get back');
  expect(desk.world.writes().filter((method) => method !== 'POST')).toEqual([]);
  const applied = await desk.review('apply', ID);
  expect(applied.asked[0]).toContain('access ends for 3');
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
  for (const key of [...desk.objects.keys()].filter((one) => one.startsWith('nights/'))) {
    mkdirSync(dirname(join(folder, key)), { recursive: true });
    writeFileSync(join(folder, key), desk.body(key));
  }
  expect(await verifyPack(folderPack(out), folderOfNights(join(folder, 'nights')))).toEqual(verdict);
  writeFileSync(join(folder, manifestKey('2026-11-23')), '{}');
  expect((await verifyPack(folderPack(out), folderOfNights(join(folder, 'nights')))).problems).toEqual([
    'night 2026-11-23: nights/dt=2026-11-23/manifest.json is not the one of the pack',
  ]);
  const decisions = desk.body(`review/${ID}/pack/decisions.csv`);
  expect(decisions).toMatch(
    /2026-Q4-0002,.*revoke,,left the project,vera\.adam@example\.com,.*proven,"?removed, receipt/,
  );
  expect(JSON.parse(desk.body(`review/${ID}/pack/times.json`))).toEqual([
    expect.objectContaining({ what: 'removed', count: 3, p50: 2 * HOUR, p95: 2 * HOUR }),
  ]);
  expect(desk.body(`review/${ID}/pack/README.html`)).toContain('Missing: 2026-10-01 to 2026-11-22.');
  await expect(take(desk, 'late.csv', veras(desk))).rejects.toThrow('The review 2026-Q4 is closed.');
  expect(desk.watch.broken).toEqual([]);
  expect([desk.watch.counts.get('item review'), desk.watch.counts.get('item reviewRow')]).toEqual([6, 16]);
});

describe('whatever is changed afterwards is named', () => {
  const NIGHT = 'nights/dt=2026-11-24/';
  const PACK = `review/${ID}/pack/`;
  const CHANGED: [what: string, key: (desk: QuarterDesk) => string, names: RegExp][] = [
    [
      'a row of a night',
      (desk) => keyOf(desk, NIGHT, 'users.jsonl'),
      /^night 2026-11-24: nights.*users\.jsonl is not what its manifest says$/,
    ],
    [
      'the review page of a night',
      (desk) => keyOf(desk, NIGHT, 'review.html'),
      /^night 2026-11-24: nights.*review\.html is not/,
    ],
    [
      'the manifest of a night in the bucket',
      () => `${NIGHT}manifest.json`,
      /^night 2026-11-24: nights.*manifest\.json is not the one of the pack$/,
    ],
    [
      'the manifest of a night in the pack',
      () => `${PACK}night-2026-11-24.json`,
      /^night-2026-11-24\.json: it was changed$/,
    ],
    ['the population', () => `${PACK}users.csv`, /^users\.csv: it was changed$/],
    ['a decision', () => `${PACK}decisions.csv`, /^decisions\.csv: it was changed$/],
    ['a receipt', () => `${PACK}receipts.jsonl`, /^receipts\.jsonl: it was changed$/],
  ];
  let desk: QuarterDesk;
  let whole: QuarterDesk['objects'];
  beforeAll(async () => {
    desk = await proven();
    await desk.review('close', ID);
    whole = new Map(desk.objects);
  });
  beforeEach(() => {
    desk.objects.clear();
    whole.forEach((object, key) => desk.objects.set(key, { ...object }));
  });

  test.each(CHANGED)('one byte of %s', async (_what, key, names) => {
    const object = desk.objects.get(key(desk));
    const at = (object?.body.length ?? 0) >> 1;
    if (object !== undefined) object.body = Uint8Array.from(object.body, (byte, n) => (n === at ? byte ^ 1 : byte));
    expect((await verify(desk)).problems).toContainEqual(expect.stringMatching(names));
  });

  test('a night that was changed with every hash in the pack made to fit: the next night names the one before', async () => {
    const key = `${PACK}night-2026-11-24.json`;
    const [was, now] = [desk.body(key), desk.body(key).replace('"people": 10', '"people": 90')];
    put(desk, key, now);
    put(desk, `${PACK}SHA256SUMS`, desk.body(`${PACK}SHA256SUMS`).replace(sha256(was), sha256(now)));
    put(desk, `${NIGHT}manifest.json`, now);
    const { problems, root } = await verify(desk);
    expect(problems).toEqual(['night 2026-11-24: its manifest is not the one that the night of 2026-11-25 names']);
    expect((await desk.review('close', ID)).text).not.toContain(root);
  });

  test('a night that was taken out with every hash in the pack made to fit: the next night says with which it was compared', async () => {
    const about = desk.body(`${PACK}pack.json`);
    const without = about.replace('    "2026-11-24",\n', '').replace('"missing": [', '"missing": [\n    "2026-11-24",');
    put(desk, `${PACK}pack.json`, without);
    const sums = desk.body(`${PACK}SHA256SUMS`).replace(sha256(about), sha256(without));
    put(desk, `${PACK}SHA256SUMS`, sums.replace(/.*night-2026-11-24\.json\n/, ''));
    desk.objects.delete(`${PACK}night-2026-11-24.json`);
    expect((await verify(desk)).problems).toEqual([
      'night 2026-11-25: it was compared with 2026-11-24, not with 2026-11-23',
    ]);
  });

  test('a list of hashes that names something outside of the pack', async () => {
    put(desk, `${PACK}SHA256SUMS`, `${desk.body(`${PACK}SHA256SUMS`)}${'0'.repeat(64)}  ../users.csv\n`);
    expect((await verify(desk)).problems).toEqual([
      'SHA256SUMS: it is not there, or has lines that are no hash and name',
    ]);
  });

  test('a file that is gone, and one that was put beside it', async () => {
    desk.objects.delete(`${PACK}times.json`);
    put(desk, `${PACK}more.csv`, 'one');
    expect((await verify(desk)).problems).toEqual(['times.json: it is gone', 'more.csv: it is no part of the pack']);
  });

  test('the population with its hash made to fit: it is not what the frozen night had', async () => {
    const [was, now] = [desk.body(`${PACK}users.csv`), desk.body(`${PACK}users.csv`).replace('olga', 'olaf')];
    put(desk, `${PACK}users.csv`, now);
    put(desk, `${PACK}SHA256SUMS`, desk.body(`${PACK}SHA256SUMS`).replace(sha256(was), sha256(now)));
    expect((await verify(desk)).problems).toEqual(['users.csv: it is not the one of the night of 2026-11-25']);
  });

  test('nothing is closed over a population that is not the frozen one', async () => {
    const other = await proven();
    put(other, keyOf(other, 'nights/dt=2026-11-25/', 'users.csv'), 'nobody');
    await expect(other.review('close', ID)).rejects.toThrow('users.csv: it is not the one of the night of 2026-11-25.');
  });

  test('a night that was damaged before the review was closed is said in the pack, and is no news', async () => {
    const other = await proven();
    put(other, keyOf(other, NIGHT, 'changes.json'), '{}');
    await other.review('close', ID);
    const { problems, known } = await verify(other);
    expect([problems, known]).toEqual([[], [expect.stringMatching(/^night 2026-11-24: .*changes\.json is not/)]]);
    expect(other.body(`${PACK}README.html`)).toContain('Wrong already when the review was closed');
  });
});

function keyOf(desk: QuarterDesk, folder: string, name: string): string {
  return [...desk.objects.keys()].find((key) => key.startsWith(folder) && key.endsWith(`/${name}`)) ?? '';
}
function put(desk: QuarterDesk, key: string, text: string): void {
  desk.objects.set(key, { body: Buffer.from(text), contentType: 'text/plain' });
}

describe('the guards of the workers hold for a review too', () => {
  test('more than the fuse allows waits as a batch, and counts as proven once it was released and read back', async () => {
    const { desk } = await opened({
      fuse: { ...WIDE_FUSE, offboardings: { hour: { count: 1, share: null }, day: { count: 1, share: null } } },
    });
    await take(desk, 'vera.csv', veras(desk));
    expect((await desk.review('plan', ID)).text).toContain('The fuse lets 1 go within an hour');
    await desk.review('apply', ID);
    await desk.world.drain();
    const { data, text } = await desk.review('status', ID);
    expect(data).toMatchObject({ totals: { proven: 2, held: 1 } });
    expect(text).toContain('held  ');
    await expect(desk.review('close', ID)).rejects.toThrow('(held FUSE_BLOWN)');
    const batch = desk.world.published.find(({ code }) => code === 'FUSE_BLOWN')?.names?.[0] ?? '';
    await release.run(desk.target, given([batch]));
    await desk.world.pass(HOUR);
    expect((await desk.review('status', ID)).data).toMatchObject({ totals: { proven: 3, held: 0 } });
  });

  test('a protected account is held, and the plan says so before', async () => {
    const { desk } = await opened({ fuse: WIDE_FUSE, protected: [emailOf('olga')] });
    await take(desk, 'others.csv', others(desk));
    expect((await desk.review('plan', ID)).text).toContain('Protected by the configuration, and therefore held: 1.');
    await desk.review('apply', ID);
    await desk.world.drain();
    expect(desk.world.account(emailOf('olga'))).toBeDefined();
    expect((await desk.review('status', ID)).text).toContain('PROTECTED');
  });

  test('the last Admin stays', async () => {
    const { desk } = await opened();
    const sheetOfRoot = filled(
      sheet(desk, '01-all-companies'),
      { [emailOf('root')]: ['revoke', 'nobody needs it'] },
      OWNER,
    );
    await take(desk, 'root.csv', sheetOfRoot);
    await desk.review('apply', ID);
    await desk.world.drain();
    expect(desk.world.account(emailOf('root'))).toBeDefined();
    expect((await desk.review('status', ID)).text).toContain('LAST_ADMIN');
  });

  test('what is not armed is only planned, and the plan says so', async () => {
    const { desk } = await opened();
    await desk.world.arm(false);
    await take(desk, 'vera.csv', veras(desk));
    expect((await desk.review('plan', ID)).text).toContain('Only planned until leavers are armed');
    await desk.review('apply', ID);
    await desk.world.drain();
    expect(desk.world.account(emailOf('ada'))).toBeDefined();
  });
});

describe('what is proven, and what is not', () => {
  test('a worksheet that comes in while it is being closed is not closed over', async () => {
    const desk = await proven();
    const { archive } = desk.target;
    const late = filled(sheet(desk, '03-vera.adam'), { [emailOf('dan')]: ['revoke'] });
    desk.drop('late.csv', late);
    desk.target.archive = {
      ...archive,
      put: async (key, ...rest) => {
        await archive.put(key, ...rest);
        if (key.endsWith('/pack/README.html')) await desk.inbox();
      },
    };
    await expect(desk.review('close', ID)).rejects.toThrow('A worksheet of 2026-Q4 was taken in meanwhile');
    await expect(desk.review('close', ID)).rejects.toThrow('1 are decided and not proven');
  });

  test('of two worksheets that are taken in at the same moment none loses a decision: the one that came through last holds', async () => {
    const { desk } = await opened();
    const { store } = desk.target;
    const other = filled(sheet(desk, '03-vera.adam'), { [emailOf('dan')]: ['revoke'] });
    let between = false;
    desk.target.store = {
      ...store,
      put: async (item, condition) => {
        const first = !between && item.sk.startsWith('M#');
        between ||= first;
        if (first) await take(desk, 'other.csv', other);
        return store.put(item, condition);
      },
    };
    await take(desk, 'vera.csv', filled(sheet(desk, '03-vera.adam'), { [emailOf('dan')]: ['keep'] }));
    expect((await desk.review('status', ID)).data).toMatchObject({ totals: { kept: 1, decided: 0, undecided: 11 } });
  });

  test('applied twice nothing is told twice', async () => {
    const desk = await proven();
    expect((await desk.review('apply', ID)).data).toEqual({ told: 0 });
    expect(desk.world.queues.normal.length + desk.world.queues.urgent.length).toBe(0);
  });

  test('who keeps after all is given back what the earlier worksheet took', async () => {
    const { desk } = await opened();
    await desk.world.arm(false);
    await take(desk, 'vera.csv', veras(desk));
    await desk.review('apply', ID);
    await desk.world.drain();
    desk.world.clock.advance(HOUR);
    const kept = filled(sheet(desk, '03-vera.adam'), { [emailOf('ada')]: ['keep'] });
    expect((await take(desk, 'again.csv', kept)).text).toContain('1 were decided otherwise before');
    expect((await desk.review('plan', ID)).text).toContain('access ends for 0, another role for 0, 1 get back');
    await desk.review('apply', ID);
    await desk.world.drain();
    for (const kind of ['leavers', 'movers']) await arm.run(desk.target, given([kind]));
    await desk.world.drain();
    expect(['ada', 'ben'].map((name) => desk.world.account(emailOf(name)) !== undefined)).toEqual([true, false]);
  });

  test('a company API token is never revoked by us: a person does it, and the next night proves it', async () => {
    const { desk } = await opened();
    const sheetOfTokens = filled(sheet(desk, '04-api-tokens'), { 'api-token-2@example.com': ['revoke'] }, OWNER);
    await expect(take(desk, 'tokens.csv', sheetOfTokens)).rejects.toThrow('to revoke an Admin needs a note');
    await take(desk, 'tokens.csv', sheetOfTokens.replace(',revoke,', ',revoke,nobody claims it'));
    expect((await desk.review('plan', ID)).text).toContain('to be done by hand in Bitsight');
    expect((await desk.review('apply', ID)).data).toEqual({ told: 0 });
    const token = desk.world.account('api-token-2@example.com');
    desk.world.core.edit(token?.guid ?? '', null);
    expect((await desk.review('status', ID)).data).toMatchObject({ totals: { decided: 1, proven: 0 } });
    desk.world.clock.advance(HOUR);
    await desk.night();
    expect((await desk.review('status', ID)).data).toMatchObject({ totals: { decided: 0, proven: 1 } });
  });

  test('the account of before the decision proves nothing: a holder with another account is left alone', async () => {
    const { desk } = await opened();
    await take(desk, 'vera.csv', veras(desk));
    const ada = desk.world.account(emailOf('ada'));
    desk.world.core.edit(ada?.guid ?? '', null);
    const { pid = '' } = (await desk.world.people()).find(({ emails }) => emails.includes(emailOf('ada'))) ?? {};
    await changePerson(desk.world.store, pid, (person) => ({
      ...person,
      guid: '00000000-0000-4000-8000-00000000ffff',
    }));
    expect((await desk.review('plan', ID)).text).toContain('another account by now');
    await desk.review('apply', ID);
    desk.world.clock.advance(HOUR);
    await desk.night();
    expect((await desk.review('status', ID)).data).toMatchObject({
      rows: expect.arrayContaining([
        expect.objectContaining({ row: 2, state: 'proven', proof: expect.objectContaining({ by: 'night' }) }),
      ]),
    });
  });
});

test('the next review says who is new, changed and unchanged, and its worksheets are by group where that is asked', async () => {
  const desk = await proven();
  await desk.review('close', ID);
  const eve = desk.world.account(emailOf('eve'));
  desk.world.core.edit(eve?.guid ?? '', { roles: ['customer_group_admin'] });
  desk.world.core.create({ email: emailOf('new'), formal_name: 'New One' });
  desk.world.clock.advance(45 * DAY);
  await desk.night();
  const { text } = await desk.with({ per: 'group' }, 'open', '2027-Q1');
  expect(text).toContain('compared with 2026-Q4');
  const sheets = [...desk.objects.keys()].filter((key) => key.startsWith('review/2027-Q1/worksheets/'));
  expect(sheets.map((key) => key.split('/').at(-1))).toEqual([
    '01-all-companies.csv',
    '02-vendor-risk.csv',
    '03-api-tokens.csv',
  ]);
  const lines = sheets.flatMap((key) => desk.body(key).split('\r\n'));
  const markOf = (name: string) => lines.find((line) => line.includes(`,${emailOf(name)},`))?.split(',')[8];
  expect(['new', 'eve', 'cleo', 'dan'].map(markOf)).toEqual(['new', 'changed', 'changed', 'unchanged']);
});
