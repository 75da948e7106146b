import type { Account } from '../../infra/local/bitsight-simulator/account.ts';
import { groupName } from '../../infra/local/bitsight-simulator/population.ts';

/** How the day begins: so many people by `--users`, so many tokens by `--company-tokens`; one account is added by hand. */
export const BEFORE = { users: 294, tokens: 5, seed: 7 };

/** Who is who among 300 accounts; each list by address, as the accounts bear it. */
export interface Cast {
  working: Account[];
  /** HR says they have left; their accounts are still there. */
  left: Account[];
  /** HR does not know them. */
  unknown: Account[];
  /** HR has another address of theirs, and the name that they have now. */
  renamed: Account[];
  /** One person with two accounts, of one address but for its spelling. */
  doubled: [Account, Account];
  tokens: Account[];
}

/** The stand-in's own door, `/__simulator/`: what people do by hand in Bitsight. */
export async function byHand<T>(url: string, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${url}/__simulator/${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T; // -- the simulator's own answer
}

/** Makes the years before day one: names and a second account that nobody ever tidied up. */
export async function settle(url: string): Promise<Cast> {
  const accounts = await byHand<Account[]>(url, 'GET', 'users');
  const tokens = accounts.filter((one) => one.is_company_api_token);
  const people = accounts.filter((one) => !one.is_company_api_token).sort((a, b) => numberOf(a) - numberOf(b));
  const names = Map.groupBy(people, (one) => one.formal_name);
  const plain = people.filter(
    (one) => names.get(one.formal_name)?.length === 1 && one.status === 'Activated' && one.roles[0] === 'customer_user',
  );
  const take = (n: number): Account[] => plain.splice(0, n);
  const [left, unknown] = [take(12), take(7)];
  const renamed = await Promise.all(take(3).map((one) => marry(url, one)));
  const [once] = take(1);
  if (once === undefined) throw new Error('Too few people.');
  const { guid: _guid, ...same } = once;
  const twice = await byHand<Account>(url, 'POST', 'users', {
    ...same,
    email: once.email.replace(/^./, (c) => c.toUpperCase()),
  });
  const others = new Set([...left, ...unknown, ...renamed, once].map((one) => one.guid));
  return {
    working: people.filter((one) => !others.has(one.guid)),
    left,
    unknown,
    renamed,
    doubled: [once, twice],
    tokens,
  };
}

const marry = (url: string, one: Account): Promise<Account> =>
  byHand(url, 'PATCH', `users/${one.guid}`, { formal_name: `${one.friendly_name} Neuhaus` });

export const numberOf = ({ email }: Account): number => Number(/(\d+)@/.exec(email)?.[1]);
/** Where HR has somebody whose account bears another address. */
export const addressInHr = (one: Account): string =>
  `${one.friendly_name.toLowerCase()}.neuhaus${numberOf(one)}@example.com`;

/**
 * What HR exports: everybody who works here, `newcomers` who never had an account, and those whom it names as gone.
 * `without`: whom a wrong filter leaves out.
 */
export function rosterOf(
  cast: Cast,
  newcomers: number,
  { without = [], departed = [] }: { without?: Account[]; departed?: Account[] } = {},
): string {
  const out = new Set(without.map((one) => one.guid));
  const gone = new Set([...cast.left, ...departed].map((one) => one.guid));
  const rows = [...cast.working, ...cast.left, ...cast.renamed, cast.doubled[0]]
    .filter((one) => !out.has(one.guid))
    .map((one) => {
      const [first = '', last = ''] = one.formal_name.split(' ');
      const email = cast.renamed.includes(one) ? addressInHr(one) : one.email.toLowerCase();
      const status = gone.has(one.guid) ? 'Terminated' : 'Active';
      return [4000 + numberOf(one), email, first, last, groupName(one.group), status].join(';');
    });
  const more = Array.from(
    { length: newcomers },
    (_, n) => `${5000 + n};warehouse${n}@example.com;Wim;Ware ${n};Warehouse;Active`,
  );
  return `Employee ID;E-Mail;First name;Last name;Department;Status\n${[...rows, ...more].join('\n')}\n`;
}
