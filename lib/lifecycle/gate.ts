import { AppError } from '../errors.ts';
import { toIso } from '../time.ts';
import { changeItem, getItem } from './item.ts';
import { GateSchema, keys, type Gate } from './ledger.ts';
import type { Store } from './ports.ts';

/** A deployment that nobody armed plans and changes nothing. */
const UNARMED: Gate = {
  ...keys.gate(),
  schema: 1,
  stopped: false,
  armed: { joiners: false, movers: false, leavers: false },
};

export async function readGate(store: Pick<Store, 'get'>): Promise<Gate> {
  return (await getItem(store, keys.gate(), GateSchema)) ?? UNARMED;
}

export async function changeGate(store: Store, change: (gate: Gate) => Gate): Promise<void> {
  await changeItem(store, keys.gate(), GateSchema, (gate) => change(gate ?? UNARMED));
}

/** Every worker sees the pause before its next call. */
export async function pauseUntil(store: Store, until: number): Promise<void> {
  await changeGate(store, (gate) => ({ ...gate, pausedUntil: Math.max(gate.pausedUntil ?? 0, until) }));
}

export function refusePaused(gate: Gate, now: number): void {
  if (gate.pausedUntil === undefined || gate.pausedUntil <= now) return;
  throw new AppError('PAUSED', `All calls wait until ${toIso(gate.pausedUntil)}.`, {
    retryAfterMs: gate.pausedUntil - now,
  });
}
