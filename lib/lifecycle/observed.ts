import type { Config } from '../config/schema.ts';
import { normaliseEmail } from '../email.ts';
import { hasGrace, type Desired } from './decide.ts';
import { heldAt } from './facts.ts';
import type { Account, Facts, Operation, Person } from './ledger.ts';

/**
 * What the ledger knows of a person's account after a look or a proof. Of an account that is gone nothing stays; one
 * that we did not make, nor may have made, was there before us.
 */
export function learned<P extends Person>(person: P, account: Account | undefined, now: number): P {
  const { guid, observed: _observed, adopted, posted, restrictedAt, ...rest } = person;
  if (account === undefined) return rest as P; // -- only optional fields are gone
  const known = guid === account.guid;
  const foreign = known ? adopted : posted === undefined ? { guid: account.guid, at: now } : undefined;
  return {
    ...rest,
    emails: person.emails.filter((email) => !isFormer(person, email, account, now)),
    guid: account.guid,
    observed: { ...account, at: now },
    ...(foreign !== undefined && { adopted: foreign }),
    ...(known && restrictedAt !== undefined && { restrictedAt }),
  } as P; // -- as above
}

/** After a change that was read back. Whom we restricted, or whose account we made, is judged by the rules from now on. */
export function proven(
  person: Person,
  op: Pick<Operation, 'kind' | 'why'>,
  after: Account | undefined,
  config: Config,
  now: number,
): Person {
  const { adopted, posted: _posted, restrictedAt: _restrictedAt, ...rest } = person;
  if (after === undefined)
    return learned(
      { ...rest, emails: rest.emails.filter((email) => !isFormer(rest, email, undefined, now)) },
      undefined,
      now,
    );
  const ours = { ...rest, guid: after.guid, ...(op.kind === 'update' && adopted !== undefined && { adopted }) };
  const inGrace = op.kind === 'restrict' && hasGrace(op.why, config);
  return { ...learned(ours, after, now), ...(inGrace && { restrictedAt: now }) };
}

/** Nothing had to be changed: an account that already is as restricted as it will be starts its grace all the same. */
export function agreed<P extends Person>(person: P, desired: Desired, config: Config, now: number): P {
  const { restrictedAt, adopted, ...rest } = person;
  if (desired.kind !== 'gone') return { ...rest, ...(adopted !== undefined && { adopted }) } as P; // -- as above
  if (desired.step !== 'restrict' || person.guid === undefined) return person;
  return { ...rest, ...(hasGrace(desired.why, config) && { restrictedAt: restrictedAt ?? now }) } as P; // -- as above
}

/**
 * An address that nobody says any more while the account stands under another one, or is gone: whoever turns up under it
 * from now on is somebody else.
 */
export function isFormer(person: Person, email: string, account: Account | undefined, now: number): boolean {
  if (account !== undefined && normaliseEmail(account.email) === email) return false;
  return !isSaid(person.facts, email, now);
}

/** Whether a source says this address of the person, now or for later. */
function isSaid(facts: Facts, email: string, now: number): boolean {
  return Object.values(facts).some(({ email: sayings = [] }) => {
    const held = heldAt(sayings, 'email', now);
    return sayings.some(
      (saying) => (saying === held || saying.from > now) && normaliseEmail(saying.value ?? '') === email,
    );
  });
}
