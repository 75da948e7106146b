import { describe, expect, test } from '@jest/globals';
import { accountOf } from '../../../lib/lifecycle/account.ts';
import { adoptAccount } from '../../../lib/lifecycle/adopt.ts';
import type { Account } from '../../../lib/lifecycle/ledger.ts';
import { matchAccounts, type Employee } from '../../../lib/lifecycle/match.ts';
import { createWorld, START, type TestWorld } from '../../support/world.ts';

const person = (name: string, email: string, more: Partial<Employee> = {}): Employee => ({
  name,
  emails: [email],
  employed: true,
  ...more,
});
function account(guid: string, email: string, formalName: string): Account {
  const user = { guid, email, formal_name: formalName, friendly_name: '', roles: [], features: [], group: null };
  return { ...accountOf({ ...user, status: 'Activated' }), apiToken: email.startsWith('token') };
}
const kindsOf = (accounts: Account[], employees: Employee[], decided = new Map<string, string>()) =>
  matchAccounts(accounts, employees, new Set(['known']), decided).map(({ kind, why }) => why ?? kind);

describe('an account is whose address it bears', () => {
  const ines = person('Inés Moreau', 'ines.moreau@example.com');
  test.each<[string, Account[], Employee[], string[]]>([
    ['in another spelling of case', [account('a', ' Ines.Moreau@Example.com', '')], [ines], ['matched']],
    [
      'of somebody who has left',
      [account('a', 'ines.moreau@example.com', '')],
      [{ ...ines, employed: false }],
      ['left'],
    ],
    [
      'under a former address that the ledger knows',
      [account('a', 'ines.adler@example.com', '')],
      [{ ...ines, emails: [...ines.emails, 'ines.adler@example.com'] }],
      ['matched'],
    ],
    [
      'of two people',
      [account('a', 'ines.moreau@example.com', '')],
      [ines, person('Ines M.', 'ines.moreau@example.com')],
      ['two people'],
    ],
    [
      'twice',
      [account('a', 'ines.moreau@example.com', ''), account('b', 'INES.moreau@example.com', '')],
      [ines],
      ['two accounts', 'two accounts'],
    ],
    [
      'beside one that the ledger has',
      [account('known', 'ines.moreau@example.com', ''), account('b', 'Ines.Moreau@example.com', '')],
      [ines],
      ['known', 'two accounts'],
    ],
    [
      'while the ledger knows another as theirs',
      [account('a', 'ines.moreau@example.com', '')],
      [{ ...ines, guid: 'b' }],
      ['another account is known'],
    ],
    ['of nobody', [account('a', 'kofi@partner.example', 'Kofi Sato')], [ines], ['stranger']],
    ['that is a token, whatever its address', [account('a', 'token@example.com', 'Inés Moreau')], [ines], ['token']],
    [
      'no, but of that name in another order',
      [account('a', 'i.adler@example.com', 'Moreau, Ines')],
      [ines],
      ['other-address'],
    ],
    ['no, but of that spelling', [account('a', 'inesmoreau+bitsight@example.com', '')], [ines], ['other-address']],
    [
      'no, and two are of that name',
      [account('a', 'i@example.com', 'Ines Moreau')],
      [ines, person('Ines Moreau', 'ines.2@example.com')],
      ['two people'],
    ],
    [
      'no, and the one of that name has an account',
      [account('a', 'ines.moreau@example.com', ''), account('b', 'i@example.com', 'Ines Moreau')],
      [ines],
      ['matched', 'two accounts'],
    ],
    [
      'no, and another account is of that name too',
      [account('a', 'i@example.com', 'Ines Moreau'), account('b', 'im@example.com', 'Ines Moreau')],
      [ines],
      ['two accounts', 'two accounts'],
    ],
    [
      'no, and a first name alone says nothing',
      [account('a', 'i@example.com', 'Ines')],
      [person('Ines', 'ines@example.com')],
      ['stranger'],
    ],
  ])('%s', (_title, accounts, employees, expected) => {
    expect(kindsOf(accounts, employees)).toEqual(expected);
  });

  test('or whose a person says it is', () => {
    const decided = new Map([['i.adler@example.com', 'ines.moreau@example.com']]);
    expect(kindsOf([account('a', 'I.Adler@example.com', '')], [ines], decided)).toEqual(['matched']);
  });
});

const deps = ({ store, ids, clock }: TestWorld) => ({
  store,
  ids,
  clock,
  now: START,
  mailKey: 'key',
  configHash: 'f'.repeat(64),
});

describe('what the ledger knows goes before what a list says', () => {
  const mine = account('a', 'ines.moreau@example.com', '');
  const ines = person('Ines Moreau', 'ines.moreau@example.com', { employeeId: '7' });

  test('an account is adopted once, and a person has one', async () => {
    const world = createWorld();
    expect(await adoptAccount(deps(world), mine, ines, 'hr')).toBe('adopted');
    expect(await adoptAccount(deps(world), mine, ines, 'hr')).toBe('known');
    expect(await adoptAccount(deps(world), { ...mine, guid: 'b' }, ines, 'hr')).toBe('another');
    expect(await world.people()).toMatchObject([{ guid: 'a', adopted: { guid: 'a' } }]);
  });

  test('an address that another person has is not taken over', async () => {
    const world = createWorld();
    await adoptAccount(deps(world), mine, ines, 'hr');
    const ole = person('Ole Holm', 'ole.holm@example.com', { employeeId: '8' });
    expect(await adoptAccount(deps(world), { ...mine, guid: 'b' }, ole, 'hr')).toBe('another');
    expect(await world.people()).toHaveLength(1);
  });

  test('who is known by a number is found by it under another address', async () => {
    const world = createWorld();
    await adoptAccount(deps(world), mine, ines, 'hr');
    const renamed = { ...ines, emails: ['ines.adler@example.com'] };
    expect(await adoptAccount(deps(world), mine, renamed, 'hr')).toBe('known');
    expect(await world.people()).toHaveLength(1);
  });
});
