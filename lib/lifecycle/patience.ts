import { DAY, HOUR } from '../time.ts';
import type { Person } from './ledger.ts';
import type { HeldCode } from './reasons.ts';
import { dueEvents, type Ending } from './release.ts';

/** As long as a joiner may be without a work e-mail before somebody is told. */
const PATIENCE = 3 * DAY;

/**
 * The person with another question to the HR system instead of an end, where nothing but the work e-mail is missing: it
 * often comes days after the record. It is looked for ever more seldom, the first time after an hour, and an event that
 * brings it is asked about at once. Undefined: there is nothing to wait for, or somebody should know by now.
 */
export function waitForAddress<P extends Person>(person: P, { code, names }: Ending, now: number): P | undefined {
  const events = dueEvents(person, now);
  const last = events.at(-1);
  if (code !== ('MISSING' satisfies HeldCode) || names?.join() !== 'email' || last === undefined) return undefined;
  const { source, event, received, at: since } = last;
  const employeeId = person.facts[source]?.employeeId?.at(-1)?.value;
  const areThin = events.every((one) => one.thin === true && one.employment === undefined && one.source === source);
  const age = now - since;
  if (!areThin || !employeeId || person.emails.length > 0 || age >= PATIENCE) return undefined;
  const at = Math.min(since + PATIENCE, now + Math.max(HOUR, age));
  return { ...person, owed: { ...person.owed, [source]: { employeeId, event, received, at, failed: 0, unknown: 0 } } };
}
