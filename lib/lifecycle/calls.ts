import type { CallOptions, ListQuery, User } from '../bitsight/index.ts';
import { AppError, isAppError } from '../errors.ts';
import { SECOND } from '../time.ts';
import { countFailure, endRow } from './circuit.ts';
import { pauseUntil, readGate, refusePaused } from './gate.ts';
import type { UserFields } from './account.ts';
import type { Bitsight, Clock, Invocation, Random, Store, Telemetry } from './ports.ts';

export interface Governed {
  bitsight: Bitsight;
  store: Store;
  clock: Clock;
  invocation: Invocation;
  random: Random;
  telemetry: Telemetry;
  /** For whom these calls are. */
  pid: string;
  /** Deadline of one call, milliseconds of wall time. */
  callTimeoutMs: number;
}

/** A call starts only if it can end, and be written down, before the platform ends this invocation. */
const MARGIN = 5 * SECOND;

/**
 * The way to Bitsight for everything that writes: before each call the gate is read (pause, stop) and the lease
 * measured; a 429, and failures that concern everybody, become a pause in the ledger that all workers see. Waiting is
 * never done here.
 */
export function governedCalls(governed: Governed) {
  const { bitsight, store, clock, invocation, telemetry, callTimeoutMs } = governed;
  const call: CallOptions = { remainingMs: () => invocation.remainingMs() };

  async function through<T>(writes: boolean, send: () => Promise<T>): Promise<T> {
    const gate = await readGate(store);
    refusePaused(gate, clock.now());
    if (writes && gate.stopped) throw new AppError('STOPPED', 'A person stopped all writes.');
    if (invocation.remainingMs() < callTimeoutMs + MARGIN)
      throw new AppError('LEASE_TOO_SHORT', `Only ${Math.round(invocation.remainingMs())} ms are left.`);
    try {
      const answer = await send();
      await note(endRow(governed, gate));
      return answer;
    } catch (error) {
      if (isAppError(error, 'BITSIGHT_RATE_LIMITED'))
        await note(pauseUntil(store, clock.now() + (error.retryAfterMs ?? 60 * SECOND)));
      else if (isAppError(error)) await note(countFailure(governed, gate, error));
      throw error;
    }
  }

  /** What became of a call is never told by a ledger that could not be written afterwards. */
  const note = (written: Promise<void>): Promise<void> =>
    written.catch((error: unknown) => {
      if (!isAppError(error)) throw error;
      telemetry.log('warn', 'the gate was not written', { code: error.code });
    });

  /**
   * For reads that only warn: what Bitsight does not answer is not known, and work goes on. Not knowing whose our token
   * is puts that one account at risk; waiting to know would keep everybody's. What concerns all calls the next one meets.
   */
  const ifKnown = <T>(send: () => Promise<T>): Promise<T | undefined> =>
    through(false, send).catch((error: unknown) => {
      if (isAppError(error) && error.code.startsWith('BITSIGHT_')) return undefined;
      throw error;
    });

  return {
    /** Undefined when Bitsight says that there is no such user. */
    get: (guid: string): Promise<User | undefined> =>
      through(false, async () => {
        try {
          return await bitsight.users.get(guid, call);
        } catch (error) {
          if (isAppError(error, 'BITSIGHT_NOT_FOUND')) return undefined;
          throw error;
        }
      }),
    search: (query: Pick<ListQuery, 'email' | 'email_q' | 'is_company_api_token' | 'roles.slug'>): Promise<User[]> =>
      through(false, () => Array.fromAsync(bitsight.users.list(query, call))),
    /** Everybody, proven complete. */
    everybody: (): Promise<User[]> => through(false, () => bitsight.users.listComplete({}, call)),
    create: (fields: UserFields): Promise<User> =>
      through(true, () => bitsight.users.create(fields as Parameters<typeof bitsight.users.create>[0], call)), // -- the client's own schema refuses what is missing
    update: (guid: string, fields: UserFields): Promise<unknown> =>
      through(true, () => bitsight.users.update(guid, fields, call)),
    remove: (guid: string): Promise<unknown> => through(true, () => bitsight.users.remove(guid, call)),
    groups: () => through(false, () => bitsight.groups.list(call)),
    /** Null where Bitsight has no such path; undefined where it did not say. */
    current: () => ifKnown(async () => (await bitsight.users.current(call)) ?? null),
    quota: () => ifKnown(() => bitsight.users.quota(call)),
  };
}
export type Calls = ReturnType<typeof governedCalls>;
