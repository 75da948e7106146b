import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import packageJson from '../../package.json' with { type: 'json' };
import { PRODUCT } from '../../lib/runtime/product.ts';
import { sourceFiles } from '../support/source-files.ts';

const lines = (file: string): { at: string; text: string; around: string }[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map((text, index, all) => ({
      at: `${file}:${index + 1}`,
      text,
      around: all.slice(Math.max(0, index - 1), index + 2).join('\n'),
    }));
const everyLine = sourceFiles('lib', 'functions', 'infra').flatMap(lines);

describe('the source', () => {
  test('has a reason beside each cast', () => {
    const cast = /[\w)\]}>] as (?!const\b)[A-Z[{(a-z]/;
    const unexplained = everyLine.filter(({ text, around }) => {
      const code = text.replace(/\/\/.*|'[^']*'|`[^`]*`/g, '');
      return cast.test(code) && !/^\s*(import|export [{*]|\*|--|\/\*)/.test(code) && !around.includes('-- ');
    });
    expect(unexplained.map(({ at, text }) => `${at} ${text.trim()}`)).toEqual([]);
  });

  test('has no chance or time of its own below the adapters', () => {
    const pure = everyLine.filter(
      // review-script.ts holds the text of a script that runs in a browser
      ({ at }) => at.startsWith('lib/') && !/^lib\/(aws|runtime)\/|^lib\/(time|export\/review-script)\.ts/.test(at),
    );
    expect(
      pure
        .filter(
          ({ text }) =>
            /\b(Date\.now|new Date\b|Math\.random|randomUUID|setTimeout|setInterval|process\.env|(?<!typeof )globalThis\.fetch)\b/.test(
              text,
            ) && !/^\s*(\*|\/\/|\/\*)/.test(text),
        )
        .map(({ at }) => at),
    ).toEqual([]);
  });

  test('names no host but the usual ones of systems that the configuration can name otherwise', () => {
    const named = everyLine
      .filter(({ at, text }) => /^(lib|functions)\//.test(at) && !/^\s*(\*|\/\*|\/\/)/.test(text))
      .flatMap(({ text }) => [...text.matchAll(/https?:\/\/([a-z0-9.-]+)/g)].map(([, host]) => host));
    expect(new Set(named)).toEqual(new Set(['api.bitsighttech.com', 'api.hibob.com', 'api.personio.de']));
  });

  test('compares signatures in constant time', () => {
    const comparing = everyLine.filter(
      ({ at, text }) => at.startsWith('lib/webhooks/') && /\b(wanted|given|expected|secret)\b/.test(text),
    );
    expect(comparing.some(({ text }) => text.includes('timingSafeEqual(text, wanted)'))).toBe(true);
    expect(
      comparing.filter(({ text }) =>
        /equals\(|compare\(|\b(wanted|given|expected|secret) [=!]==? (?!undefined)|[=!]==? (wanted|given|expected|secret)\b(?!\.)/.test(
          text,
        ),
      ),
    ).toEqual([]);
  });

  test('uses no mutable module state', () => {
    expect(
      everyLine
        .filter(({ at, text }) => /^(lib|functions)\//.test(at) && /^(export )?(let|var) /.test(text))
        .map(({ at }) => at),
    ).toEqual([]);
  });
});

test('the version that Bitsight is told is that of the package', () => {
  expect(PRODUCT).toEqual({ name: packageJson.name, version: packageJson.version });
});
