import type { Config } from '../config/schema.ts';
import { canBeAsked } from '../config/sources.ts';
import { normaliseEmail } from '../email.ts';
import { isAppError } from '../errors.ts';
import type { Calls } from './calls.ts';
import { decide } from './decide.ts';
import { mailHash } from './identity.ts';
import type { Facts, OpenEvent, Person, Saying } from './ledger.ts';
import { dueEvents } from './release.ts';

/**
 * Whom no rule gives anything, or who has left, and of whom no account was ever known, is nobody's business here: what no
 * rule reads goes, names and addresses first, wherever it can be had again. That it was said, and when, stays: no older
 * word takes its place. Of an address its keyed hash stays
 * (docs/adr/0007-what-is-not-kept-of-whom-nothing-is-to-be-done.md).
 */
export function withhold<P extends Person>(person: P, config: Config, mailKey: string, now: number): P {
  if (!mayWithhold(person, config, now)) return person;
  const read = new Set<string>(['employment', 'employeeId', 'access']);
  for (const { when } of config.policy.rules) for (const name of Object.keys(when)) read.add(name);
  const facts = mapSayings(person.facts, (saying, name) =>
    read.has(name) || saying.value === null ? saying : { ...saying, value: null, withheld: true },
  );
  if (read.has('email'))
    return { ...person, facts, ...(person.withheld && { withheld: { mail: person.withheld.mail } }) };
  const mail = new Set([...(person.withheld?.mail ?? []), ...person.emails.map((email) => mailHash(mailKey, email))]);
  return { ...person, facts, emails: [], withheld: { mail: [...mail] } };
}

function mayWithhold(person: Person, config: Config, now: number): boolean {
  const { guid, posted, left, op, held, tries, open, owed, tickets = [], facts, emails } = person;
  const isKnown = [guid, posted, left, op, held, tries, owed].some((one) => one !== undefined);
  if (isKnown || open.length + tickets.length > 0) return false;
  const guarded = new Set(config.protected.map(normaliseEmail));
  if (emails.some((email) => guarded.has(email))) return false;
  const { desired } = decide(person, config, now);
  const isAskable = (source: string): boolean => canBeAsked(config.sources[source]) && numberOf(facts, source) !== null;
  const isOver =
    (desired.kind === 'as-is' && desired.why === 'NO_RULE') || (desired.kind === 'gone' && desired.why === 'LEFT');
  return isOver && Object.keys(facts).every(isAskable);
}

function mapSayings(facts: Facts, change: (saying: Saying, name: string) => Saying): Facts {
  return Object.fromEntries(
    Object.entries(facts).map(([source, known]) => [
      source,
      Object.fromEntries(
        Object.entries(known).map(([name, sayings]) => [name, sayings.map((one) => change(one, name))]),
      ),
    ]),
  );
}

const numberOf = (facts: Facts, source: string): string | null => facts[source]?.employeeId?.at(-1)?.value ?? null;

/** The person with a question to each HR system whose word is missing and was withheld; undefined: none was, or all were asked. */
export function recall<P extends Person>(person: P, now: number): P | undefined {
  const { facts, withheld, open } = person;
  const asked = Object.entries(facts).flatMap(([source, known]) => {
    const employeeId = numberOf(facts, source);
    const isWithheld = Object.values(known).some((sayings) => sayings?.some((one) => one.withheld === true));
    const isAsked = person.owed?.[source] !== undefined;
    return isWithheld && !isAsked && employeeId !== null ? [{ source, employeeId }] : [];
  });
  if (asked.length === 0 || withheld?.asked === true) return undefined;
  const due = dueEvents(person, now);
  const debts = asked.map(({ source, employeeId }) => {
    const last = due.findLast((one) => one.source === source);
    const event = last?.event ?? facts[source]?.employeeId?.at(-1)?.event ?? person.pid;
    return [source, { employeeId, event, received: last?.received ?? event, at: now, failed: 0, unknown: 0 }] as const;
  });
  const owed = { ...person.owed, ...Object.fromEntries(debts) };
  const waits = (one: OpenEvent): boolean => due.includes(one) && asked.some(({ source }) => source === one.source);
  return {
    ...person,
    open: open.map((one): OpenEvent => (waits(one) ? { ...one, thin: true } : one)),
    owed,
    withheld: { mail: [], ...withheld, asked: true },
    wakeAt: now, // also where nobody waits for the answer
  };
}

/**
 * The person with those addresses of which only the hash was kept and that an account bears: the complete list tells.
 * Undefined: it is too long for this invocation, and that no account bears one is not known.
 */
export async function recognised<P extends Person>(
  { calls, mailKey }: { calls: Pick<Calls, 'everybody'>; mailKey: string },
  person: P,
): Promise<P | undefined> {
  const known = person.emails.map((email) => mailHash(mailKey, email));
  const isKnown = person.withheld?.mail.every((hash) => known.includes(hash)) ?? true;
  if (person.guid !== undefined || person.left !== undefined || isKnown) return person;
  try {
    return recognise(person, addressesByHash(await calls.everybody(), mailKey));
  } catch (error) {
    if (!isAppError(error, 'BITSIGHT_LIST_TOO_LONG')) throw error;
    return undefined;
  }
}

/** Whoever had an account once has left all other addresses: what bears one of them is somebody else's. */
export function recognise<P extends Person>(person: P, borne: ReadonlyMap<string, string>): P {
  if (person.left !== undefined) return person;
  const found = person.withheld?.mail.flatMap((hash) => borne.get(hash) ?? []) ?? [];
  return found.length === 0 ? person : { ...person, emails: [...new Set([...found, ...person.emails])] };
}

export function addressesByHash(accounts: readonly { email: string }[], mailKey: string): Map<string, string> {
  return new Map(accounts.map(({ email }) => [mailHash(mailKey, email), normaliseEmail(email)]));
}
