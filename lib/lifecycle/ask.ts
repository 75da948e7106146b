import { AppError, isAppError } from '../errors.ts';
import { MINUTE, SECOND } from '../time.ts';
import { awaiting, paid, recordAnswer } from './answer.ts';
import { changeGate, readGate } from './gate.ts';
import { changePerson, type ReadPerson } from './identity.ts';
import type { Owed } from './ledger.ts';
import type { HrRecord } from './ports.ts';
import type { HeldCode } from './reasons.ts';
import type { Lifecycle, Next } from './reconcile.ts';
import { growingWait, held, released } from './release.ts';

/** Longest time of one look-up, milliseconds. */
const TIMEOUT = 8 * SECOND;
/** What is left of the invocation to write the answer down. */
const MARGIN = 5 * SECOND;

/** For which nobody of a source is asked about after a failure that concerns them all, milliseconds. */
const PAUSE = 30 * SECOND;

/** A new record may not be there at once: looked for again after these, then a person has to decide. Nobody is a leaver because a record is not found. */
const NOT_FOUND_WAITS = [MINUTE, 4 * MINUTE];

/** Asks the HR system of a source what its event did not say. Whatever comes of it, the work on this person goes on. */
export async function askDirectory(
  lifecycle: Lifecycle,
  person: ReadPerson,
  source: string,
  owed: Owed,
): Promise<Next> {
  const { clock, invocation } = lifecycle;
  const pausedUntil = (await readGate(lifecycle.store)).directories?.[source] ?? 0;
  if (pausedUntil > clock.now()) {
    const failed = owed.failed + 1;
    const at = Math.max(pausedUntil, waitAfter(lifecycle, failed));
    return putOff(lifecycle, person.pid, source, { at, failed });
  }
  if (invocation.remainingMs() < TIMEOUT + MARGIN) return 'rest'; // whoever is woken next has more
  const said = clock.now();
  const answer = await find(lifecycle, source, owed.employeeId, said);
  if (answer instanceof AppError) return failed(lifecycle, person, source, owed, answer);
  if (answer === 'no-fetcher') return giveUp(lifecycle, person, source, owed, 'NO_FETCH');
  if (answer === 'not-found') return notFound(lifecycle, person, source, owed);
  const { store, ids, mailKey } = lifecycle;
  await recordAnswer({ store, ids, mailKey, now: clock.now() }, person, source, owed, answer, said);
  return 'lost'; // of what was known before
}

async function find(
  { directory }: Lifecycle,
  source: string,
  employeeId: string,
  said: number,
): Promise<HrRecord | 'not-found' | 'no-fetcher' | AppError> {
  try {
    return await directory.find(source, employeeId, { said, timeoutMs: TIMEOUT });
  } catch (error) {
    if (isAppError(error) && error.traits.again) return error;
    throw error;
  }
}

/**
 * As long as was asked for, else with growing pauses. What concerns everybody of this source, as any failure but a refusal
 * of this one record does, keeps the others from asking for a moment: whoever waits for an answer holds up a lane.
 */
async function failed(
  lifecycle: Lifecycle,
  { pid }: ReadPerson,
  source: string,
  owed: Owed,
  { code, message, retryAfterMs }: AppError,
): Promise<Next> {
  const { store, clock, telemetry } = lifecycle;
  const count = owed.failed + 1;
  const isOfOne = code === 'DIRECTORY_REFUSED' || code === 'DIRECTORY_UNREADABLE';
  const pause = retryAfterMs ?? (isOfOne ? 0 : PAUSE);
  const until = Math.ceil(clock.now() + pause);
  if (pause > 0)
    await changeGate(store, (gate) => ({ ...gate, directories: { ...gate.directories, [source]: until } }));
  const at = retryAfterMs === undefined ? Math.max(until, waitAfter(lifecycle, count)) : until;
  telemetry.log('warn', 'the HR system did not answer', {
    code,
    reason: message,
    source,
    pid,
    attempt: count,
    wakeAt: at,
  });
  // in a row: the alarm goes by the longest one; a system that is busy is none
  if (code !== 'DIRECTORY_RATE_LIMITED') telemetry.count('DirectoryFailed', count);
  return putOff(lifecycle, pid, source, { at, failed: count });
}

function waitAfter({ clock, random }: Lifecycle, failures: number): number {
  return Math.ceil(clock.now() + growingWait(failures, random));
}

async function notFound(lifecycle: Lifecycle, person: ReadPerson, source: string, owed: Owed): Promise<Next> {
  const wait = NOT_FOUND_WAITS[owed.unknown];
  if (wait === undefined) return giveUp(lifecycle, person, source, owed, 'NOT_IN_HR');
  const at = lifecycle.clock.now() + wait;
  return putOff(lifecycle, person.pid, source, { at, failed: 0, unknown: owed.unknown + 1 });
}

async function putOff({ store }: Lifecycle, pid: string, source: string, later: Partial<Owed>): Promise<Next> {
  await changePerson(store, pid, (person) => {
    const debt = person.owed?.[source];
    return debt && { ...person, owed: { ...person.owed, [source]: { ...debt, ...later } } };
  });
  return 'lost';
}

/** What waits for the answer is told that none will come. */
async function giveUp(
  lifecycle: Lifecycle,
  person: ReadPerson,
  source: string,
  owed: Owed,
  code: HeldCode,
): Promise<Next> {
  const { store, config, clock } = lifecycle;
  const rest = paid(person, source, owed);
  const received = awaiting(person, source).map((open) => open.received);
  const next = received.length === 0 ? rest : released(rest, config, received, held(code, source), clock.now());
  return (await store.put(next, person.v)) === undefined ? 'lost' : 'again';
}
