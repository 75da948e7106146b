import { normalise, type Account } from '../../../infra/local/bitsight-simulator/account.ts';
import { groupName } from '../../../infra/local/bitsight-simulator/population.ts';
import type { SimulatorCore } from '../../../infra/local/bitsight-simulator/simulator.ts';
import type { CallRecord } from '../../../infra/local/bitsight-simulator/record.ts';
import type { Person } from '../../../lib/lifecycle/ledger.ts';
import type { Ledger } from './judge-ledger.ts';
import type { Story } from './deliveries.ts';
import type { Life } from './lives.ts';
import { expected, type Expected } from './model.ts';

/** Whose account in the end is not what the model says of their events, but for those that are left to a person. */
export function wrongAccounts(core: SimulatorCore, { lives, sayings }: Story, { people }: Ledger): string[] {
  return lives.flatMap((life) => {
    const wanted = expected(sayings.get(life.person) ?? [], life.before);
    const accounts = life.emails.flatMap((email) => core.usersWith(email));
    const [shown, should] = [accounts.map(textOf).join(' and ') || 'none', wantedText(wanted, life, core)];
    if (shown === should || accounts.some(({ guid }) => isLeftToAPerson(guid, core.record, people))) return [];
    return [`${life.kind} ${life.person} has ${shown}, should have ${should}`];
  });
}

/** Bitsight said yes twice and did not do it: that is shown to a person and not tried for ever. */
function isLeftToAPerson(guid: string, { calls }: CallRecord, people: readonly Person[]): boolean {
  const ignored = calls.filter(({ path, end }) => path.endsWith(guid) && end?.faults.includes('ignore-field'));
  return ignored.length > 1 && people.some((one) => one.guid === guid && one.held?.code === 'READBACK_DIFFERS');
}

function wantedText(wanted: Expected, { before }: Life, core: SimulatorCore): string {
  if (wanted.kind === 'none') return 'none';
  if (wanted.kind === 'account') {
    const { grant, email, formalName, friendlyName } = wanted;
    return [email, formalName, friendlyName, grant.role, grant.group, grant.wfh, grant.contact].join(', ');
  }
  const made = core.record.effects.find(({ change, actor }) => actor === 'ui' && change.after?.email === before);
  return made?.change.after ? textOf(made.change.after) : 'what was there before';
}

function textOf({
  email,
  formal_name,
  friendly_name,
  roles,
  group,
  features,
  is_available_for_contact,
}: Account): string {
  const wfh = features.some(({ slug, value }) => slug === 'wfh-ro' && value === true);
  const access = [roles.join('+'), groupName(group), wfh, is_available_for_contact];
  return [normalise(email), formal_name, friendly_name, ...access].join(', ');
}

/** Moments at which a person, under whatever address, had more than one account. */
export function doubles(core: SimulatorCore, { lives }: Story): string[] {
  const owner = new Map(lives.flatMap(({ person, emails }) => emails.map((email) => [email, person] as const)));
  const held = new Map<number, Set<string>>();
  const found: string[] = [];
  for (const { at, change } of core.record.effects) {
    const guid = (change.after ?? change.before)?.guid ?? '';
    const person = owner.get(normalise((change.after ?? change.before)?.email ?? ''));
    if (person === undefined) continue;
    const guids = held.get(person) ?? new Set();
    if (change.after === null) guids.delete(guid);
    else guids.add(guid);
    held.set(person, guids);
    if (guids.size > 1) found.push(`person ${person} had ${guids.size} accounts at ${at}`);
  }
  return [...found, ...core.record.coexisted().map(({ email, at }) => `${email} was held twice at ${at}`)];
}
