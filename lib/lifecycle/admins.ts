import { ADMIN } from '../bitsight/index.ts';
import { AppError } from '../errors.ts';
import { accountOf } from './account.ts';
import { changeItem } from './item.ts';
import { AdminsLeaseSchema, keys, type Account, type AdminsLease, type Operation, type Person } from './ledger.ts';
import type { Lifecycle } from './reconcile.ts';

/**
 * Whether an active Admin is left after an operation. One that takes the role from somebody holds a lease while it is
 * under way: of two Admins who leave at once each would still count the other.
 */
export async function keepsAnAdmin(lifecycle: Lifecycle, { pid, op }: Person & { op: Operation }): Promise<boolean> {
  if (!takesAdmin(op)) return true;
  await takeLease(lifecycle, pid, op);
  const users = await lifecycle.calls.search({ 'roles.slug': [ADMIN] });
  return users.some((user) => user.guid !== op.guid && isActiveAdmin(accountOf(user)));
}

function takesAdmin({ kind, before, request, wanted }: Operation): boolean {
  if (before?.roles.includes(ADMIN) !== true) return false;
  return kind === 'delete' || wanted.status === 'Deactivated' || ('roles' in request && wanted.role !== ADMIN);
}

/** The filter of the list is not relied upon, and neither tokens nor the deactivated can make anybody an Admin again. */
function isActiveAdmin({ roles, apiToken, status }: Account): boolean {
  return roles.includes(ADMIN) && !apiToken && status !== 'Deactivated';
}

async function takeLease({ store, invocation, config }: Lifecycle, pid: string, op: Operation): Promise<void> {
  const { timeoutMs, settleMs } = config.bitsight;
  const until = op.until + timeoutMs + settleMs; // the call of a worker that died may still arrive, and be seen later
  await changeItem(store, keys.adminsLease(), AdminsLeaseSchema, (latest) => {
    if (latest !== undefined && latest.operation !== op.id && latest.until > invocation.wallNow())
      throw new AppError('ADMINS_BUSY', `Person ${latest.pid} is an Admin and leaving.`);
    const taken: AdminsLease = { ...latest, ...keys.adminsLease(), schema: 1, pid, operation: op.id, until };
    return taken;
  });
}

/** To be called where an operation has ended; one that never took the lease leaves it alone. */
export async function giveBackAdmins(store: Lifecycle['store'], op: Operation): Promise<void> {
  if (!takesAdmin(op)) return;
  await changeItem(store, keys.adminsLease(), AdminsLeaseSchema, (latest) =>
    latest?.operation === op.id ? { ...latest, until: 0 } : latest,
  );
}
