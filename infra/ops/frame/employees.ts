import { basename } from 'node:path';
import { MAIL_HASH_KEY, rosterSources, SourceSchema } from '../../../lib/config/index.ts';
import { normaliseEmail } from '../../../lib/email.ts';
import { AppError } from '../../../lib/errors.ts';
import { everybody } from '../../../lib/lifecycle/identity.ts';
import type { Person } from '../../../lib/lifecycle/ledger.ts';
import type { Employee } from '../../../lib/lifecycle/match.ts';
import { viewPerson } from '../../../lib/lifecycle/view.ts';
import { addressesByHash, recognise } from '../../../lib/lifecycle/withheld.ts';
import { readPeople } from '../../../lib/roster/people.ts';
import type { Employee as Listed } from '../../../lib/roster/statement.ts';
import { readTable } from '../../../lib/roster/table.ts';
import { readBytes } from './file.ts';
import { namedAs, nameIn } from './person.ts';
import type { Target } from './target.ts';

/** Guids of the accounts that the ledger has. */
export async function knownGuids(store: Target['store']): Promise<Set<string>> {
  const guids = new Set<string>();
  for await (const { guid } of everybody(store)) if (guid !== undefined) guids.add(guid);
  return guids;
}

/** The people in a file, and whose numbers it has: those of the configuration's one roster unless another is named. */
export async function employeesOfRoster(target: Target, path: string, wanted: string | undefined) {
  const rosters = rosterSources(target.config.sources);
  const found =
    wanted === undefined ? rosters.slice(0, rosters.length === 1 ? 1 : 0) : rosters.filter(([id]) => id === wanted);
  const [source, settings = SourceSchema.parse({ kind: 'roster' })] = found[0] ?? [];
  if (settings.kind !== 'roster' || (wanted !== undefined && source === undefined))
    throw new AppError(
      'ARGUMENT_INVALID',
      `--source: no roster is called ${JSON.stringify(wanted)} in the configuration.`,
    );
  const { employed, ended } = readPeople(readTable(await readBytes(path, '--roster ')), settings, target.clock.now());
  const numbers = source === undefined ? new Map<string, Person>() : await peopleByNumber(target.store, source);
  const employees = [
    ...employed.map((one) => listed(one, true, numbers)),
    ...ended.map((one) => listed(one, false, numbers)),
  ];
  return { employees, source, from: basename(path) };
}

/** By number the ledger may know an earlier address, and the account itself. */
function listed({ employeeId, attributes }: Listed, employed: boolean, numbers: ReadonlyMap<string, Person>): Employee {
  const person = employeeId === undefined ? undefined : numbers.get(employeeId);
  const emails = [...(attributes.email ? [normaliseEmail(attributes.email)] : []), ...(person?.emails ?? [])];
  return {
    name: nameIn(attributes),
    employed,
    emails: [...new Set(emails)],
    ...(employeeId !== undefined && { employeeId }),
    ...(person !== undefined && { pid: person.pid }),
    ...(person?.guid !== undefined && { guid: person.guid }),
  };
}

/** The people of whom a source has told the ledger. */
export async function employeesOfSource(
  target: Target,
  source: string,
  addresses: readonly { email: string }[],
): Promise<Employee[]> {
  const employees: Employee[] = [];
  const borne = addressesByHash(addresses, await target.secrets.current(MAIL_HASH_KEY));
  for await (const read of everybody(target.store)) {
    const person = recognise(read, borne);
    const facts = person.facts[source];
    if (facts === undefined) continue;
    const { employment } = viewPerson(person.facts, target.config, target.clock.now());
    const employeeId = facts.employeeId?.at(-1)?.value ?? undefined;
    employees.push({
      pid: person.pid,
      name: namedAs(person, target).name,
      emails: person.emails.toReversed(),
      employed: employment !== 'ended',
      ...(employeeId !== undefined && { employeeId }),
      ...(person.guid !== undefined && { guid: person.guid }),
    });
  }
  if (employees.length === 0)
    throw new AppError('ARGUMENT_INVALID', `--from: the source ${JSON.stringify(source)} has not told of anybody yet.`);
  return employees;
}

async function peopleByNumber(store: Target['store'], source: string): Promise<Map<string, Person>> {
  const numbers = new Map<string, Person>();
  for await (const person of everybody(store))
    for (const { value } of person.facts[source]?.employeeId ?? []) if (value !== null) numbers.set(value, person);
  return numbers;
}
