import type { LifecycleEvent } from './event.ts';
import { changePerson, type Identities } from './identity.ts';
import type { OpenEvent, Owed, Person } from './ledger.ts';
import type { HrRecord } from './ports.ts';
import { opened, told, writeFacts } from './record.ts';
import { isAwaiting } from './release.ts';

/**
 * Folds what the HR system of a source answered, as its word of the instant `said`. It may name the address of somebody
 * who is known already: then whatever waits for the answer goes to them first, and leaves where it was.
 */
export async function recordAnswer(
  identities: Identities,
  asked: Person,
  source: string,
  owed: Owed,
  record: HrRecord,
  said: number,
): Promise<void> {
  const { now } = identities;
  const waiting = awaiting(asked, source);
  const words = wordsOf(source, owed, record, said);
  let holder = asked.pid;
  await writeFacts(identities, words[0], (person, subject) => {
    holder = person.pid;
    const knows = { ...told(person, words, subject, now), wakeAt: now }; // whoever is woken for it looks at it
    return holder === asked.pid ? paid(knows, source, owed) : { ...knows, ...opened(knows, waiting) };
  });
  if (holder === asked.pid) return;
  await changePerson(identities.store, asked.pid, (person) => {
    const open = person.open.filter(({ received }) => !waiting.some((gone) => gone.received === received));
    return paid({ ...person, open }, source, owed);
  });
}

/** Open events that the answer of a source is for. */
export function awaiting(person: Person, source: string): OpenEvent[] {
  return person.open.filter((open) => open.source === source && isAwaiting(person, open));
}

/** Nothing is owed any more, unless somebody asked again meanwhile. */
export function paid<P extends Person>(person: P, source: string, { received }: Owed): P {
  const { [source]: debt, ...others } = person.owed ?? {};
  if (debt?.received !== received) return person;
  const { owed: _owed, ...rest } = person;
  return (Object.keys(others).length === 0 ? rest : { ...rest, owed: others }) as P; // -- only `owed` differs
}

/** One that brings the attributes, and one for each change of the employment. */
function wordsOf(
  source: string,
  { employeeId, event, received }: Owed,
  { attributes, employment }: HrRecord,
  said: number,
): [LifecycleEvent, ...LifecycleEvent[]] {
  const word: LifecycleEvent = {
    schema: 1,
    id: event,
    received,
    receivedAt: said,
    source,
    bodyHash: '', // nobody delivered it
    idFrom: 'sender',
    kind: 'mover',
    employeeId,
    said,
    from: said,
    attributes,
  };
  return [
    word,
    ...employment.map(({ value, from }) => ({ ...word, attributes: {}, employment: value, from: Math.max(0, from) })),
  ];
}
