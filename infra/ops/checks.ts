import { secretNames } from '../../lib/config/index.ts';
import { isAppError } from '../../lib/errors.ts';
import { manifestKey, publishedDates, readNight } from '../../lib/export/nights.ts';
import { UNLIMITED } from '../../lib/lifecycle/creations.ts';
import { ARMED_KINDS, LANES } from '../../lib/lifecycle/event.ts';
import { readGate } from '../../lib/lifecycle/gate.ts';
import { groupLookup } from '../../lib/lifecycle/tenant.ts';
import { DAY, HOUR, MINUTE, parseInstant } from '../../lib/time.ts';
import { missingSecrets, putIn } from './frame/missing-secrets.ts';
import type { Target } from './frame/target.ts';
import { when } from './frame/words.ts';

/** What a look at one thing found; `unknown`: nobody can tell from here. */
export interface Verdict {
  state: 'well' | 'wrong' | 'unknown';
  says: string;
  /** What to do about it. */
  mend?: string;
}
type Check = (target: AskedOnce) => Promise<Verdict>;
type AskedOnce = ReturnType<typeof askedOnce>;

/** With what more than one look needs. */
export function askedOnce(target: Target) {
  const { config, secretStore } = target;
  return {
    ...target,
    groups: once(() => target.bitsight().groups.list()),
    keys: once(() => putIn(secretNames(config), secretStore)),
  };
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => (asked ??= ask());
}

const well = (says: string): Verdict => ({ state: 'well', says });
const wrong = (says: string, mend: string): Verdict => ({ state: 'wrong', says, mend });
const unknown = (says: string, mend?: string): Verdict => ({ state: 'unknown', says, ...(mend && { mend }) });

async function token(target: Target): Promise<Verdict> {
  const { users } = target.bitsight();
  const people = await users.page({ limit: 1 });
  const own = await users.current();
  const seen = `it sees ${people.count} people`;
  if (own === undefined) return unknown(`${seen}; whose it is Bitsight does not say`);
  if (own.is_company_api_token === true) return well(`${seen}; a company API token`);
  return wrong(`${seen}; it is the token of a person, and ends with their access`, 'use a company API token');
}

async function secrets({ config, keys }: AskedOnce): Promise<Verdict> {
  const missing = missingSecrets(config.sources, await keys());
  const [first] = missing;
  return first === undefined
    ? well('each source has its secret')
    : wrong(`no secret yet: ${missing.map(({ of }) => of).join(', ')}`, `npm run ${first.command}`);
}

async function keyAge({ config, keys, clock }: AskedOnce): Promise<Verdict> {
  const days = config.notify.keyAgeDays;
  const old = [...(await keys())].filter(([, at]) => clock.now() - at > days * DAY).map(([name]) => name);
  return old.length === 0
    ? well(`none is older than ${days} days`)
    : wrong(
        `older than ${days} days: ${old.join(', ')}`,
        'npm run ops -- secret set bitsight; npm run source -- secret <source>',
      );
}

async function groups(target: AskedOnce): Promise<Verdict> {
  const { policy, offboarding, exceptions } = target.config;
  const grants = [...policy.rules.map(({ grant }) => grant), ...exceptions.map(({ access }) => access)];
  const named = [...grants.map((grant) => grant?.group), offboarding?.parkingGroup].filter((one) => one !== undefined);
  const find = groupLookup((await target.groups()).groups);
  const missing = [...new Set(named)].filter((name) => find(name) === undefined);
  return missing.length === 0
    ? well(`all ${new Set(named).size} that the configuration names are there, once each`)
    : wrong(`not there, or more than once: ${missing.join(', ')}`, 'name them as Bitsight does, or by guid');
}

async function parkingGroup(target: AskedOnce): Promise<Verdict> {
  const name = target.config.offboarding?.parkingGroup;
  if (name === undefined) return well('none is needed');
  const list = await target.groups();
  const guid = groupLookup(list.groups)(name);
  const group = list.groups.find((one) => one.guid === guid);
  if (group?.['all_companies'] === true) return wrong(`${name} sees every company`, 'name a group that sees none');
  if (guid !== undefined && guid === list.default_group)
    return wrong(`${name} is the group that everybody gets`, 'name a group that sees no company');
  return unknown(`what ${name} sees Bitsight does not say`, 'look at it in Bitsight once: it must see no company');
}

async function quota(target: Target): Promise<Verdict> {
  const { remaining_active_quota: left, total_active_quota: total } = await target.bitsight().users.quota();
  if (typeof left !== 'number' || typeof total !== 'number') return unknown('Bitsight does not say');
  if (total >= UNLIMITED) return well('no limit');
  const says = `${left} of ${total} accounts are left`;
  return left * 5 > total ? well(says) : wrong(says, 'see active-accounts-nearly-used in docs/runbook.md');
}

async function signIn({ config }: Target): Promise<Verdict> {
  const { signIn: how, owns } = config;
  const owned = Object.entries(owns).flatMap(([field, ours]) => (ours ? [field] : []));
  return how === 'password'
    ? well('by password')
    : unknown(
        `${how}; we write ${owned.join(', ') || 'nothing'}`,
        'what the identity provider maps at log-in must not be among it',
      );
}

/** More need not be counted. */
const MANY = 1000;

async function lanes({ store, clock }: Target): Promise<Verdict> {
  const late = await Promise.all(LANES.map((lane) => store.due(lane, clock.now() - 5 * MINUTE, MANY)));
  const waiting = late.flat().length;
  return waiting === 0
    ? well('nobody waits longer than they have to')
    : wrong(`${waiting} people are due for more than 5 minutes`, 'see sweeper-missing in docs/runbook.md');
}

async function deadLetters({ dead, config }: Target): Promise<Verdict> {
  if (!config.features.webhooks) return well('no lanes');
  const letters = await dead.take();
  await dead.giveBack(letters);
  return letters.length === 0 ? well('none') : wrong(`${letters.length} messages were given up`, 'npm run ops -- dead');
}

async function gate({ store, clock }: Target): Promise<Verdict> {
  const { stopped, stoppedOnly = [], pausedUntil = 0, armed } = await readGate(store);
  if (stopped || stoppedOnly.length > 0)
    return wrong(`stopped: ${stopped ? 'everything' : stoppedOnly.join(', ')}`, 'npm run ops -- resume');
  if (pausedUntil > clock.now())
    return unknown(`all calls are paused until ${when(pausedUntil)}`, 'wait: it ends by itself');
  const planned = ARMED_KINDS.filter((kind) => !armed[kind]);
  return planned.length === 0
    ? well('joiners, movers and leavers are armed')
    : unknown(`only planned: ${planned.join(', ')}`, `npm run ops -- plan, then arm ${planned[0] ?? ''}`);
}

async function night({ archive, clock }: Target): Promise<Verdict> {
  const date = (await publishedDates(archive)).at(-1);
  const last = date === undefined ? undefined : await readNight(archive, manifestKey(date));
  if (last === undefined) return wrong('no night yet', 'see nightly-export-missing in docs/runbook.md');
  const { finishedAt, counts } = last.manifest;
  const says = `${date}: ${counts.people} people, ${counts.tokens} tokens`;
  return clock.now() - (parseInstant(finishedAt, 'UTC') ?? 0) < 26 * HOUR
    ? well(says)
    : wrong(`${says}; none since`, 'see nightly-export-missing in docs/runbook.md');
}

async function alarms({ deployment }: Target): Promise<Verdict> {
  if (deployment === undefined) return well('none on one machine');
  const raised = await deployment.alarms();
  return raised.length === 0 ? well('none is raised') : wrong(raised.join(' '), 'the runbook has a section for each');
}

async function configuration({ deployment, configHash }: Target): Promise<Verdict> {
  const deployed = await deployment?.configHash();
  if (deployment === undefined) return well(configHash.slice(0, 12));
  if (deployed === configHash) return well(`${configHash.slice(0, 12)}, as in the file`);
  return wrong('the stack runs another one than the file', 'npm run deploy, or name the right --config');
}

export const CHECKS = {
  'API token': token,
  quota,
  groups,
  'parking group': parkingGroup,
  'sign-in': signIn,
  'secrets of sources': secrets,
  'age of keys': keyAge,
  gate,
  lanes,
  'dead letters': deadLetters,
  'last night': night,
  alarms,
  configuration,
} as const satisfies Record<string, Check>;

/** A look that fails says what it failed of: the others still tell. */
export async function look(target: AskedOnce, check: Check): Promise<Verdict> {
  try {
    return await check(target);
  } catch (error) {
    if (!isAppError(error)) throw error;
    return wrong(`${error.code}: ${error.message}`, error.traits.mend);
  }
}
