import { AppError } from '../../lib/errors.ts';
import { decide } from '../../lib/lifecycle/decide.ts';
import { ATTRIBUTES } from '../../lib/lifecycle/event.ts';
import { changePerson } from '../../lib/lifecycle/identity.ts';
import { changeItem } from '../../lib/lifecycle/item.ts';
import { PlannedSchema, ReceiptSchema, type Key, type Person } from '../../lib/lifecycle/ledger.ts';
import { planChange } from '../../lib/lifecycle/plan.ts';
import { impersonal } from '../../lib/lifecycle/receipts.ts';
import type { Command } from './frame/command.ts';
import { writeDecision } from './frame/decision.ts';
import { historyOf } from './frame/history.ts';
import { findPerson, namedAs, PERSON_HELP, titleOf } from './frame/person.ts';
import type { Target } from './frame/target.ts';
import { waitsOf } from './frame/waits.ts';

export const command: Command = {
  summary: 'removes names, addresses and attributes of one person; what proof needs stays, without the name',
  usage: '<person>',
  help: `${PERSON_HELP}\nRefused while anything is open, or an account is there that is not yet what the configuration leaves of it.`,
  async run(target, given) {
    const known = await findPerson(target, given.args[0]);
    const { pid } = known;
    await refuse(target, known);
    const { receipts, plans } = await historyOf(target, known);
    const shown = `${titleOf(namedAs(known, target))}, ${pid}, on ${target.name}: names, addresses and attributes are removed from the person, ${receipts.length} receipts and ${plans.length} plans. They do not come back.`;
    await given.confirm(shown, 'forget');
    await changePerson(target.store, pid, (person) => {
      refuseOpen(person, target);
      return forgotten(person, target.clock.now());
    });
    for (const { pk, sk } of receipts) await withoutNames(target, { pk, sk });
    for (const { pk, sk } of plans) await planWithoutNames(target, { pk, sk });
    await writeDecision(target, given, 'forget', { pid, receipts: receipts.length, plans: plans.length });
    return {
      text: `${pid} is forgotten. ${receipts.length} receipts still prove what was done, without a name.`,
      data: { pid, receipts: receipts.length, plans: plans.length },
    };
  },
};

async function refuse(target: Target, person: Person): Promise<void> {
  const waits = await waitsOf(target, person);
  if (waits.length > 0) throw new AppError('PERSON_BUSY', `Not yet: ${waits.join('; ')}.`);
  refuseOpen(person, target);
}

/** Whoever is forgotten is not looked for any more: nothing may be left to be done, in Bitsight or here. */
function refuseOpen(person: Person, { config, clock }: Target): void {
  const { op, held, tries, open, outbox, wakeAt, posted, guid, observed } = person;
  if ([op, held, tries, wakeAt, posted].some((one) => one !== undefined) || open.length + outbox.length > 0)
    throw new AppError('PERSON_BUSY', 'Something is open.');
  if (guid === undefined) return;
  const { desired } = decide(person, config, clock.now());
  const plan = planChange(desired, observed, person, config, (name) =>
    observed?.groupName?.toLowerCase() === name.toLowerCase() ? (observed.group ?? undefined) : undefined,
  );
  if (desired.kind !== 'gone' || plan.kind !== 'nothing')
    throw new AppError('PERSON_BUSY', 'The account is still there, and is not what offboarding leaves of it.');
}

/** Employee id and employment stay, and so do the aliases: whoever comes under the same number or address is still recognised. */
function forgotten(person: Person, now: number): Person {
  const { left: _left, withheld: _withheld, observed, facts, ...rest } = person;
  const names: readonly string[] = ATTRIBUTES;
  const kept = Object.entries(facts).map(([source, known]) => [
    source,
    Object.fromEntries(Object.entries(known).filter(([name]) => !names.includes(name))),
  ]);
  return {
    ...rest,
    facts: Object.fromEntries(kept),
    factsV: person.factsV + 1,
    emails: [],
    cleared: now,
    ...(observed && { observed: { ...observed, email: '', formalName: null, friendlyName: null, lastLogin: null } }),
  };
}

/** The one change that a receipt ever sees: all but the map of names and addresses stays as it was written. */
async function withoutNames({ store }: Target, key: Key): Promise<void> {
  await changeItem(store, key, ReceiptSchema, (receipt) => {
    if (receipt?.personal === undefined) return undefined;
    const { personal: _personal, ...rest } = receipt;
    return rest;
  });
}

async function planWithoutNames({ store }: Target, key: Key): Promise<void> {
  await changeItem(store, key, PlannedSchema, (planned) => {
    if (planned === undefined) return undefined;
    const { kind, wanted, request, before } = planned.plan;
    const bare = { email: '', formalName: null, friendlyName: null, lastLogin: null };
    return {
      ...planned,
      plan: {
        kind,
        wanted: impersonal(wanted),
        request: impersonal(request),
        ...(before && { before: { ...before, ...bare } }),
      },
    };
  });
}
