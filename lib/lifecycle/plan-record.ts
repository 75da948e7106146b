import { createHash } from 'node:crypto';
import { RETENTION } from '../retention.ts';
import { DAY, toIso } from '../time.ts';
import { keys, type Account, type Person } from './ledger.ts';
import type { Change } from './plan.ts';
import type { Store } from './ports.ts';

/** What an approval names: the change itself, not the way to it. */
export function planHash({ kind, wanted }: Change, account: Account | undefined): string {
  const features = Object.entries(wanted.features ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const { email, formalName, friendlyName, role, exactRole, group, contact } = wanted;
  const fields = [email, formalName, friendlyName, role, exactRole, group, contact, features];
  const text = JSON.stringify([kind, account?.guid, fields]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** What would be done, for whoever arms this kind of change. */
export async function recordPlan(
  store: Pick<Store, 'put'>,
  { pid }: Pick<Person, 'pid'>,
  plan: Change,
  account: Account | undefined,
  now: number,
): Promise<void> {
  const { kind, wanted, request, why } = plan;
  const item = {
    ...keys.plan(pid, toIso(now).slice(0, 10), planHash(plan, account)),
    schema: 1,
    pid,
    plan: { kind, wanted, request, ...(account !== undefined && { before: account }) },
    why,
    at: now,
    ttl: Math.floor((now + RETENTION.plan.days * DAY) / 1000),
  };
  await store.put(item, 'absent'); // already there: the same plan, said again the same day
}
