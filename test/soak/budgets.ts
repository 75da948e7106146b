import type { Person, Receipt } from '../../lib/lifecycle/ledger.ts';
import { HOUR, MINUTE } from '../../lib/time.ts';
import type { Run } from './play.ts';

/**
 * I3 from the receipts: in no hour were more people offboarded on one source's word than its budget allows. What an
 * approval or a person's own decision stands behind does not count, nor what no event asked for.
 */
export function overBudget({ world, office }: Run, people: readonly Person[], receipts: readonly Receipt[]): string[] {
  const most = world.config.fuse.offboardings.hour.count ?? Infinity;
  const endedBefore = (pid: string, at: number): boolean => {
    const emails = people.find((person) => person.pid === pid)?.emails ?? [];
    const humans = office.humans.filter(({ addresses }) => addresses.some((address) => emails.includes(address)));
    return humans.some(({ decisions }) => decisions.some((one) => one.what === 'end' && one.at <= at));
  };
  const hours = new Map<string, Set<string>>();
  for (const { kind, pid, events, startedAt } of receipts) {
    if (kind !== 'delete' && kind !== 'restrict') continue;
    if (startedAt % HOUR < 2 * MINUTE) continue; // may have been counted in the hour before
    if (endedBefore(pid, startedAt) || events.some((event) => event.startsWith('batch:'))) continue;
    const asked = events.map((event) => event.split(':')[0] ?? '');
    for (const source of asked) {
      const key = `${source} ${Math.floor(startedAt / HOUR)}`;
      hours.set(key, (hours.get(key) ?? new Set()).add(pid));
    }
  }
  const over = [...hours].filter(([, pids]) => pids.size > (most ?? Infinity));
  return over.map(([key, pids]) => `I3: ${pids.size} of ${people.length} people offboarded by ${key}`);
}
