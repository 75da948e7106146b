import { mailHash, retireAlias } from './identity.ts';
import { keys } from './ledger.ts';
import type { Store } from './ports.ts';

/** After a proven change of address: the aliases of the former ones stay, marked, so that a reuse is seen and held. */
export async function retireAliases(
  store: Store,
  mailKey: string,
  former: readonly string[],
  now: number,
): Promise<void> {
  for (const email of former) await retireAlias(store, keys.mail(mailHash(mailKey, email)), now);
}
