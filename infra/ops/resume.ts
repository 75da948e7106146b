import { changeGate } from '../../lib/lifecycle/gate.ts';
import type { Command } from './frame/command.ts';
import { writeDecision } from './frame/decision.ts';

export const command: Command = {
  summary: 'ends a stop',
  usage: '',
  async run(target, given) {
    await given.confirm(`Writes to Bitsight begin again on ${target.name}.`, 'resume');
    await changeGate(target.store, (gate) => ({ ...gate, stopped: false, stoppedOnly: [] }));
    await writeDecision(target, given, 'resume', {});
    return { text: `${target.name}: goes on.`, data: { stopped: false } };
  },
};
