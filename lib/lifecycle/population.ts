import { changeItem, getItem } from './item.ts';
import { keys, PopulationSchema, type Population } from './ledger.ts';
import type { Store } from './ports.ts';

/** How many people are known to have an account: shares of the fuse are shares of this. Undefined: nobody counted yet. */
export async function knownPeople(store: Pick<Store, 'get'>): Promise<number | undefined> {
  return (await getItem(store, keys.population(), PopulationSchema))?.people;
}

/** A later count stands; a count of before is no news. */
export async function recordPopulation(
  store: Pick<Store, 'get' | 'put'>,
  counted: Pick<Population, 'people' | 'from' | 'at'>,
): Promise<void> {
  await changeItem(store, keys.population(), PopulationSchema, (latest) =>
    latest !== undefined && latest.at > counted.at ? latest : { ...keys.population(), schema: 1 as const, ...counted },
  );
}
