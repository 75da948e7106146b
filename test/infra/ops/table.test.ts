import { expect, test } from '@jest/globals';
import { table } from '../../../infra/ops/frame/table.ts';

const columns = [
  { title: 'e-mail', of: ({ email }: { email: string }) => email },
  { title: 'field by field', of: ({ what }: { what: string }) => what, folds: true },
  { title: 'n', of: () => 7, right: true },
];
const line = (what: string) => ({ email: 'kim@example.com', what });

test('a table that fits a terminal has a line for each row', () => {
  expect(table([line('a → b')], columns)).toBe(
    'e-mail           field by field  n\nkim@example.com  a → b           7',
  );
});

test('in one that is wider than a terminal, what may fold stands under its row, where it says anything', () => {
  const long = 'x'.repeat(100);
  expect(table([line(long), line('')], columns)).toBe(
    `e-mail           n\nkim@example.com  7\n    ${long}\nkim@example.com  7`,
  );
});
