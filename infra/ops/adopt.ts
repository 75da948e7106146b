import { MAIL_HASH_KEY } from '../../lib/config/index.ts';
import { normaliseEmail } from '../../lib/email.ts';
import { AppError } from '../../lib/errors.ts';
import { accountOf } from '../../lib/lifecycle/account.ts';
import { adoptAccount, type Adopted } from '../../lib/lifecycle/adopt.ts';
import type { Account } from '../../lib/lifecycle/ledger.ts';
import { matchAccounts, type Decided, type Match } from '../../lib/lifecycle/match.ts';
import { recordPopulation } from '../../lib/lifecycle/population.ts';
import { adoptionText, numbersOf } from './frame/adoption.ts';
import { type Command, type Given, type Report, TEXT } from './frame/command.ts';
import { writeDecision } from './frame/decision.ts';
import { employeesOfRoster, employeesOfSource, knownGuids } from './frame/employees.ts';
import type { Target } from './frame/target.ts';

const HELP = `Reads every account (GET only), finds whose it is, asks, and writes the ledger alone. An adopted account keeps role
and group until a person decides otherwise; whoever leaves is offboarded like anybody. Run it again whenever you like.

  --roster <file>   the people who work for you, CSV or JSON; docs/sources/roster.md
  --from <source>   instead: the people of whom this source has told already
  --source <id>     whose employee ids the file has, where the configuration has more than one roster
  --match <a>=<b>   the account with address a is that of the person with address b; several with commas`;

export const command: Command = {
  summary:
    'matches the accounts of Bitsight to people, asks, and takes them on as they are; the ledger alone is written',
  usage: '--roster <file> | --from <source>',
  help: HELP,
  options: { roster: TEXT, from: TEXT, source: TEXT, match: TEXT },
  async run(target, given) {
    const accounts = await everyAccount(target);
    const decided = decidedIn(given.options['match']);
    const { employees, source, from } = await employeesFor(target, given.options, [
      ...accounts,
      ...[...decided.values()].map((email) => ({ email })),
    ]);
    const nobodys = [...decided.values()].findIndex((email) => !employees.some(({ emails }) => emails.includes(email)));
    if (nobodys >= 0)
      throw new AppError(
        'ARGUMENT_INVALID',
        `--match: on the right of pair ${nobodys + 1} is an address of nobody on the list.`,
      );
    const matches = matchAccounts(accounts, employees, await knownGuids(target.store), decided);
    const text = adoptionText(matches, employees, from, target);
    if (toAdopt(matches).length === 0)
      return { text: `${text}\n\nNothing to adopt.`, data: dataOf(matches), attention: needsDecision(matches) };
    await given.confirm(text, 'adopt');
    return adopt(target, given, matches, source, from);
  },
};

/** People and company API tokens, proven complete. */
async function everyAccount(target: Target): Promise<Account[]> {
  const read = await target.bitsight().users.readEveryone(async (pages) => (await Array.fromAsync(pages)).flat());
  return read.value.map(accountOf);
}

const toAdopt = (matches: readonly Match[]): Match[] =>
  matches.filter(({ kind }) => kind === 'matched' || kind === 'left');
const needsDecision = (matches: readonly Match[]): boolean =>
  matches.some(({ kind }) => kind === 'unclear' || kind === 'other-address' || kind === 'stranger');

/** `borne`: addresses that accounts bear or a person named, by which those are known again whose own are kept as hashes alone. */
async function employeesFor(
  target: Target,
  { roster, from, source }: Given['options'],
  borne: readonly { email: string }[],
) {
  if (typeof roster === 'string' && from === undefined)
    return employeesOfRoster(target, roster, typeof source === 'string' ? source : undefined);
  if (typeof from === 'string' && roster === undefined)
    return { employees: await employeesOfSource(target, from, borne), source: from, from: `the source ${from}` };
  throw new AppError('ARGUMENT_INVALID', 'Say who works for you: --roster <file>, or --from <source>.');
}

/** @throws AppError ARGUMENT_INVALID */
function decidedIn(text: Given['options'][string]): Decided {
  const pairs = typeof text === 'string' ? text.split(',').map((pair) => pair.split('=').map(normaliseEmail)) : [];
  return new Map(
    pairs.map(([account, employee, ...more]) => {
      if (account && employee && more.length === 0) return [account, employee];
      throw new AppError('ARGUMENT_INVALID', '--match: <address of the account>=<address of the person>.');
    }),
  );
}

async function adopt(
  target: Target,
  given: Given,
  matches: readonly Match[],
  source: string | undefined,
  from: string,
): Promise<Report> {
  const { store, ids, secrets, clock, configHash } = target;
  const mailKey = await secrets.current(MAIL_HASH_KEY);
  const counts: Record<Adopted, number> = { adopted: 0, known: 0, busy: 0, another: 0 };
  for (const { account, employees } of toAdopt(matches)) {
    const [employee] = employees;
    const deps = { store, ids, mailKey, now: clock.now(), clock, configHash };
    if (employee !== undefined) counts[await adoptAccount(deps, account, employee, source)] += 1;
  }
  const people = matches.filter(({ kind }) => kind !== 'token').length;
  await recordPopulation(store, { people, from: 'adopted', at: clock.now() });
  await writeDecision(target, given, 'adopt', { from, ...numbersOf(matches), ...counts });
  const open = counts.busy + counts.another;
  return {
    text: [
      `${counts.adopted} accounts are adopted; drift counts from now on. Nothing was changed in Bitsight.`,
      ...(counts.busy > 0 ? [`${counts.busy} are being worked on; run this again.`] : []),
      ...nextOf(given.options['roster'], matches),
      ...(counts.another > 0 ? [`${counts.another} have an address that the ledger knows of somebody else.`] : []),
    ].join('\n'),
    data: { ...dataOf(matches), result: counts },
    attention: open > 0 || needsDecision(matches),
  };
}

/** Nobody was told anything yet, of those either who have left. */
function nextOf(roster: Given['options'][string], matches: readonly Match[]): string[] {
  const left = matches.filter(({ kind }) => kind === 'left').length;
  if (typeof roster !== 'string') return [];
  const option = left > 0 ? ' --named-leavers' : '';
  const why = left > 0 ? ` Only with the option are the ${left} told of who have left.` : '';
  return [`Next: npm run ops -- roster ${roster}${option}, where files are your source.${why}`];
}

const dataOf = (matches: readonly Match[]) => ({ numbers: numbersOf(matches), accounts: matches });
