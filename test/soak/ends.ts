import type { Account } from '../../infra/local/bitsight-simulator/account.ts';
import type { Person } from '../../lib/lifecycle/ledger.ts';
import type { TestWorld } from '../support/world.ts';
import type { Human } from './people.ts';
import { truthOf, type Truth } from './truth.ts';

const PARKING = '0a11c0de-0000-4000-8000-000000000002';
/** A change that Bitsight did not take, although it said so or refused it twice: somebody has to look. */
const HELD_BY_FAULTS = ['READBACK_DIFFERS', 'REFUSED'];
/** Nobody may do what the books ask for. */
const HELD_BY_RIGHT = ['LAST_ADMIN'];

/** I2 and the purpose of it all: when everything has come to rest, Bitsight is as the books say. */
export function wrongEnds(
  world: TestWorld,
  humans: readonly Human[],
  people: readonly Person[],
  nudged: boolean,
): string[] {
  return humans.flatMap((human) => wrongEnd(world, human, people, { nudged, graced: false }) ?? []);
}

/** `graced`: who is to be removed may still be restricted. */
export function wrongEnd(
  world: TestWorld,
  human: Human,
  people: readonly Person[],
  { nudged, graced }: { nudged: boolean; graced: boolean },
): string | undefined {
  if (human.touched === 'decided' || (human.touched === 'mended' && !nudged)) return undefined;
  const truth = truthOf(human, world.clock.now(), world.config);
  const accounts = human.addresses
    .flatMap((address) => world.core.usersWith(address))
    .filter(({ guid }) => !human.strangers.some((stranger) => stranger.guid === guid));
  const held = people.find((person) => human.addresses.some((address) => person.emails.includes(address)))?.held;
  if (!nudged && held !== undefined && HELD_BY_FAULTS.includes(held.code)) return undefined;
  if (held !== undefined && HELD_BY_RIGHT.includes(held.code)) return undefined;
  if (human.guarded === true || (graced && accounts.every(isRestricted) && truth.kind === 'gone')) return undefined;
  const wrong = whatIsWrong(truth, accounts, held?.code);
  return wrong && `End: human ${human.n} (${truth.kind}) ${wrong}`;
}

function whatIsWrong(truth: Truth, accounts: Account[], held: string | undefined): string | undefined {
  if (accounts.length > 1) return `has ${accounts.length} accounts`;
  const [account] = accounts;
  const because = held === undefined ? '' : `, held: ${held}`;
  switch (truth.kind) {
    case 'free':
      return undefined;
    case 'gone':
      return account === undefined ? undefined : `still has an account${because}`;
    case 'restricted':
      return account === undefined || isRestricted(account) ? undefined : `is not restricted${because}`;
    case 'none':
      return account === undefined ? undefined : `has an account${because}`;
    case 'account':
      return account === undefined ? `has no account${because}` : difference(truth, account, because);
  }
}

function isRestricted({ roles, group, features, is_available_for_contact: contact }: Account): boolean {
  return (
    roles.join() === 'customer_user' && group === PARKING && !contact && features.every(({ value }) => value === false)
  );
}

function difference(truth: Truth & { kind: 'account' }, account: Account, because: string): string | undefined {
  const { feature } = truth;
  const pairs: [string, string, string][] = [
    ['email', account.email.toLowerCase(), truth.email],
    ['name', account.formal_name, truth.name],
    ['role', account.roles.join(), truth.role],
    ['group', account.group, truth.group],
    [
      'feature',
      String(account.features.some(({ slug, value }) => slug === 'wfh-ro' && value === true)),
      String(feature === 'wfh-ro'),
    ],
  ];
  const differing = pairs.filter(([, is, should]) => is !== should).map(([name]) => name);
  return differing.length === 0 ? undefined : `differs in ${differing.join(', ')}${because}`;
}
