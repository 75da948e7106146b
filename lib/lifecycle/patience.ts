import type { Config } from '../config/schema.ts';
import { canBeAsked } from '../config/sources.ts';
import { DAY, HOUR } from '../time.ts';
import { hasAddress } from './identity.ts';
import type { OpenEvent, Person } from './ledger.ts';
import type { HeldCode } from './reasons.ts';
import { dueEvents, saysTooLittle, type Ending } from './release.ts';
import { recall } from './withheld.ts';

/** As long as a joiner may be without a work e-mail before somebody is told. */
const PATIENCE = 3 * DAY;

/**
 * The person with a question to the HR system in the place of an end that something is missing for; undefined: nothing is
 * to be asked, or was asked, and somebody should know by now.
 */
export function askForMissing<P extends Person>(
  person: P,
  { code, names = [] }: Ending,
  { sources }: Pick<Config, 'sources'>,
  now: number,
): P | undefined {
  if (code !== ('MISSING' satisfies HeldCode)) return undefined;
  const recalled = recall(person, now);
  if (recalled !== undefined) return recalled;
  const events = dueEvents(person, now);
  const fat = events.find(({ thin, source }) => thin !== true && canBeAsked(sources[source]));
  return fat === undefined ? waitForAddress(person, events, names, now) : asking(person, fat, now);
}

/**
 * A joiner's work e-mail often comes days after the record, and nothing else is missing: it is looked for ever more seldom,
 * the first time after an hour. An event that brings it is asked about at once.
 */
function waitForAddress<P extends Person>(
  person: P,
  events: readonly OpenEvent[],
  names: readonly string[],
  now: number,
): P | undefined {
  const last = events.at(-1);
  if (last === undefined || names.join() !== 'email' || hasAddress(person)) return undefined;
  const areThin = events.every((one) => saysTooLittle(one) && one.source === last.source);
  const age = now - last.at;
  if (!areThin || age >= PATIENCE) return undefined;
  return asking(person, last, Math.min(last.at + PATIENCE, now + Math.max(HOUR, age)));
}

/** From now on the event waits for an answer as one that brought nothing does: it is not asked about a second time. */
function asking<P extends Person>(person: P, event: OpenEvent, at: number): P | undefined {
  const { source, received } = event;
  const employeeId = person.facts[source]?.employeeId?.at(-1)?.value;
  if (!employeeId) return undefined;
  const debt = { employeeId, event: event.event, received, at, failed: 0, unknown: 0 };
  const open = person.open.map((one): OpenEvent => (one === event ? { ...one, thin: true } : one));
  return { ...person, open, owed: { ...person.owed, [source]: debt } };
}
