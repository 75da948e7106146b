import type { Config } from '../config/schema.ts';
import { normaliseEmail } from '../email.ts';
import { hasGrace, type Desired } from './decide.ts';
import type { Whose } from './find.ts';
import { isForLeave } from './leave.ts';
import type { Account, Operation, Person } from './ledger.ts';
import { viewPerson } from './view.ts';

/**
 * What the ledger knows of a person's account after a look or a proof. Of an account that is gone nothing stays; one
 * that we did not make, nor may have made, was there before us.
 */
export function learned<P extends Person>(person: P, account: Account | undefined, now: number): P {
  const { guid, observed: _observed, adopted, posted, restrictedAt, beforeLeave, ...rest } = person;
  if (account === undefined) return rest as P; // -- only optional fields are gone
  const known = guid === account.guid;
  const foreign = known ? adopted : posted === undefined ? { guid: account.guid, at: now } : undefined;
  return {
    ...rest,
    left: leftFor(person, account),
    guid: account.guid,
    observed: { ...account, at: now },
    ...(foreign !== undefined && { adopted: foreign }),
    ...(known && restrictedAt !== undefined && { restrictedAt }),
    ...(known && beforeLeave !== undefined && { beforeLeave }),
  } as P; // -- as above
}

/**
 * After a change that was read back. Whom we restricted, or whose account we made, is judged by the rules from now on;
 * but a leave of absence ends as it began. What a person decides over an adopted account ends its adoption.
 */
export function proven(
  person: Person,
  op: Pick<Operation, 'kind' | 'why'>,
  after: Account | undefined,
  config: Config,
  now: number,
): Person {
  const { adopted, beforeLeave, posted: _posted, restrictedAt: _restrictedAt, ...rest } = person;
  if (after === undefined) return { ...learned(rest, undefined, now), left: leftFor(person, undefined) };
  const onLeave = isForLeave(op);
  const staysAdopted = adopted !== undefined && (onLeave || (op.kind === 'update' && op.why !== 'DECIDED'));
  const ours = {
    ...rest,
    guid: after.guid,
    ...(staysAdopted && { adopted }),
    ...(onLeave && beforeLeave !== undefined && { beforeLeave }),
  };
  const inGrace = op.kind === 'restrict' && hasGrace(op.why, config);
  return { ...learned(ours, after, now), ...(inGrace && { restrictedAt: now }) };
}

/** Nothing had to be changed: an account that already is as restricted as it will be starts its grace all the same. */
export function agreed<P extends Person>(person: P, desired: Desired, config: Config, now: number): P {
  const { restrictedAt, adopted, beforeLeave: _beforeLeave, ...rest } = person;
  if (desired.kind === 'gone' && desired.why === 'ON_LEAVE') return withoutGrace(person);
  const isDecided = desired.kind === 'account' && desired.decided;
  if (desired.kind !== 'gone') return { ...rest, ...(adopted !== undefined && !isDecided && { adopted }) } as P; // -- as above
  if (desired.step !== 'restrict' || person.guid === undefined) return person;
  return { ...rest, ...(hasGrace(desired.why, config) && { restrictedAt: restrictedAt ?? now }) } as P; // -- as above
}

function withoutGrace<P extends Person>({ restrictedAt: _restrictedAt, ...rest }: P): P {
  return rest as P; // -- as above
}

/** The account stands under another address, or is gone: whoever bears one of these from now on is somebody else. */
export function leftFor({ emails }: Pick<Person, 'emails'>, account: Account | undefined): string[] {
  const present = account === undefined ? undefined : normaliseEmail(account.email);
  return emails.filter((email) => email !== present);
}

/** By what to search a person's account: all their addresses but those that were left, unless one is taken up again. */
export function whose(person: Person, config: Config, now: number): Whose {
  const { email } = viewPerson(person.facts, config, now).attributes;
  const decided = typeof email === 'string' ? normaliseEmail(email) : undefined;
  const emails = person.emails.filter((one) => one === decided || person.left?.includes(one) !== true);
  return { emails, ...(person.guid !== undefined && { guid: person.guid }) };
}
