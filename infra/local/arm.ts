import { changeGate } from '../../lib/lifecycle/gate.ts';
import { keys } from '../../lib/lifecycle/ledger.ts';
import type { Store } from '../../lib/lifecycle/ports.ts';

/**
 * A system that has only the simulator may change everything from the start; what a person set in the gate since then
 * stays. Asked for a plan it changes nothing, whatever was set before.
 */
export async function arm(store: Store, armed: boolean): Promise<void> {
  if (armed && (await store.get(keys.gate())) !== undefined) return;
  await changeGate(store, (gate) => ({ ...gate, armed: { joiners: armed, movers: armed, leavers: armed } }));
}
