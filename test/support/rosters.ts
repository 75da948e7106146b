import { readOffer, type Offer } from '../../lib/roster/offer.ts';
import { takeRoster } from '../../lib/roster/take.ts';
import { createMemoryArchive, type MemoryObjects } from './memory/archive.ts';
import { createMemoryLanes } from './memory/lanes.ts';
import { createMemoryStore } from './memory/store.ts';
import type { Hooks } from './memory/hooks.ts';
import type { TestWorld } from './world.ts';

export const PEOPLE = { kind: 'roster' } as const;
export interface Row {
  id: number | string;
  email?: string;
  department?: string;
  status?: string;
  start?: string;
  end?: string;
}
const HEAD = ['Employee ID', 'E-Mail', 'First name', 'Last name', 'Department', 'Status', 'Hire date', 'Last day'];

/** A roster as a spreadsheet writes it. */
export function rosterOf(rows: readonly Row[], separator = ','): string {
  const lines = rows.map(
    ({ id, email = `person.${id}@example.com`, department = 'Vendor Risk', status = 'Active', start = '', end = '' }) =>
      [id, email, 'Kim', `Number ${id}`, department, status, start, end].join(separator),
  );
  return `${[HEAD.join(separator), ...lines].join('\n')}\n`;
}
export const rows = (count: number, from = 0): Row[] => Array.from({ length: count }, (_, n) => ({ id: from + n }));
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The roster's side of a world: its bucket, and rosters given one after the other. */
export function rosterDesk(world: TestWorld, hooks: Hooks = {}, objects: MemoryObjects = new Map()) {
  const settings = world.config.sources['people'];
  if (settings?.kind !== 'roster') throw new Error('the test configures the source people');
  const deps = {
    store: createMemoryStore({ table: world.table, ...hooks }),
    archive: createMemoryArchive({ objects, ...hooks }),
    lanes: createMemoryLanes({ queues: world.queues, ...hooks }),
    clock: world.clock,
    telemetry: world.telemetry,
    config: world.config,
  };
  const read = (text: string, offer: Partial<Offer> = {}) =>
    readOffer(deps, 'people', settings, { bytes: bytesOf(text), name: 'people.csv', ...offer });
  return {
    deps,
    objects,
    settings,
    read,
    /** Reads and tells; what follows lies in the queues. */
    async give(text: string, offer: Partial<Offer> = {}) {
      const roster = await read(text, offer);
      await takeRoster(deps, roster);
      return roster;
    },
  };
}
