import { AppError } from '../../lib/errors.ts';
import { enqueue } from '../../lib/lifecycle/enqueue.ts';
import type { Grant } from '../../lib/lifecycle/event.ts';
import { heldAt } from '../../lib/lifecycle/facts.ts';
import { everybody } from '../../lib/lifecycle/identity.ts';
import { eventsOf, type Statement } from '../../lib/sources/delivery.ts';
import { createHrCall } from '../../lib/sources/hr-client.ts';
import { assignedTo } from '../../lib/sources/okta/assigned.ts';
import { MINUTE } from '../../lib/time.ts';
import { sourceOf } from '../local/sender.ts';
import type { Command } from '../ops/frame/command.ts';
import { writeDecision } from '../ops/frame/decision.ts';
import { table } from '../ops/frame/table.ts';
import type { Target } from '../ops/frame/target.ts';

/** Somebody of whom list and ledger say different things. */
interface Difference {
  employeeId: string;
  email: string;
  access: Grant | null;
}

export const command: Command = {
  summary: 'compares who is assigned to the Okta app with what events told, asks, and tells what none told',
  usage: '<source>',
  help: `For a source of the kind okta with app.grant and fetch. It goes the way of an event: policy, fuse, what is armed.
Of a deployed stack the API token of Okta is asked for, or taken from the first line of a pipe.`,
  async run(target, given) {
    const [source = ''] = given.args;
    const { config, app, fetch: api } = settingsOf(target, source);
    const token = await (target.deployment === undefined
      ? target.secrets.current(api.secret)
      : given.hidden('The API token of Okta'));
    const said = target.clock.now();
    const signal = AbortSignal.timeout(10 * MINUTE);
    const call = createHrCall({
      baseUrl: api.baseUrl,
      fetch: globalThis.fetch,
      clock: target.clock,
      signal,
      who: 'Okta',
    });
    const assigned = await assignedTo(app.id, token, call);
    const differences = await compare(target, source, assigned, app.grant, said);
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

function settingsOf(target: Target, source: string) {
  const config = sourceOf(target.config, source);
  if (config.kind === 'okta' && config.app?.grant && config.fetch)
    return { config, app: { id: config.app.id, grant: config.app.grant }, fetch: config.fetch };
  throw new AppError('ARGUMENT_INVALID', `${source} is no source of the kind okta with app.grant and fetch.`);
}

/** Who should have what the app gives and was not told of, and who was and is not assigned any more. */
async function compare(
  { store }: Target,
  source: string,
  assigned: ReadonlySet<string>,
  grant: Grant,
  now: number,
): Promise<Difference[]> {
  const open = new Set(assigned);
  const gone: Difference[] = [];
  for await (const { facts, emails } of everybody(store)) {
    const { access = [], employeeId = [] } = facts[source] ?? {};
    const given = heldAt(access, 'access', now)?.value;
    const id = employeeId.at(-1)?.value;
    if (typeof given !== 'string' || typeof id !== 'string') continue;
    if (!assigned.has(id)) gone.push({ employeeId: id, email: emails.at(-1) ?? '', access: null });
    else if (given === JSON.stringify(grant)) open.delete(id);
  }
  return [...gone, ...[...open].map((employeeId) => ({ employeeId, email: '', access: grant }))];
}

function statementOf({ employeeId, access }: Difference, said: number): Statement {
  const own = { id: `list-${said}-${employeeId}`, content: JSON.stringify(access) };
  const thin = access !== null && ({ thin: true } as const);
  return { own, kind: 'mover', ...thin, employeeId, access, said, from: said, attributes: {} };
}

function textOf(differences: readonly Difference[]): string {
  return table(differences, [
    { title: 'Okta id', of: ({ employeeId }) => employeeId },
    { title: 'e-mail', of: ({ email }) => email },
    { title: 'what', of: ({ access }) => (access === null ? 'is not assigned any more' : 'is assigned') },
  ]);
}
