import { AppError } from '../../../lib/errors.ts';
import type { LifecycleEvent } from '../../../lib/lifecycle/event.ts';
import { mailHash, readPerson, type ReadPerson } from '../../../lib/lifecycle/identity.ts';
import { getItem, type Read } from '../../../lib/lifecycle/item.ts';
import { AliasSchema, keys, type Alias, type Key, type Person } from '../../../lib/lifecycle/ledger.ts';
import { viewPerson } from '../../../lib/lifecycle/view.ts';
import { MAIL_HASH_KEY } from '../../../lib/config/index.ts';
import type { Target } from './target.ts';

export const PERSON_HELP =
  'A person is named by pid, by e-mail address (whoever holds it), or by <source>:<employee id>, as in hr:4712.';

type Places = Pick<Target, 'store' | 'secrets'>;

/**
 * Whom the operator means.
 *
 * @throws AppError PERSON_UNKNOWN, without what was typed: it may be an address.
 */
export async function findPerson(target: Places, given: string | undefined): Promise<ReadPerson> {
  if (given === undefined) throw new AppError('ARGUMENT_INVALID', 'Name the person.');
  const { says, pid } = await pidOf(target, given);
  const person = pid === undefined ? undefined : await readPerson(target.store, pid);
  if (person === undefined) throw new AppError('PERSON_UNKNOWN', `The ledger knows nobody by this ${says}.`);
  return person;
}

/** The alias of an address: found by its keyed hash, since the ledger's keys hold no address. */
export async function mailAlias({ store, secrets }: Places, address: string): Promise<Read<Alias> | undefined> {
  return readAlias(store, keys.mail(mailHash(await secrets.current(MAIL_HASH_KEY), address)));
}

const NUMBER = /^([a-z0-9-]+):(.+)$/; // an employee id may hold colons, and may be an address

async function pidOf(target: Places, given: string): Promise<{ says: string; pid: string | undefined }> {
  const [, source, number] = NUMBER.exec(given) ?? [];
  if (source !== undefined && number !== undefined)
    return { says: 'employee id', pid: (await readAlias(target.store, keys.employee(source, number)))?.pid };
  if (given.includes('@')) return { says: 'address', pid: (await mailAlias(target, given))?.pid };
  return { says: 'pid', pid: given };
}

const readAlias = (store: Places['store'], key: Key): Promise<Read<Alias> | undefined> =>
  getItem(store, key, AliasSchema);

/** How a person is called in a table: by name and address as the sources say them, else by the name on the account. */
export interface Named {
  pid: string;
  name: string;
  email: string;
}

export function namedAs(person: Person, { config, clock }: Target): Named {
  const { attributes } = viewPerson(person.facts, config, clock.now());
  const name = nameIn(attributes) || (person.observed?.formalName ?? '');
  return { pid: person.pid, name, email: attributes.email ?? person.emails.at(-1) ?? '' };
}

/** The name that a source says, as one text; empty: none. */
export function nameIn({ displayName, firstName, lastName }: LifecycleEvent['attributes']): string {
  return displayName ?? [firstName, lastName].filter(Boolean).join(' ');
}

/** As a heading: `Mara Lindt <mara.lindt@example.com>`. */
export function titleOf({ name, email }: Pick<Named, 'name' | 'email'>): string {
  return `${name === '' ? 'Without a name' : name}${email === '' ? '' : ` <${email}>`}`;
}

export async function named(target: Target, pid: string): Promise<Named> {
  const person = await readPerson(target.store, pid);
  return person === undefined ? { pid, name: '', email: '' } : namedAs(person, target);
}
