import { changeGate } from '../../lib/lifecycle/gate.ts';
import type { Command } from './frame/command.ts';
import { writeDecision } from './frame/decision.ts';

export const command: Command = {
  summary: 'halts all writes to Bitsight at once; nothing is lost',
  usage: '',
  async run(target, given) {
    await changeGate(target.store, (gate) => ({ ...gate, stopped: true }));
    await writeDecision(target, given, 'stop', {});
    return {
      text: `${target.name}: no call that changes anything starts any more. npm run ops -- resume goes on.`,
      data: { stopped: true },
    };
  },
};
