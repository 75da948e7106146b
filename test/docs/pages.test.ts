import { expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { keys } from '../../lib/lifecycle/ledger.ts';
import { ITEMS, STEPS } from '../../lib/lifecycle/states.ts';
import { FAULTS } from './faults.ts';
import { faultTests } from './faults-page.ts';
import { licences, PERMITTED } from './licences-page.ts';
import { PAGES } from './pages.ts';

test.each(Object.entries(PAGES))('%s says what the code says; `npm run docs` writes it anew', (file, make) => {
  expect(readFileSync(file, 'utf8')).toBe(make());
});

test('nothing is built on under a licence that nobody looked at', () => {
  expect(licences().size).toBeGreaterThan(3);
  expect([...licences()].filter(([licence]) => !PERMITTED.includes(licence))).toEqual([]);
});

test('each fault has a test whose title names it', () => {
  const tested = new Set(faultTests().map(({ n }) => n));
  const known = Object.values(FAULTS).flatMap((faults) => Object.keys(faults));
  expect(known.filter((n) => !tested.has(Number(n)))).toEqual([]);
});

test('no title names a fault that nobody knows', () => {
  const known = Object.values(FAULTS).flatMap((faults) => Object.keys(faults).map(Number));
  expect(faultTests().filter(({ n }) => !known.includes(n))).toEqual([]);
});

test('the tables name files that are there and every kind of key', () => {
  const files = Object.values(STEPS).map(({ by }) => `lib/lifecycle/${by}.ts`);
  expect(files.filter((file) => !existsSync(file))).toEqual([]);
  expect(Object.keys(ITEMS).sort()).toEqual(Object.keys(keys).sort());
});

test('the page of threats names tests that are there', () => {
  const named = [...readFileSync('docs/THREATS.md', 'utf8').matchAll(/`([\w/-]+\.(?:test|browser)\.ts)`/g)];
  expect(named.length).toBeGreaterThan(20);
  expect(named.flatMap(([, file]) => (existsSync(`test/${file}`) ? [] : [file]))).toEqual([]);
});
