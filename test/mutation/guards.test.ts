import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { mutated } from './copy.ts';
import { GUARDS } from './guards.ts';

const text = (file: string): string => readFileSync(file, 'utf8');

test.each(GUARDS)('the guard can be switched off, and has a test: $guard', (guard) => {
  expect(mutated(guard, text(guard.file))).not.toBe(text(guard.file));
  expect(guard.title !== '' && text(guard.test).includes(guard.title)).toBe(true);
});

test('every guard has a name of its own', () => {
  expect(new Set(GUARDS.map(({ guard }) => guard)).size).toBe(GUARDS.length);
});
