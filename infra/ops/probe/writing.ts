import { BitsightError, type CreateUser, type UpdateUser, type User } from '../../../lib/bitsight/index.ts';
import { ACTIVATING, DEACTIVATING, type Finding } from '../../../lib/config/index.ts';
import { normaliseEmail } from '../../../lib/email.ts';
import { AppError, isAppError } from '../../../lib/errors.ts';
import {
  answerText,
  asAssumed,
  assume,
  notHere,
  otherwise,
  probe,
  recordOf,
  unknown,
  type Assumption,
  type Probed,
  type Seen,
} from './probing.ts';
import { accountAt } from '../frame/looks.ts';
import { nameOf } from './shape.ts';

export interface Trial extends Probed {
  /** Nobody's; one account is made under it. */
  email: string;
  /** How long Bitsight may take until a read shows a write. */
  settle: () => Promise<void>;
  /** Whether a person asked to stop: no further question is asked, and what was made is removed. */
  stopped: () => boolean;
}

export interface Trialled {
  findings: Finding[];
  /** Accounts of the probe that are still there. */
  left: number;
}

/** A second address of the same mailbox, where that takes such addresses. */
export function otherAddress(email: string): string {
  return email.replace(/@(?=[^@]*$)/, '+probe@');
}

/** @throws AppError ARGUMENT_INVALID when somebody has one of the two addresses. */
export async function refuseTaken(probed: Probed, email: string): Promise<void> {
  if ((await found(probed, email)).length === 0) return;
  throw new AppError(
    'ARGUMENT_INVALID',
    '--email: an account has this address, or the same with +probe; name another.',
  );
}

/** Makes an account, tries what may be done with it, and removes it, whatever happens meanwhile. */
export async function probeByWriting(trial: Trial): Promise<Trialled> {
  await refuseTaken(trial, trial.email);
  const made: Made = { guids: new Set() };
  let findings: Finding[] = [];
  let failed: { error: unknown } | undefined;
  try {
    findings = await probe(trial, [posting(trial, made), ...tries(trial, made).map((one) => ifMade(trial, made, one))]);
  } catch (error) {
    failed = { error };
  }
  const left = await cleanUp(trial, made);
  if (failed !== undefined && left === 0) throw failed.error;
  if (failed !== undefined) throw new AppError('PROBE_LEFT', leftText(left), { cause: failed.error });
  return { findings, left };
}

export function leftText(left: number): string {
  return left === 1 ? 'One account of the probe is still there.' : `${left} accounts of the probe are still there.`;
}

interface Made {
  guids: Set<string>;
  /** The account all is tried on. */
  guid?: string;
}
/** An assumption about the account that was made. */
type Try = Omit<Assumption, 'look'> & { look: (guid: string) => Promise<Seen> | Seen };

function ifMade({ stopped }: Trial, made: Made, { look, ...one }: Try): Assumption {
  return {
    ...one,
    look: () => {
      if (stopped()) return notHere('stopped before');
      return made.guid === undefined ? notHere('no account was made') : look(made.guid);
    },
  };
}

const bodyFor = (email: string): CreateUser => ({
  email,
  formal_name: 'Probe Account',
  friendly_name: 'Probe',
  roles: [{ slug: 'customer_user' }],
});

function posting({ bitsight, witness, email, stopped }: Trial, made: Made): Assumption {
  return assume('post', 'POST: 201 and the account', async () => {
    if (stopped()) return notHere('stopped before');
    const user = await bitsight.users.create(bodyFor(email));
    made.guid = user.guid;
    made.guids.add(user.guid);
    const status = witness.last()?.status;
    return (status === 201 ? asAssumed : otherwise)(`${status}, status ${statusOf(user)}`);
  });
}

function tries(trial: Trial, made: Made): Try[] {
  const { bitsight, witness, email } = trial;
  const { users } = bitsight;
  return [
    assume('get-after-post', 'GET at once: the account as it was asked for', async (guid) => {
      const user = await users.get(guid);
      const { formal_name, roles } = bodyFor(email);
      const isSame = user.email === email && shows(user, { formal_name, roles });
      return isSame ? asAssumed('as asked for') : otherwise('other values than were sent');
    }),
    assume('search-after-post', 'a search by address at once: finds it', async (guid) => {
      const { results } = await users.page({ email, limit: 100 });
      return results.some((user) => user.guid === guid) ? asAssumed('found') : otherwise('not found at once');
    }),
    ...patches(trial),
    ...statuses(trial),
    assume('duplicate-post', 'POST with an address that is taken: refused with 400', async (guid) => {
      try {
        const { email } = await users.get(guid); // that it has now
        made.guids.add((await users.create({ ...bodyFor(email), formal_name: 'Probe Again' })).guid);
        return otherwise('a second account was made');
      } catch (error) {
        if (!(error instanceof BitsightError) || error.status === undefined || !isAppError(error, 'BITSIGHT_REFUSED'))
          throw error;
        return (error.status === 400 ? asAssumed : otherwise)(answerText(witness) ?? '');
      }
    }),
    assume('delete', 'DELETE: 204', async (guid) => {
      await users.remove(guid);
      const status = witness.last()?.status;
      return (status === 204 ? asAssumed : otherwise)(String(status));
    }),
    assume('get-after-delete', 'GET at once: 404', async (guid) => {
      const user = await accountAt(users, guid);
      return user === undefined ? asAssumed('404') : otherwise(`still there, status ${statusOf(user)}`);
    }),
    assume('search-after-delete', 'a search by address: finds nobody', async (guid) => {
      const isFound = (await found(trial, email)).some((user) => user.guid === guid);
      return isFound ? otherwise('still found') : asAssumed('finds nobody');
    }),
  ];
}

/** Each field alone, then read back. */
function patches(trial: Trial): Try[] {
  const { bitsight, witness, email } = trial;
  const field = (name: string, change: (user: User) => Promise<UpdateUser> | UpdateUser): Try =>
    assume(`patch-${name}`, `PATCH of ${name}: 200, and read back`, async (guid) => {
      const body = await change(await bitsight.users.get(guid));
      return Object.keys(body).length === 0 ? notHere('nothing to change it to') : patchSeen(trial, guid, body);
    });
  return [
    field('formal_name', () => ({ formal_name: 'Probe Changed' })),
    assume('patch-answer', 'what PATCH answered: the account', async (guid) => {
      await bitsight.users.update(guid, { formal_name: 'Probe Account' });
      const answer = witness.last();
      if (recordOf(answer?.body)['guid'] === guid) return asAssumed('the account');
      return answer?.body === undefined ? otherwise('nothing') : unknown(answerText(witness) ?? '');
    }),
    field('friendly_name', () => ({ friendly_name: 'Changed' })),
    field('email', () => ({ email: otherAddress(email) })),
    field('roles', () => ({ roles: [{ slug: 'customer_portfolio_manager' }] })),
    field('group', (user) => otherGroup(trial, user)),
    field('is_available_for_contact', () => ({ is_available_for_contact: true })),
    field('features', toggled),
    assume('patch-is_company_api_token', 'PATCH of is_company_api_token', () =>
      notHere('not tried: it would make a token of an account'),
    ),
  ];
}

/** Whether an account is as a request asked for. */
function shows(user: User, { email, roles, group, features, ...plain }: UpdateUser): boolean {
  return (
    (email === undefined || normaliseEmail(user.email) === normaliseEmail(email)) &&
    (roles ?? []).every(({ slug }) => user.roles.some((role) => role.slug === slug)) &&
    (group === undefined || user.group?.guid === group) &&
    (features ?? []).every(({ slug, value }) =>
      user.features.some((one) => one.slug === slug && one.value === value),
    ) &&
    Object.entries(plain).every(([name, value]) => user[name] === value)
  );
}

async function patchSeen(trial: Trial, guid: string, body: UpdateUser): Promise<Seen> {
  const { users } = trial.bitsight;
  try {
    await users.update(guid, body);
  } catch (error) {
    if (!isAppError(error, 'BITSIGHT_REFUSED')) throw error;
    return otherwise(`refused: ${answerText(trial.witness)}`);
  }
  if (shows(await users.get(guid), body)) return asAssumed('read back');
  await trial.settle();
  return shows(await users.get(guid), body)
    ? asAssumed('read back after a while')
    : otherwise('taken, but nothing changed');
}

/** The one that sees least, so that nothing is shown to anybody meanwhile. */
async function otherGroup({ bitsight }: Trial, user: User): Promise<UpdateUser> {
  const { groups } = await bitsight.groups.list();
  const others = groups.filter(({ guid }) => guid !== user.group?.guid);
  const companies = ({ company_count: count }: (typeof groups)[number]): number =>
    typeof count === 'number' ? count : Infinity;
  const [least] = others.sort((a, b) => companies(a) - companies(b));
  return least === undefined ? {} : { group: least.guid };
}

function toggled({ features }: User): UpdateUser {
  const feature = features.find(({ value }) => typeof value === 'boolean');
  return feature === undefined ? {} : { features: [{ slug: feature.slug, value: feature.value !== true }] };
}

/** Whether `status` sticks although no page says that PATCH takes it: from the state at hand, and from each that can be had. */
function statuses(trial: Trial): Try[] {
  let activated: Seen = notHere('the account was never Deactivated');
  return [
    assume(DEACTIVATING, "PATCH of status 'Deactivated': the account is Deactivated", async (guid) => {
      const from = statusOf(await trial.bitsight.users.get(guid));
      const [verdict, seen] = await patchSeen(trial, guid, { status: 'Deactivated' });
      if (verdict !== 'as assumed') return [verdict, `from ${from}: ${seen}`];
      activated = await patchSeen(trial, guid, { status: 'Activated' });
      if (activated[0] !== 'as assumed') return asAssumed(`from ${from}: ${seen}`);
      const [again, seenAgain] = await patchSeen(trial, guid, { status: 'Deactivated' });
      return [again, `from ${from}: ${seen}; from Activated: ${seenAgain}`];
    }),
    assume(ACTIVATING, "PATCH of status 'Activated': a Deactivated account is Activated", () => activated),
  ];
}

const statusOf = ({ status }: User): string => nameOf(status ?? 'null');

/** Everything under the two addresses: nobody had them before. Both filters, since none of them is sure. */
async function found({ bitsight }: Probed, email: string): Promise<User[]> {
  const theirs = new Map<string, User>();
  for (const address of [email, otherAddress(email)])
    for (const is_company_api_token of [undefined, true])
      for (const query of [{ email: address }, { email_q: address }]) {
        const flag = is_company_api_token === undefined ? {} : { is_company_api_token };
        const users = await Array.fromAsync(bitsight.users.list({ ...query, ...flag }));
        for (const user of users.filter((one) => normaliseEmail(one.email) === normaliseEmail(address)))
          theirs.set(user.guid, user);
      }
  return [...theirs.values()];
}

/** How many could not be removed. Tried anew, since what broke the probe may be over. */
async function cleanUp(trial: Trial, made: Made): Promise<number> {
  const { users } = trial.bitsight;
  for (let round = 1; round <= 3; round += 1) {
    try {
      for (const { guid } of (await found(trial, trial.email)).filter(isOurs)) made.guids.add(guid);
      for (const guid of made.guids) {
        if (await accountAt(users, guid)) await users.remove(guid);
        if (!(await accountAt(users, guid))) made.guids.delete(guid);
      }
      if (made.guids.size === 0) return 0;
    } catch (error) {
      if (!isAppError(error)) throw error;
    }
    await trial.settle();
  }
  return Math.max(1, made.guids.size);
}

/** An account that a search did not show at the beginning is not one of ours. */
const isOurs = ({ formal_name: name }: User): boolean => name?.startsWith('Probe ') === true;
