import { MAIL_HASH_KEY } from '../../lib/config/index.ts';
import { decide } from '../../lib/lifecycle/decide.ts';
import { findAccount } from '../../lib/lifecycle/find.ts';
import type { Account, Person } from '../../lib/lifecycle/ledger.ts';
import { learned, whose } from '../../lib/lifecycle/observed.ts';
import { planChange, type GroupLookup } from '../../lib/lifecycle/plan.ts';
import { groupLookup } from '../../lib/lifecycle/tenant.ts';
import { viewPerson } from '../../lib/lifecycle/view.ts';
import { recognised } from '../../lib/lifecycle/withheld.ts';
import { type Command, FLAG } from './frame/command.ts';
import { groupNames, receiptsOf } from './frame/history.ts';
import { looksOf } from './frame/looks.ts';
import { findPerson, namedAs, PERSON_HELP, titleOf } from './frame/person.ts';
import type { Target } from './frame/target.ts';
import { waitsOf } from './frame/waits.ts';
import { accountText, desiredText, planText, when } from './frame/words.ts';

export const command: Command = {
  summary: 'who somebody is, the account, what should be and why, what waits',
  usage: '<person> [--live]',
  help: `${PERSON_HELP}\nThe account is as it was seen last; --live asks Bitsight (reads only, changes nothing in the ledger).`,
  options: { live: FLAG },
  async run(target, { args: [who], options }) {
    const { clock, config } = target;
    const known = await findPerson(target, who);
    const seen = options['live'] === true ? await seenNow(target, known) : lastSeen(known);
    const { account, at, person, group, several } = seen;
    const { desired } = decide(person, config, clock.now());
    const plan = planChange(desired, account, person, config, group);
    const nameOf = groupNames(person, await receiptsOf(target.store, person));
    const toBeDone =
      several === undefined && desired.kind !== 'held'
        ? planText(plan, account, nameOf)
        : 'nothing until somebody decides';
    const waits = await waitsOf(target, known);
    const { name, email } = namedAs(person, target);
    const { employment } = viewPerson(person.facts, config, clock.now());
    const numbers = numbersOf(person);
    const none = options['live'] === true ? 'none' : 'none is known';
    const rows: [string, string][] = [
      ['person', person.pid],
      ['known as', numbers.join(', ') || 'no employee id'],
      ...(person.withheld && email === '' ? [['', 'name and address are not kept'] satisfies [string, string]] : []),
      ['employment', employment],
      ['account', several ?? (account === undefined ? none : `${account.guid}, ${accountText(account)}`)],
      ...(at === undefined ? [] : [['as seen', when(at)] satisfies [string, string]]),
      ['should be', desiredText(desired, nameOf)],
      ['to be done', toBeDone],
      ...(waits.length === 0 ? ['nothing'] : waits).map((line, index): [string, string] => [
        index === 0 ? 'waits' : '',
        line,
      ]),
    ];
    const text = rows.map(([label, value]) => `  ${label.padEnd(10)}  ${value}`).join('\n');
    return {
      text: `${titleOf({ name, email })}\n${text}`,
      data: {
        pid: person.pid,
        name,
        email,
        numbers,
        employment,
        account: account ?? null,
        at: at ?? null,
        desired,
        plan,
        waits,
      },
    };
  },
};

interface SeenPerson {
  person: Person;
  account: Account | undefined;
  at: number | undefined;
  group: GroupLookup;
  several?: string;
}

/** Without a call no group's guid is known but that of the account: any other stands there by its name. */
function lastSeen(person: Person): SeenPerson {
  const { observed } = person;
  const group: GroupLookup = (name) =>
    observed?.groupName?.toLowerCase() === name.trim().toLowerCase() ? (observed.group ?? name) : name;
  return { person, account: observed, at: observed?.at, group };
}

/** One call at a time, as much as a look of a worker takes. */
async function seenNow(target: Target, read: Person): Promise<SeenPerson> {
  const { clock, config } = target;
  const now = clock.now();
  const calls = looksOf(target);
  const mailKey = await target.secrets.current(MAIL_HASH_KEY);
  const person = (await recognised({ calls, mailKey }, read)) ?? read; // without a limit of time none is too long
  const found = await findAccount(calls, whose(person, config, now));
  const group = groupLookup((await target.bitsight().groups.list()).groups);
  const account = found.kind === 'account' ? found.account : undefined;
  const several = found.kind === 'many' ? `${found.count} accounts bear an address of this person` : undefined;
  return { person: learned(person, account, now), account, at: now, group, ...(several !== undefined && { several }) };
}

function numbersOf({ facts }: Person): string[] {
  return Object.entries(facts).flatMap(([source, { employeeId = [] }]) =>
    [...new Set(employeeId.map(({ value }) => value))].map((id) => `${source}:${id ?? ''}`),
  );
}
