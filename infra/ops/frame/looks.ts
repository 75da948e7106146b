import type { BitsightClient, User } from '../../../lib/bitsight/index.ts';
import { isAppError } from '../../../lib/errors.ts';
import type { Calls } from '../../../lib/lifecycle/calls.ts';
import type { Target } from './target.ts';

/** What a search for an account needs of Bitsight: reads only, one call at a time. */
export function looksOf(target: Pick<Target, 'bitsight'>): Pick<Calls, 'get' | 'search' | 'everybody'> {
  const { users } = target.bitsight();
  return {
    get: (guid) => accountAt(users, guid),
    search: (query) => Array.fromAsync(users.list(query)),
    everybody: () => users.listComplete(),
  };
}

/** The account of a guid; undefined: there is none. */
export function accountAt(users: BitsightClient['users'], guid: string): Promise<User | undefined> {
  return users.get(guid).catch((error: unknown) => {
    if (isAppError(error, 'BITSIGHT_NOT_FOUND')) return undefined;
    throw error;
  });
}
