import { MINUTE } from '../time.ts';
import type { Calls } from './calls.ts';
import type { GroupLookup } from './plan.ts';
import type { Clock } from './ports.ts';

/** What seldom changes in a tenant: asked of Bitsight, kept for five minutes. */
export interface Tenant {
  /** Access Control Groups by name or guid. */
  groups(calls: Calls): Promise<GroupLookup>;
  /** Guid of the account that our token belongs to; undefined where Bitsight does not say. */
  ownAccount(calls: Calls): Promise<string | undefined>;
}

const KEEP = 5 * MINUTE;

export function createTenant(clock: Clock): Tenant {
  const listed = kept(clock, (calls) => calls.groups());
  const own = kept(clock, (calls) => calls.current());
  return {
    async groups(calls) {
      const { groups } = await listed(calls);
      return (nameOrGuid) => {
        const matching = groups.filter((group) => group.guid === nameOrGuid || sameName(group.name, nameOrGuid));
        return matching.length === 1 ? matching[0]?.guid : undefined;
      };
    },
    ownAccount: async (calls) => (await own(calls))?.guid,
  };
}

/** What is not known is not kept, but asked for again. */
function kept<T>(clock: Clock, read: (calls: Calls) => Promise<T>): (calls: Calls) => Promise<T> {
  let last: { value: T; until: number } | undefined;
  return async (calls) => {
    if (last?.value === undefined || last.until <= clock.now())
      last = { value: await read(calls), until: clock.now() + KEEP };
    return last.value;
  };
}

function sameName(a: string | null | undefined, b: string): boolean {
  return a?.normalize('NFKC').trim().toLowerCase() === b.normalize('NFKC').trim().toLowerCase();
}
