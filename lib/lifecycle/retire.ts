import { normaliseEmail } from '../email.ts';
import { mailHash, retireAlias } from './identity.ts';
import { keys } from './ledger.ts';
import type { Store } from './ports.ts';

/** After a proven change of address: the aliases of the former ones stay, marked, so that a reuse is seen and held. */
export async function retireOldAliases(
  store: Store,
  mailKey: string,
  emails: readonly string[],
  current: string,
  now: number,
): Promise<void> {
  for (const email of emails.filter((one) => one !== normaliseEmail(current))) {
    await retireAlias(store, keys.mail(mailHash(mailKey, email)), now);
  }
}
