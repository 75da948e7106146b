import type { AccessGroupList } from '../bitsight/index.ts';
import { MINUTE } from '../time.ts';
import type { Quota } from '../bitsight/index.ts';
import type { Calls } from './calls.ts';
import type { GroupLookup } from './plan.ts';
import type { Clock } from './ports.ts';

/** What seldom changes in a tenant: asked of Bitsight, kept for five minutes. */
export interface Tenant {
  /** Access Control Groups by name or guid. */
  groups(calls: Calls): Promise<GroupLookup>;
  /** Guid of the account that our token belongs to; undefined where Bitsight does not say. */
  ownAccount(calls: Calls): Promise<string | undefined>;
  /** How many accounts may be active; undefined where Bitsight does not say. Asked anew each time unless there is plenty of room. */
  quota(calls: Calls): Promise<Quota | undefined>;
}

const KEEP = 5 * MINUTE;
/** More accounts than all workers together can make while an answer is kept. */
const PLENTY = 1000;

export function createTenant(clock: Clock): Tenant {
  const listed = kept(clock, (calls) => calls.groups());
  const own = kept(clock, (calls) => calls.current());
  const quota = kept(
    clock,
    (calls) => calls.quota(),
    (asked) => (asked?.remaining_active_quota ?? 0) >= PLENTY,
  );
  return {
    groups: async (calls) => groupLookup((await listed(calls)).groups),
    ownAccount: async (calls) => (await own(calls))?.guid,
    quota,
  };
}

/** By guid, or by a name that only one group has. */
export function groupLookup(groups: AccessGroupList['groups']): GroupLookup {
  return (nameOrGuid) => {
    const matching = groups.filter((group) => group.guid === nameOrGuid || sameName(group.name, nameOrGuid));
    return matching.length === 1 ? matching[0]?.guid : undefined;
  };
}

/** What is not known is not kept, but asked for again. */
function kept<T>(
  clock: Clock,
  read: (calls: Calls) => Promise<T>,
  isWorthKeeping = (value: T): boolean => value !== undefined,
): (calls: Calls) => Promise<T> {
  let last: { value: T; until: number } | undefined;
  return async (calls) => {
    if (last !== undefined && last.until > clock.now()) return last.value;
    const value = await read(calls);
    last = isWorthKeeping(value) ? { value, until: clock.now() + KEEP } : undefined;
    return value;
  };
}

function sameName(a: string | null | undefined, b: string): boolean {
  return a?.normalize('NFKC').trim().toLowerCase() === b.normalize('NFKC').trim().toLowerCase();
}
