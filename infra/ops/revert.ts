import { AppError } from '../../lib/errors.ts';
import { readMembers } from '../../lib/lifecycle/batch.ts';
import type { ArmedKind, Grant } from '../../lib/lifecycle/event.ts';
import { approvalEvent } from '../../lib/lifecycle/fuse.ts';
import { readGate } from '../../lib/lifecycle/gate.ts';
import { readPerson } from '../../lib/lifecycle/identity.ts';
import { AccountSchema, type Receipt } from '../../lib/lifecycle/ledger.ts';
import type { Command } from './frame/command.ts';
import { type Decided, tellDecision, writeDecision } from './frame/decision.ts';
import { receiptsOf } from './frame/history.ts';
import { named } from './frame/person.ts';
import { table } from './frame/table.ts';
import type { Target } from './frame/target.ts';

const CANNOT =
  'A deleted account does not come back: a new one is made, with another guid, without the folders it had shared, and it has to be activated anew.';

export const command: Command = {
  summary: 'undoes what a receipt proves, or all that a batch did',
  usage: '<pid>/<receipt number> | <batch>',
  help: `The reverse is a decision over each person, planned and proven like any other change.\n${CANNOT}`,
  async run(target, given) {
    const receipts = await revertedBy(target, given.args[0] ?? '');
    if (receipts.length === 0)
      throw new AppError(
        'ARGUMENT_INVALID',
        'Nothing was done under this name: <pid>/<number> as npm run ops -- events shows it, or a batch.',
      );
    const rows = await Promise.all(
      receipts.map(async (receipt) => ({ receipt, ...(await named(target, receipt.pid)) })),
    );
    const shown = table(rows, [
      { title: 'name', of: ({ name }) => name },
      { title: 'e-mail', of: ({ email }) => email },
      { title: 'was', of: ({ receipt }) => receipt.what },
      { title: 'would be', of: ({ receipt }) => WOULD_BE[receipt.kind] },
    ]);
    const warning = receipts.some(({ kind }) => kind === 'delete') ? `\n\n${CANNOT}` : '';
    await given.confirm(`${shown}${warning}\n\n${rows.length} people, on ${target.name}.`, 'revert');
    for (const receipt of receipts) await revert(target, receipt);
    await writeDecision(target, given, 'revert', { receipts: receipts.map(({ pid, seq }) => `${pid}/${seq}`) });
    const { armed } = await readGate(target.store);
    const planned = [...new Set(receipts.map(({ kind }) => NEEDS[kind]))].filter(
      (kind) => kind !== undefined && !armed[kind],
    );
    const only = planned.map((kind) => ` Only planned until ${kind} are armed: npm run ops -- arm ${kind}.`).join('');
    return {
      text: `${rows.length} people are looked at now.${only}`,
      data: receipts.map(({ pid, seq }) => ({ pid, seq })),
    };
  },
};

/** The kind of change that a reverse is. */
const NEEDS: Record<Receipt['kind'], ArmedKind | undefined> = {
  create: 'leavers',
  update: 'movers',
  restrict: 'movers',
  delete: 'joiners',
  none: undefined,
};
const WOULD_BE: Record<Receipt['kind'], string> = {
  create: 'ended as a leaver',
  update: 'given the access of before',
  restrict: 'given the access of before',
  delete: 'given a new account with the access of before',
  none: 'left alone',
};

/** Receipts of changes: one by its number, or those that answered the approval of a batch. */
async function revertedBy({ store }: Target, name: string): Promise<Receipt[]> {
  const [, pid, seq] = /^([^/]+)\/(\d+)$/.exec(name) ?? [];
  const pids = pid === undefined ? (await readMembers(store, name)).map((member) => member.pid) : [pid];
  const found: Receipt[] = [];
  for (const one of pids) {
    const all = await receiptsOf(store, { pid: one });
    found.push(
      ...all.filter((receipt) =>
        seq === undefined ? receipt.events.includes(approvalEvent(name)) : receipt.seq === Number(seq),
      ),
    );
  }
  return found.filter(({ kind }) => kind !== 'none');
}

async function revert(target: Target, receipt: Receipt): Promise<void> {
  const person = await readPerson(target.store, receipt.pid);
  if (person !== undefined) await tellDecision(target, person, reverseOf(receipt));
}

/** What has to be decided so that the account is again as it was before. */
export function reverseOf({ kind, before }: Receipt): Decided {
  if (kind === 'create' || before === null) return { kind: 'leaver', employment: 'ended' };
  const { roles, group, features, contact } = AccountSchema.partial().parse(before);
  const access: Grant = {
    role: roles?.find((role) => role.startsWith('customer_')) ?? roles?.[0] ?? 'customer_user',
    features: features ?? {},
    ...(typeof group === 'string' && { group }),
    ...(contact !== undefined && { contact }),
  };
  return kind === 'update' ? { kind: 'mover', access } : { kind: 'mover', employment: 'active', access };
}
