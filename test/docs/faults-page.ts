import { globSync, readFileSync } from 'node:fs';
import { page, table } from './markdown.ts';
import { FAULTS } from './faults.ts';

export interface FaultTest {
  n: number;
  /** What follows `fault NN:`. */
  says: string;
  file: string;
}

/** A title, with a number or several: `fault 07:`, `fault 38 and 39:`. */
const TITLE = /(['"`])faults? (\d\d(?:(?:, | and )\d\d)*): ((?:(?!\1)[^\\]|\\.)+)\1/g;

/** Every test whose title says which fault it is about, in order of number. */
export function faultTests(): FaultTest[] {
  const files = globSync('test/**/*.test.ts').sort();
  const found = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(TITLE)].flatMap(([, , numbers = '', says = '']) =>
      numbers.split(/, | and /).map((n) => ({ n: Number(n), says: plain(says), file })),
    ),
  );
  return found.sort((a, b) => a.n - b.n);
}

/** Names that look like numbers have an order of their own. */
const inOrder = (faults: Record<string, string>): [string, string][] =>
  Object.entries(faults).sort(([a], [b]) => Number(a) - Number(b));

/** Placeholders of a row of a table say nothing outside of it. */
const plain = (title: string): string => title.replaceAll(/\\(.)/g, '$1').replaceAll(/\$\{?[\w.]+\}?|%[sdpoji]/g, '…');

/** docs/faults.md: what can go wrong, what is done about it, and which test holds it. */
export function faultsPage(): string {
  const tests = faultTests();
  const groups = Object.entries(FAULTS).flatMap(([group, faults]) => [
    `## ${group}`,
    table(
      ['', 'what goes wrong', 'what we do', 'held by'],
      inOrder(faults).flatMap(([n, name]) =>
        tests
          .filter((one) => one.n === Number(n))
          .map(({ says, file }, i) => [i === 0 ? n : '', i === 0 ? name : '', says, `\`${file}\``]),
      ),
    ),
  ]);
  return page('What can go wrong', 'the titles of the tests', [
    'Each row is a test whose title begins with the number of the fault; it fails when the sentence is no longer true.',
    ...groups,
  ]);
}
