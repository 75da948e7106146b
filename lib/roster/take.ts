import { once, textBytes } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { enqueue } from '../lifecycle/enqueue.ts';
import type { LifecycleEvent } from '../lifecycle/event.ts';
import { keys, type TakenRoster } from '../lifecycle/ledger.ts';
import { compare, type Difference } from './compare.ts';
import { changeRoster, changeTelling, readItem, readStatement, statementKey, type RosterDeps } from './kept.ts';
import { toIso } from '../time.ts';
import type { Offer, Read } from './offer.ts';

/** Where a file lies that was taken in at this instant. */
export const doneKey = (name: string, now: number): string => `roster/done/${toIso(now)}-${name.replaceAll('/', '-')}`;

/** Keeps a file as it was given. */
export async function keepFile(
  { archive, clock }: RosterDeps,
  { name, bytes }: Pick<Offer, 'name' | 'bytes'>,
): Promise<void> {
  await archive.put(doneKey(name, clock.now()), once(bytes), 'application/octet-stream');
}

/** From here on the roster is told, whoever dies meanwhile: the next run goes on where this one stood. */
export async function takeRoster(deps: RosterDeps, read: Read): Promise<void> {
  const { source, roster, statement } = read;
  await deps.archive.put(statementKey(source, roster.id), textBytes(JSON.stringify(statement)), 'application/json');
  await changeRoster(deps.store, source, (latest) => {
    if (latest?.telling?.id === roster.id) return undefined;
    if (latest?.telling !== undefined || (latest?.taken?.said ?? 0) >= roster.said)
      throw new AppError('STORE_CONFLICT', `Another roster of ${source} was taken meanwhile.`);
    return { ...keys.roster(source), schema: 1, source, ...latest, telling: { ...roster, sent: 0 } };
  });
  await tellToTheEnd(deps, source);
}

/** So many events are sent before it is written down: more need not be repeated. */
const PORTION = 500;

/** Sends what is not sent yet of a roster that was taken. The same events again under the same ids are no news. */
export async function tellToTheEnd(deps: RosterDeps, source: string): Promise<void> {
  const { taken, telling } = (await readItem(deps.store, source)) ?? {};
  if (telling === undefined) return;
  const after = await readStatement(deps, source, telling);
  if (after === undefined) return;
  const before = await readStatement(deps, source, taken);
  const events = eventsOf(source, telling, compare(before, after, telling.said));
  for (let sent = telling.sent; sent < events.length; sent += PORTION) {
    await enqueue(deps.lanes, events.slice(sent, sent + PORTION));
    await changeTelling(deps.store, source, telling.id, (told) => ({ ...told, sent: sent + PORTION }));
  }
  await changeRoster(deps.store, source, (latest) => {
    if (latest?.telling?.id !== telling.id) return undefined; // somebody else came to the end first
    const { telling: told, ...rest } = latest;
    const { sent: _sent, ...roster } = told;
    return { ...rest, taken: roster };
  });
}

/** As the door would make them, but under ids that a repetition finds again. */
export function eventsOf(
  source: string,
  { id, at }: TakenRoster,
  differences: readonly Difference[],
): LifecycleEvent[] {
  const words = differences.flatMap((difference) => difference.words);
  return words.map((word, n) => ({
    schema: 1,
    id: `${source}:${id.slice(0, 32)}:${n}`,
    received: `${id.slice(0, 32)}:${n}`,
    receivedAt: at,
    source,
    bodyHash: id,
    idFrom: 'sender',
    ...word,
  }));
}
