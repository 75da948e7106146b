import type { Calls } from './calls.ts';
import type { GroupLookup } from './plan.ts';
import type { Clock } from './ports.ts';
import { MINUTE } from '../time.ts';

type Listed = Awaited<ReturnType<Calls['groups']>>['groups'];

/** Access Control Groups by name or guid; the list is small, seldom changes and is kept for five minutes. */
export interface Groups {
  lookup(calls: Calls): Promise<GroupLookup>;
}

const KEEP = 5 * MINUTE;

export function createGroups(clock: Clock): Groups {
  let kept: { groups: Listed; until: number } | undefined;
  return {
    async lookup(calls) {
      if (kept === undefined || kept.until <= clock.now())
        kept = { groups: (await calls.groups()).groups, until: clock.now() + KEEP };
      const { groups } = kept;
      return (nameOrGuid) => {
        const matching = groups.filter((group) => group.guid === nameOrGuid || sameName(group.name, nameOrGuid));
        return matching.length === 1 ? matching[0]?.guid : undefined;
      };
    },
  };
}

function sameName(a: string | null | undefined, b: string): boolean {
  return a?.normalize('NFKC').trim().toLowerCase() === b.normalize('NFKC').trim().toLowerCase();
}
