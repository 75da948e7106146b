import { changeGate } from '../../lib/lifecycle/gate.ts';
import type { Command } from './frame/command.ts';
import { writeDecision } from './frame/decision.ts';
import { kindFrom } from './frame/kinds.ts';
import { plansTable, waitingPlans } from './frame/plans.ts';

export const command: Command = {
  summary: 'from now on a kind of change is carried out and not only planned',
  usage: '<joiners|movers|leavers>',
  help: 'Shows what waits, asks, and then has it planned anew and carried out, under the fuse.',
  async run(target, given) {
    const { store, lanes, name } = target;
    const kind = kindFrom(given.args[0]);
    const waiting = (await waitingPlans(target)).filter((one) => one.kind === kind);
    const what = waiting.length === 0 ? `No plan of ${kind} waits.` : plansTable(target, waiting);
    await given.confirm(`${what}\n\n${name}: ${kind} will be carried out, ${waiting.length} at once.`, kind);
    await changeGate(store, (gate) => ({ ...gate, armed: { ...gate.armed, [kind]: true } }));
    await writeDecision(target, given, `arm ${kind}`, { plans: waiting.length });
    const lane = kind === 'leavers' ? 'urgent' : 'normal';
    if (waiting.length > 0)
      await lanes.send(
        lane,
        waiting.map(({ pid }) => ({ schema: 1, type: 'wake', pid })),
      );
    return {
      text: `${kind} are armed; ${waiting.length} people are looked at now. What the fuse lets wait, npm run ops -- held shows.`,
      data: { kind, armed: true, waiting },
    };
  },
};
