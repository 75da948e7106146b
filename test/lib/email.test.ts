import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { normaliseEmail } from '../../lib/email.ts';

test.each([
  ['  Ines.Example@Example.COM\n', 'ines.example@example.com', 'case and blanks around it are how people type'],
  ['ines+hr@example.com', 'ines+hr@example.com', 'a plus-tag may be a mailbox of its own'],
  ['ｉｎｅｓ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'ines@example.com', 'full-width letters are the same letters'],
  ['zoe\u0308@example.com', 'zo\u00eb@example.com', 'composed and decomposed letters look the same'],
  ['\u00a0ines@example.com', 'ines@example.com', 'a no-break space comes with copying from pages'],
  ['J\u030c@example.com', '\u01f0@example.com', 'lower case can be composed where upper case is not'],
])('fault 16: %j becomes %j, because %s', (given, expected) => {
  expect(normaliseEmail(given)).toBe(expected);
});

const MARKS = ['', '\u0308', '\u030c', '\u0345', '\u0307'];
const isStable = (text: string): boolean => normaliseEmail(normaliseEmail(text)) === normaliseEmail(text);

test('fault 16: normalising twice is normalising once, for every assigned character and for letters before a mark', () => {
  const unstable: string[] = [];
  for (let code = 0; code <= 0x2_ff_ff; code++) {
    const character = String.fromCodePoint(code);
    for (const mark of code < 0x25_00 ? MARKS : ['']) if (!isStable(character + mark)) unstable.push(character + mark);
  }
  expect(unstable).toEqual([]);
});

test('normalising twice is normalising once, for any text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), isStable), { seed: 1, numRuns: 2000 });
});
