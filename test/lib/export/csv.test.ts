import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { csv, csvCell, csvLine, neutralise } from '../../../lib/export/csv.ts';
import { readCsv } from '../../../lib/roster/csv.ts';
import { COLUMNS } from '../../../lib/export/row.ts';
import { rowWith, stream, textOf } from '../../support/rows.ts';

describe('a cell', () => {
  test.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['', ''],
  ])('%j becomes %j, as RFC 4180 says', (text, cell) => {
    expect(csvCell(text)).toBe(cell);
  });

  test.each([
    ['=1+1'],
    ['+49 30 1'],
    ['-cmd'],
    ['@SUM(A1)'],
    ['＝1'],
    ['＋1'],
    ['－1'],
    ['＠x'],
    ['\tx'],
    ['\rx'],
    ['\0x'],
  ])('%j is shown, not run, because an apostrophe stands before it', (text) => {
    expect(neutralise(text)).toBe(`'${text}`);
  });

  test.each([[' =1'], ['\u200b=1'], ['\n=1'], ['\ufeff@x']])(
    '%j is neutralised too, because programs skip what cannot be seen',
    (text) => {
      expect(neutralise(text)).toContain("'");
    },
  );

  test('a formula behind a semicolon is neutralised, because elsewhere a semicolon begins a cell', () => {
    expect(neutralise('Doe;=cmd()')).toBe("Doe;'=cmd()");
    expect(csvCell(['User', '=cmd()'])).toBe("User;' =cmd()");
  });

  test.each([
    [-5, '-5'],
    [1.5, '1.5'],
    [false, 'false'],
    [null, ''],
  ])('%p is no text and stays %j: a negative number is no formula', (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });

  test.each([['a=b'], ['2026-05-04'], ['x@example.com'], ['Jean-Luc']])('%j is left as it is', (text) => {
    expect(neutralise(text)).toBe(text);
  });

  test('whatever a text holds, no cell of any separator begins as a formula, and a reader gets all cells back', () => {
    const cell = fc.string({
      unit: fc.constantFrom('=', '+', '-', '@', '＝', '"', ',', ';', '\n', '\r', '\t', ' ', 'a', '\0'),
    });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 2, maxLength: 4 }), (cells) => {
        const line = csvLine(['x', ...cells]);
        const [record] = readCsv(`h\r\n${line}`).slice(1);
        expect(record?.cells).toEqual(['x', ...cells.map((text) => neutralise(text).trim())]);
        for (const part of cells.flatMap((text) => neutralise(text).split(/[;\t\r\n]/))) {
          expect(part).not.toMatch(/^[\s\p{Cf}\p{Cc}]*[=+\-@＝＋－＠]/u);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('the file', () => {
  test('has a header, a line for each row and, when asked for, the mark of UTF-8', async () => {
    const rows = Array.from({ length: 1201 }, (_, n) => rowWith({ guid: `g-${n}`, formal_name: 'Zoë "Z", Ltd' }));
    const text = await textOf(csv(stream(rows), { bom: true }));
    expect(text.startsWith(`\uFEFF${COLUMNS.join(',')}\r\n`)).toBe(true);
    const records = readCsv(text);
    expect(records).toHaveLength(1202);
    expect(records.at(-1)?.cells.slice(0, 4)).toEqual(['g-1200', 'person', 'mara@example.com', 'Zoë "Z", Ltd']);
    expect(await textOf(csv(stream([]), { bom: false }))).toBe(`${COLUMNS.join(',')}\r\n`);
  });
});
