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
  store: Store;
  clock: Clock;
  random: Random;
  telemetry: Telemetry;
}

/** Any answer that is one ends the row, so that one record which always fails pauses nobody as long as others succeed. */
export async function endRow({ store }: Circuit, seen: Gate): Promise<void> {
  if (seen.failing === undefined) return;
  await changeGate(store, (gate) => {
    const { failing, ...rest } = gate;
    return failing === seen.failing ? rest : gate;
  });
}

/** Counts a failure, calls that were under way together as one: all of them tell the same. */
export async function countFailure(circuit: Circuit, seen: Gate, { code }: AppError): Promise<void> {
  const from = PAUSES_FROM[code];
  if (from === undefined) return;
  const { store, clock, random, telemetry } = circuit;
  const jitter = 0.5 + random() / 2;
  let opened: number | undefined;
  await changeGate(store, (gate) => {
    opened = undefined;
    if (gate.failing !== seen.failing) return gate;
    const failing = (gate.failing ?? 0) + 1;
    if (failing < from) return { ...gate, failing };
    opened = Math.ceil(clock.now() + Math.min(LONGEST, SHORTEST * 2 ** Math.min(failing - from, 10)) * jitter);
    return { ...gate, failing, pausedUntil: Math.max(gate.pausedUntil ?? 0, opened) };
  });
  if (opened === undefined) return;
  telemetry.log('error', 'all calls are paused: Bitsight fails for everybody', { code, wakeAt: opened });
  telemetry.count('CircuitOpened', 1, { code });
}
