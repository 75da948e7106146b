import type { AppError, ErrorCode } from '../errors.ts';
import { MINUTE, SECOND } from '../time.ts';
import { changeGate } from './gate.ts';
import type { Gate } from './ledger.ts';
import type { Clock, Random, Store, Telemetry } from './ports.ts';

/** What no single person can mend, and from how many in a row on all calls are paused: a refused token needs no second proof. */
const PAUSES_FROM: Partial<Record<ErrorCode, number>> = {
  BITSIGHT_AUTHENTICATION: 1,
  BITSIGHT_SERVER: 5,
  BITSIGHT_UNREACHABLE: 5,
  BITSIGHT_NO_ANSWER: 5,
  BITSIGHT_BLOCKED: 5,
};
const SHORTEST = 30 * SECOND;
const LONGEST = 15 * MINUTE;

interface Circuit {
  /** For whom the call was. */
  pid: string;
  store: Store;
  clock: Clock;
  random: Random;
  telemetry: Telemetry;
}

/** Any answer that is one ends the row. */
export async function endRow({ store }: Circuit, seen: Gate): Promise<void> {
  if (seen.failing === undefined) return;
  await changeGate(store, (gate) => {
    const { failing, ...rest } = gate;
    return failing?.count === seen.failing?.count ? rest : gate;
  });
}

/**
 * Counts a failure: calls that were under way together as one, since they tell the same, and never one person twice
 * running, since a single record that always fails must pause nobody.
 */
export async function countFailure(circuit: Circuit, seen: Gate, { code }: AppError): Promise<void> {
  const from = PAUSES_FROM[code];
  if (from === undefined) return;
  const { store, clock, random, telemetry, pid } = circuit;
  const jitter = 0.5 + random() / 2;
  let opened: number | undefined;
  await changeGate(store, (gate) => {
    opened = undefined;
    if (gate.failing?.count !== seen.failing?.count || (from > 1 && gate.failing?.last === pid)) return gate;
    const count = (gate.failing?.count ?? 0) + 1;
    const counted = { ...gate, failing: { count, last: pid } };
    if (count < from) return counted;
    opened = Math.ceil(clock.now() + Math.min(LONGEST, SHORTEST * 2 ** Math.min(count - from, 10)) * jitter);
    return { ...counted, pausedUntil: Math.max(gate.pausedUntil ?? 0, opened) };
  });
  if (opened === undefined) return;
  telemetry.log('error', 'all calls are paused: Bitsight fails for everybody', { code, wakeAt: opened });
  telemetry.count('CircuitOpened', 1, { code });
}
