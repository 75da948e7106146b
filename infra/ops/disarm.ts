import { changeGate } from '../../lib/lifecycle/gate.ts';
import type { Command } from './frame/command.ts';
import { writeDecision } from './frame/decision.ts';
import { kindFrom } from './frame/kinds.ts';

export const command: Command = {
  summary: 'from now on a kind of change is only planned',
  usage: '<joiners|movers|leavers>',
  async run(target, given) {
    const kind = kindFrom(given.args[0]);
    await changeGate(target.store, (gate) => ({ ...gate, armed: { ...gate.armed, [kind]: false } }));
    await writeDecision(target, given, `disarm ${kind}`, {});
    return { text: `${kind} are only planned from now on.`, data: { kind, armed: false } };
  },
};
