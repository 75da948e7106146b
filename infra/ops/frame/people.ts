import { readPerson } from '../../../lib/lifecycle/identity.ts';
import type { Person } from '../../../lib/lifecycle/ledger.ts';
import { viewPerson } from '../../../lib/lifecycle/view.ts';
import type { Target } from './target.ts';

/** How a person is called in a table: by name and address as the sources say them, else by the name on the account. */
export interface Named {
  pid: string;
  name: string;
  email: string;
}

export function namedAs(person: Person, { config, clock }: Target): Named {
  const { attributes } = viewPerson(person.facts, config, clock.now());
  const { displayName, firstName, lastName, email } = attributes;
  const said = displayName ?? [firstName, lastName].filter(Boolean).join(' ');
  return {
    pid: person.pid,
    name: said || (person.observed?.formalName ?? ''),
    email: email ?? person.emails.at(-1) ?? '',
  };
}

/** As a heading: `Mara Lindt <mara.lindt@example.com>`. */
export function titleOf({ name, email }: Pick<Named, 'name' | 'email'>): string {
  return `${name === '' ? 'Without a name' : name}${email === '' ? '' : ` <${email}>`}`;
}

export async function named(target: Target, pid: string): Promise<Named> {
  const person = await readPerson(target.store, pid);
  return person === undefined ? { pid, name: '', email: '' } : namedAs(person, target);
}
