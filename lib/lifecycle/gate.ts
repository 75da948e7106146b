import { AppError } from '../errors.ts';
import { toIso } from '../time.ts';
import { readItem } from './identity.ts';
import { GateSchema, keys, type Gate } from './ledger.ts';
import type { Store } from './ports.ts';

/** A deployment that nobody armed plans and changes nothing. */
const UNARMED: Gate = {
  ...keys.gate(),
  schema: 1,
  stopped: false,
  armed: { joiners: false, movers: false, leavers: false },
};

export async function readGate(store: Store): Promise<Gate> {
  return (await readVersionedGate(store)).gate;
}

async function readVersionedGate(store: Store): Promise<{ gate: Gate; read: number | 'absent' }> {
  const stored = await store.get(keys.gate());
  return stored === undefined
    ? { gate: UNARMED, read: 'absent' }
    : { gate: readItem(GateSchema, stored), read: stored.v };
}

/** Writes a change of the gate; others may write it at the same time. */
export async function changeGate(store: Store, change: (gate: Gate) => Gate): Promise<void> {
  for (let race = 0; race < 20; race++) {
    const { gate, read } = await readVersionedGate(store);
    if ((await store.put(change(gate), read)) !== undefined) return;
  }
  throw new AppError('STORE_CONFLICT', 'The gate item was written over 20 times in a row.');
}

/** Every worker sees the pause before its next call. */
export async function pauseUntil(store: Store, until: number): Promise<void> {
  await changeGate(store, (gate) => ({ ...gate, pausedUntil: Math.max(gate.pausedUntil ?? 0, until) }));
}

export function refusePaused(gate: Gate, now: number): void {
  if (gate.pausedUntil === undefined || gate.pausedUntil <= now) return;
  throw new AppError('PAUSED', `Bitsight asked to wait until ${toIso(gate.pausedUntil)}.`, {
    retryAfterMs: gate.pausedUntil - now,
  });
}
