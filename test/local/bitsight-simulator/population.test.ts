import { expect, test } from '@jest/globals';
import { AccountSchema, normalise, type Account } from '../../../infra/local/bitsight-simulator/account.ts';
import { population } from '../../../infra/local/bitsight-simulator/population.ts';
import { START } from './ask.ts';

const thousand = population(1000, 7, 2, START);

test('the same arguments give the same people, more of them begin with the same ones, another seed others', () => {
  expect(population(1000, 7, 2, START)).toEqual(thousand);
  expect(population(30, 7, 2, START)).toEqual(thousand.slice(0, 32));
  expect(population(30, 8, 2, START)).not.toEqual(thousand.slice(0, 32));
});

test('every guid and every address is held once, and every address is at example.com', () => {
  expect(new Set(thousand.map(({ guid }) => guid)).size).toBe(1002);
  expect(new Set(thousand.map(({ email }) => normalise(email))).size).toBe(1002);
  expect(thousand.filter(({ email }) => !email.endsWith('@example.com'))).toEqual([]);
  expect(thousand.map((one) => AccountSchema.parse(one))).toEqual(thousand);
});

const count = (keep: (one: Account) => boolean): number => thousand.filter(keep).length;

test('the mix is one that a review has something to say about', () => {
  expect(count((one) => one.is_company_api_token)).toBe(2);
  expect(count((one) => one.status === 'Created' && one.last_login_time === null)).toBeGreaterThan(50);
  expect(count((one) => one.status === 'Deactivated')).toBeGreaterThan(20);
  expect(count((one) => one.roles.includes('customer_admin'))).toBeGreaterThan(10);
  expect(count((one) => one.mfa_status === 'enabled')).toBeGreaterThan(100);
  expect(count((one) => (one.last_login_time ?? START) < START - 90 * 86_400_000)).toBeGreaterThan(100);
  expect(count((one) => one.email !== one.email.toLowerCase())).toBe(20);
  expect(count((one) => (one.last_login_time ?? one.joined_time) < one.joined_time || one.joined_time > START)).toBe(0);
});
