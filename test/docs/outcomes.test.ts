import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { HELD, REASONS } from '../../lib/lifecycle/reasons.ts';

test('docs/outcomes.md says of each code what the software says', () => {
  const rows = readFileSync('docs/outcomes.md', 'utf8').match(/^\| `.*$/gm);
  expect(rows).toEqual(
    [...Object.entries(REASONS), ...Object.entries(HELD)].map(([code, says]) => `| \`${code}\` | ${says} |`),
  );
});
