import { changeGate } from '../../lib/lifecycle/gate.ts';
import { type Command, TEXT } from './frame/command.ts';
import { writeDecision } from './frame/decision.ts';
import { kindFrom } from './frame/kinds.ts';

export const command: Command = {
  summary: 'halts all writes to Bitsight at once, or one kind of them; nothing is lost',
  usage: '[--only <joiners|movers|leavers>]',
  options: { only: TEXT },
  async run(target, given) {
    const { only } = given.options;
    const kind = typeof only === 'string' ? kindFrom(only) : undefined;
    await changeGate(target.store, (gate) =>
      kind === undefined
        ? { ...gate, stopped: true }
        : { ...gate, stoppedOnly: [...new Set([...(gate.stoppedOnly ?? []), kind])] },
    );
    await writeDecision(target, given, kind === undefined ? 'stop' : `stop ${kind}`, {});
    const what = kind === undefined ? 'nothing is changed any more' : `${kind} wait from now on`;
    return { text: `${target.name}: ${what}. npm run ops -- resume goes on.`, data: { stopped: kind ?? 'all' } };
  },
};
