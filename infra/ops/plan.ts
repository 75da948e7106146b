import { MAIL_HASH_KEY } from '../../lib/config/index.ts';
import { normaliseEmail } from '../../lib/email.ts';
import { accountOf } from '../../lib/lifecycle/account.ts';
import { KIND_OF } from '../../lib/lifecycle/armed.ts';
import { decisionOver } from '../../lib/lifecycle/batch.ts';
import { ARMED_KINDS } from '../../lib/lifecycle/event.ts';
import { decide } from '../../lib/lifecycle/decide.ts';
import { everybody } from '../../lib/lifecycle/identity.ts';
import type { Account, Person } from '../../lib/lifecycle/ledger.ts';
import { learned } from '../../lib/lifecycle/observed.ts';
import { planHash } from '../../lib/lifecycle/plan-record.ts';
import { planChange, type GroupLookup } from '../../lib/lifecycle/plan.ts';
import { groupLookup } from '../../lib/lifecycle/tenant.ts';
import { addressesByHash, recognise } from '../../lib/lifecycle/withheld.ts';
import { type Command, FLAG } from './frame/command.ts';
import { namedAs } from './frame/person.ts';
import { plansTable, waitingPlans, type Waiting } from './frame/plans.ts';
import type { Target } from './frame/target.ts';

export const command: Command = {
  summary: 'what waits to be armed; with --all: what would change if everybody were looked at now',
  usage: '[--all]',
  help: '--all reads every account of Bitsight (GET only) and asks the facts and the policy of today; nothing is changed.',
  options: { all: FLAG },
  async run(target, { options }) {
    const all = options['all'] === true ? await planEverybody(target) : undefined;
    const waiting = all?.changes ?? (await waitingPlans(target));
    const none = all === undefined ? 'No plan waits.' : 'Nothing would change.';
    const nameless = all?.nameless ?? 0;
    const unknown =
      nameless === 0 ? '' : `\n${nameless} whose names are not kept would be asked about at their HR system first.`;
    const text =
      waiting.length === 0
        ? none
        : `${plansTable(target, waiting)}\n\n${countsText(waiting)}${all === undefined ? NEXT : ''}`;
    return {
      text: text + unknown,
      data: waiting,
      attention: waiting.some(({ rejected }) => rejected === undefined),
    };
  },
};

const NEXT = ' npm run ops -- arm <kind> has a kind carried out.';

/** As in `12 leavers, 1 movers.` */
function countsText(waiting: readonly Waiting[]): string {
  const open = waiting.filter(({ rejected }) => rejected === undefined);
  const counts = ARMED_KINDS.map((kind) => ({ kind, n: open.filter((one) => one.kind === kind).length }));
  const pending = counts.filter(({ n }) => n > 0).map(({ kind, n }) => `${kind}: ${n}`);
  const left = waiting.length - open.length;
  const rejected = `${left} were rejected with their batch: nothing is done to them until that decision is over.`;
  return [...(pending.length === 0 ? [] : [`${pending.join(', ')}.`]), ...(left === 0 ? [] : [rejected])].join(' ');
}

/** Everybody of the ledger, held against every account there is. */
async function planEverybody(target: Target): Promise<{ changes: Waiting[]; nameless: number }> {
  const { users, groups } = target.bitsight();
  const accounts = (await users.listComplete()).map(accountOf);
  const lookup = groupLookup((await groups.list()).groups);
  const borne = addressesByHash(accounts, await target.secrets.current(MAIL_HASH_KEY));
  const changes: Waiting[] = [];
  let nameless = 0;
  for await (const person of everybody(target.store)) {
    changes.push(...(await planOne(target, recognise(person, borne), accounts, lookup)));
    const { desired } = decide(person, target.config, target.clock.now());
    if (person.withheld !== undefined && desired.kind === 'held' && desired.code === 'MISSING') nameless += 1;
  }
  return { changes: changes.sort((a, b) => (a.email < b.email ? -1 : 1)), nameless };
}

async function planOne(
  target: Target,
  person: Person,
  accounts: readonly Account[],
  lookup: GroupLookup,
): Promise<Waiting[]> {
  const { config, clock, store } = target;
  const now = clock.now();
  const theirs = accounts.filter(
    ({ guid, email }) =>
      guid === person.guid || (person.guid === undefined && person.emails.includes(normaliseEmail(email))),
  );
  if (theirs.length > 1) return [];
  const known = learned(person, theirs[0], now);
  const plan = planChange(decide(known, config, now).desired, theirs[0], known, config, lookup);
  if (plan.kind === 'nothing' || plan.kind === 'held') return [];
  const { kind, wanted, request, why } = plan;
  const before = theirs[0] === undefined ? {} : { before: theirs[0] };
  const planned = {
    pk: '',
    sk: '',
    schema: 1 as const,
    pid: person.pid,
    plan: { kind, wanted, request: { ...request }, ...before },
    why,
    at: now,
  };
  const batch = person.held?.batch;
  const member = { pid: person.pid, planHash: planHash(plan, theirs[0]) };
  const isRejected = (await decisionOver(store, batch, member, now)) === 'rejected';
  return [{ ...namedAs(person, target), kind: KIND_OF[kind], planned, ...(isRejected && { rejected: batch }) }];
}
