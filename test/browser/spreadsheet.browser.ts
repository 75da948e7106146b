import { afterAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { csv } from '../../lib/export/csv.ts';
import { rowWith, stream, textOf } from '../support/rows.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'spreadsheet-'));
afterAll(() => rmSync(folder, { recursive: true }));

const UMLAUTS = 'Zoë Müller-Łuczak 東京';
const HOSTILE = [
  '=1+1',
  '+1+1',
  '-1+1',
  '@SUM(1;1)',
  '＝1+1',
  ' =1+1',
  '\t=1+1',
  '\r\n=1+1',
  '\u200b=1+1',
  'Doe;=1+1',
  '=HYPERLINK("http://example.com";"x")',
  "=DDE('soffice';'/etc/passwd';'A1')",
  '"=1+1"',
];
const rows = HOSTILE.map((text, n) =>
  rowWith({ guid: `guid-${n}`, formal_name: text, friendly_name: UMLAUTS, group_name: text, features: [text, text] }),
);

/** What LibreOffice Calc makes of a file that it opens as UTF-8, with formulas evaluated, cells parted by `separator`. */
async function opened(text: string, separator: ',' | ';'): Promise<{ formulas: string[]; texts: string }> {
  const file = join(folder, 'users.csv');
  writeFileSync(file, text);
  const [comma, quote, utf8] = [separator.charCodeAt(0), 34, 76];
  const filter = `--infilter=Text - txt - csv (StarCalc):${comma},${quote},${utf8},1`;
  const profile = `-env:UserInstallation=file://${folder}/profile`;
  await run('soffice', [profile, '--headless', filter, '--convert-to', 'fods', '--outdir', folder, file]);
  const sheet = readFileSync(join(folder, 'users.fods'), 'utf8');
  const formulas = [...sheet.matchAll(/table:formula="([^"]*)"/g)].map(([, formula = '']) => formula);
  return { formulas, texts: [...sheet.matchAll(/<text:p>([^<]*)/g)].map(([, cell]) => cell).join('\n') };
}

test('LibreOffice runs what nobody made harmless: the tests below can fail', async () => {
  const { formulas } = await opened('name\r\n=1+1\r\n', ',');
  expect(formulas).toEqual(['of:=1+1']);
}, 60_000);

test.each([
  [',', true],
  [',', false],
  [';', true],
  [';', false],
] as const)(
  'users.csv opened with %j between cells, byte order mark %p: no cell is a formula, no letter is lost',
  async (separator, bom) => {
    const { formulas, texts } = await opened(await textOf(csv(stream(rows), { bom })), separator);
    expect(formulas).toEqual([]);
    expect(texts).toContain(UMLAUTS);
    expect(texts.split('\n').find((cell) => cell.includes('guid'))).toMatch(/^guid/);
    expect(texts.match(/=1\+1/g)?.length).toBeGreaterThan(HOSTILE.length); // each is there, as the text it is
  },
  60_000,
);
