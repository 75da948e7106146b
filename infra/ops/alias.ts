import { MAIL_HASH_KEY } from '../../lib/config/index.ts';
import { normaliseEmail } from '../../lib/email.ts';
import { AppError } from '../../lib/errors.ts';
import { searchAccount } from '../../lib/lifecycle/find.ts';
import { changePerson, mailHash, readPerson } from '../../lib/lifecycle/identity.ts';
import { changeItem } from '../../lib/lifecycle/item.ts';
import { AliasSchema, type Account, type Alias, type Person } from '../../lib/lifecycle/ledger.ts';
import { viewPerson } from '../../lib/lifecycle/view.ts';
import type { Command, Given } from './frame/command.ts';
import { writeDecision } from './frame/decision.ts';
import { looksOf } from './frame/looks.ts';
import { findPerson, mailAlias, namedAs } from './frame/person.ts';
import type { Target } from './frame/target.ts';
import { accountText } from './frame/words.ts';

export const command: Command = {
  summary: 'gives an address that somebody had before to whom it belongs now, and wakes them',
  usage: 'free <person> <address>',
  help: 'The person is who waits for the address (held: EMAIL_REUSED), by pid or <source>:<employee id>.\nRefused while an account of the former holder bears the address.',
  async run(target, given) {
    const [verb, who, address] = given.args;
    if (verb !== 'free' || address === undefined)
      throw new AppError('ARGUMENT_INVALID', 'alias free <person> <address>.');
    const newcomer = await findPerson(target, who);
    refuseStranger(target, newcomer, address);
    const alias = await mailAlias(target, address);
    if (alias === undefined) throw new AppError('PERSON_UNKNOWN', 'Nobody has had this address.');
    if (newcomer.emails.includes(normaliseEmail(address)))
      throw new AppError('ARGUMENT_INVALID', 'The address is theirs already; name whoever waits for it.');
    const former = alias.pid === newcomer.pid ? undefined : await readPerson(target.store, alias.pid);
    const account = await refuseInUse(target, former, address);
    await given.confirm(question(target, former, newcomer, account), 'free');
    if (former !== undefined) await takeFrom(target, former, normaliseEmail(address));
    await claim(target, alias, newcomer);
    await wake(target, given, newcomer, former);
    const text = 'The address is theirs now; they are looked at anew. npm run ops -- show tells what became of it.';
    return { text, data: { pid: newcomer.pid, former: former?.pid ?? null } };
  },
};

function refuseStranger({ config, clock }: Target, { facts }: Person, address: string): void {
  const { email } = viewPerson(facts, config, clock.now()).attributes;
  if (typeof email === 'string' && normaliseEmail(email) === normaliseEmail(address)) return;
  throw new AppError('ARGUMENT_INVALID', 'No source says that this person has the address.');
}

/** The account that bears the address and is not the former holder's, as far as the ledger knows. */
async function refuseInUse(target: Target, former: Person | undefined, address: string): Promise<Account | undefined> {
  if (former?.op !== undefined || former?.posted !== undefined)
    throw new AppError('PERSON_BUSY', 'A change of the former holder is under way.');
  const found = await searchAccount(looksOf(target), [normaliseEmail(address)], true);
  if (found.kind === 'many') throw new AppError('ADDRESS_IN_USE', 'Several accounts bear the address.');
  if (found.kind === 'account' && found.account.guid === former?.guid)
    throw new AppError('ADDRESS_IN_USE', 'The account of the former holder bears the address.');
  return found.kind === 'account' ? found.account : undefined;
}

function question(target: Target, former: Person | undefined, newcomer: Person, account: Account | undefined): string {
  const nameOf = (person: Person): string => `${namedAs(person, target).name || 'without a name'}, ${person.pid}`;
  const bears =
    account === undefined
      ? 'No account bears it.'
      : `An account bears it: ${accountText(account)}. It becomes the new holder's.`;
  return `The address goes on ${target.name}\n  from  ${former === undefined ? 'nobody' : nameOf(former)}\n  to    ${nameOf(newcomer)}\n${bears}`;
}

/** First of all: nobody may be searched by an address that is somebody else's. Given again, the command goes on from there. */
async function takeFrom({ store, clock, secrets }: Target, { pid }: Person, address: string): Promise<void> {
  const hash = mailHash(await secrets.current(MAIL_HASH_KEY), address);
  const without = (emails: readonly string[]): string[] => emails.filter((one) => one !== address);
  await changePerson(store, pid, (person) => {
    if (person.op !== undefined) throw new AppError('PERSON_BUSY', 'A change of the former holder is under way.');
    const { withheld } = person;
    const mail = withheld?.mail.filter((one) => one !== hash) ?? [];
    if (!person.emails.includes(address) && mail.length === (withheld?.mail.length ?? 0)) return undefined;
    const left = person.left && { left: without(person.left) };
    return {
      ...person,
      ...left,
      ...(withheld && { withheld: { ...withheld, mail } }),
      emails: without(person.emails),
      cleared: clock.now(),
      factsV: person.factsV + 1,
    };
  });
}

async function claim({ store, clock }: Target, { pk, sk }: Alias, { pid }: Person): Promise<void> {
  const now = clock.now();
  await changeItem(store, { pk, sk }, AliasSchema, (latest) =>
    latest === undefined || latest.pid === pid ? undefined : { ...latest, freedAt: now },
  );
  const claimed = await changeItem(store, { pk, sk }, AliasSchema, (latest) =>
    latest?.freedAt === undefined ? undefined : { pk, sk, schema: 1 as const, pid, since: now },
  );
  if (claimed?.pid !== pid) throw new AppError('ADDRESS_IN_USE', 'Somebody else was given the address in this moment.');
}

/** An open event of its own, as an approved batch has: what it led to is told, and stands in the receipt. */
async function wake(target: Target, given: Given, { pid }: Person, former: Person | undefined): Promise<void> {
  const { store, clock, ids, lanes } = target;
  const now = clock.now();
  const id = ids.next();
  const address = normaliseEmail(given.args[2] ?? '');
  const open = {
    event: `alias:${id}`,
    received: id,
    source: 'operator',
    kind: 'mover' as const,
    said: now,
    from: now,
    at: now,
  };
  await changePerson(store, pid, (person) => ({
    ...person,
    emails: [...new Set([...person.emails, address])],
    factsV: person.factsV + 1,
    open: [...person.open, open],
    wakeAt: now,
  }));
  await writeDecision(target, given, 'alias free', { pid, former: former?.pid, event: open.event });
  await lanes.send('normal', [{ schema: 1, type: 'wake', pid }]);
}
