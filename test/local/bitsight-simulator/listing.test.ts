import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Account } from '../../../infra/local/bitsight-simulator/account.ts';
import { groupName, GROUPS } from '../../../infra/local/bitsight-simulator/population.ts';
import { bench } from './ask.ts';

const two = GROUPS.slice(2, 4).map(({ guid }) => guid);
const all = bench({ users: 200 });
const [some, other] = all.core.users().filter((one) => !one.is_company_api_token);

const person = (one: Account): boolean => !one.is_company_api_token;

describe('a filter keeps exactly', () => {
  test.each<[string, (one: Account) => boolean]>([
    ['', person],
    ['is_company_api_token=true', (one) => !person(one)],
    ['is_company_api_token=false', person],
    ['is_available_for_contact=true', (one) => person(one) && one.is_available_for_contact],
    ['is_available_for_contact=false', (one) => person(one) && !one.is_available_for_contact],
    [`email=${some?.email}`, (one) => one === some],
    [`guid=${some?.guid},${other?.guid},${some?.guid}`, (one) => one === some || one === other],
    [`group.guid=${two.join(',')}`, (one) => person(one) && two.includes(one.group)],
    [
      'roles.slug=customer_admin,vrm_view_only',
      (one) => person(one) && /admin$|view_only/.test(one.roles.join()) && !one.roles.includes('customer_group_admin'),
    ],
    ['status=Created,Deactivated', (one) => person(one) && one.status !== 'Activated'],
    ['status=Nonsense', () => false],
    ['email_q=ER1@EXAMPLE', (one) => person(one) && one.email.includes('er1@example')],
    ['email_q=1@ex', (one) => person(one) && one.email.includes('1@ex')],
    ['email_q=KELLER', (one) => person(one) && /keller/i.test(one.email)],
    ['formal_name_q=ada%20', (one) => person(one) && /ada/i.test(one.formal_name)],
    ['q=ilse', (one) => person(one) && /ilse/i.test(`${one.formal_name} ${one.email}`)],
    ['status=Activated&email_q=a', (one) => person(one) && one.status === 'Activated' && one.email.includes('a')],
  ])('what it says: %s', async (query, keeps) => {
    const expected = all.core
      .users()
      .filter(keeps)
      .map(({ guid }) => guid);
    const page = await all.page(`?limit=1000&${query}`);
    expect(page.results.map(({ guid }) => guid)).toEqual(expected);
    expect(page.count).toBe(expected.length);
  });
});

describe('sort', () => {
  const of: Record<string, (one: Account) => string | number> = {
    formal_name: (one) => one.formal_name,
    last_login_time: (one) => one.last_login_time ?? Infinity,
    guid: (one) => one.guid,
    email: (one) => one.email,
    'group.name': (one) => groupName(one.group),
    status: (one) => one.status,
    joined_time: (one) => one.joined_time,
  };
  test.each(Object.keys(of))('by %s goes up, with a minus down', async (field) => {
    for (const sign of [1, -1]) {
      const { results } = await all.page(`?limit=1000&sort=${sign < 0 ? '-' : ''}${field}`);
      const keys = results.map(({ guid }) => of[field]?.(all.core.user(guid) ?? fail(guid)) ?? '');
      const ordered = keys.every(
        (key, i) => i === 0 || (sign > 0 ? key >= (keys[i - 1] ?? '') : key <= (keys[i - 1] ?? '')),
      );
      expect(ordered).toBe(true);
    }
  });

  test('by several fields: the second decides where the first says nothing', async () => {
    const { results } = await all.page('?limit=1000&sort=status,-email');
    const keys = results.map(({ guid }) => all.core.user(guid) ?? fail(guid));
    const expected = keys.toSorted((a, b) =>
      a.status === b.status ? (a.email < b.email ? 1 : -1) : a.status < b.status ? -1 : 1,
    );
    expect(keys).toEqual(expected);
  });
});

describe('pages', () => {
  test('carry the links that Django REST framework writes: limit then offset, no offset back to the first', async () => {
    const { core, ask, page } = bench({ users: 250 });
    const url = 'http://test/ratings/v2/users';
    expect((await page()).links).toEqual({ next: `${url}?limit=100&offset=100`, previous: null });
    expect((await page('?offset=100')).links).toEqual({
      next: `${url}?limit=100&offset=200`,
      previous: `${url}?limit=100`,
    });
    expect((await page('?offset=200')).links).toEqual({ next: null, previous: `${url}?limit=100&offset=100` });
    expect(await page('?offset=900')).toMatchObject({ count: 250, results: [], links: { next: null } });
    expect((await page('?sort=email&limit=7')).links.next).toBe(`${url}?limit=7&offset=7&sort=email`);
    expect((await ask('GET', '/v2/users?limit=249')).body).toMatchObject({
      links: { next: 'http://test/v2/users?limit=249&offset=249' },
    });
    expect(core.users()).toHaveLength(252);
  });

  test('followed by their links hold each user once, whatever the limit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 210 }),
        fc.constantFrom('', '&sort=-email', '&status=Activated'),
        async (limit, rest) => {
          const whole = await all.page(`?limit=1000${rest}`);
          const rows: string[] = [];
          for (let next: string | null = `?limit=${limit}${rest}`; next !== null;) {
            const page = await all.page(next.replace(/^[^?]*/, ''));
            expect(page.count).toBe(whole.count);
            rows.push(...page.results.map(({ guid }) => guid));
            next = page.links.next;
          }
          expect(rows).toEqual(whole.results.map(({ guid }) => guid));
        },
      ),
      { numRuns: 25, seed: 1 },
    );
  });

  test('show a write at once, although lists are remembered', async () => {
    const { core, page } = bench({ users: 20 });
    const [first] = (await page('?sort=email')).results;
    core.edit(first?.guid ?? '', { email: 'zz@example.com' });
    const again = await page('?sort=email');
    expect([again.count, again.results.at(-1)?.email]).toEqual([20, 'zz@example.com']);
  });
});

function fail(what: string): never {
  throw new Error(what);
}
