import { AppError } from '../../lib/errors.ts';
import { enqueue } from '../../lib/lifecycle/enqueue.ts';
import { eventsOf } from '../../lib/sources/delivery.ts';
import { listOf, readList, statementOf, unheardOf, type Difference } from '../../lib/sources/okta/unheard.ts';
import { MINUTE } from '../../lib/time.ts';
import { sourceOf } from '../local/sender.ts';
import type { Command } from '../ops/frame/command.ts';
import { writeDecision } from '../ops/frame/decision.ts';
import { table } from '../ops/frame/table.ts';

export const command: Command = {
  summary: 'compares who is assigned to the Okta app with what events told, asks, and tells what none told',
  usage: '<source>',
  help: `For a source of the kind okta with app.grant and fetch. It goes the way of an event: policy, fuse, what is armed.
Of a deployed stack the API token of Okta is asked for, or taken from the first line of a pipe.`,
  async run(target, given) {
    const [source = ''] = given.args;
    const list = listOf(sourceOf(target.config, source));
    if (list === undefined)
      throw new AppError('ARGUMENT_INVALID', `${source} is no source of the kind okta with app.grant and fetch.`);
    const { config, app, api } = list;
    const token = await (target.deployment === undefined
      ? target.secrets.current(api.secret)
      : given.hidden('The API token of Okta'));
    const said = target.clock.now();
    const assigned = await readList({ fetch: globalThis.fetch, clock: target.clock }, list, token, 10 * MINUTE);
    const differences = await unheardOf(target.store, source, assigned, app.grant, said);
    const counts = { assigned: assigned.size, differences: differences.length };
    if (differences.length === 0)
      return { text: `${assigned.size} are assigned, and all of it is known.`, data: counts };
    await given.confirm(textOf(differences), source);
    const delivery = { raw: Buffer.of(), headers: {}, receivedAt: said, source, config, signed: {} };
    const statements = differences.map((one) => statementOf(one, said));
    await enqueue(target.lanes, eventsOf(delivery, statements, target.ids));
    await writeDecision(target, given, 'assigned', { source, ...counts });
    return { text: `${differences.length} people were told of; npm run ops -- held shows what waits.`, data: counts };
  },
};

function textOf(differences: readonly Difference[]): string {
  return table(differences, [
    { title: 'Okta id', of: ({ employeeId }) => employeeId },
    { title: 'e-mail', of: ({ email }) => email },
    { title: 'what', of: ({ access }) => (access === null ? 'is not assigned any more' : 'is assigned') },
  ]);
}
