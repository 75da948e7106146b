import { family } from './account.ts';
import type { Account, BeforeLeave, Operation, Person, Wanted } from './ledger.ts';

/**
 * A leave of absence takes away what an account may do and brings it back. What it was is noted with the claim: whoever
 * finds an account restricted already cannot know any more.
 */
export function noteAccess({ beforeLeave }: Person, { guid, roles, group, features, contact }: Account): BeforeLeave {
  if (beforeLeave?.guid === guid) return beforeLeave; // restricted once more: the first note is the true one
  const on = Object.fromEntries(Object.entries(features).filter(([, value]) => value !== false));
  return { guid, roles, group, features: on, contact };
}

export function isForLeave({ kind, why }: Pick<Operation, 'kind' | 'why'>): boolean {
  return kind === 'restrict' && why === 'ON_LEAVE';
}

/** What the account had before a leave, as something to be had again; nothing where no leave took anything from it. */
export function accessBefore({ beforeLeave }: Person, account: Account): Wanted {
  if (beforeLeave?.guid !== account.guid) return {};
  const { group, features, contact } = beforeLeave;
  const role = mainRole(beforeLeave.roles);
  return {
    ...(role !== undefined && { role }),
    ...(group !== null && { group }),
    features,
    ...(contact && { contact }),
  };
}

/** The API takes one role a request: what stood beside it only a person can give back. */
export function rolesToGiveByHand({ beforeLeave }: Person, account: Account): string[] {
  if (beforeLeave?.guid !== account.guid) return [];
  const { roles } = beforeLeave;
  return roles.filter((role) => role !== mainRole(roles) && !account.roles.includes(role));
}

function mainRole(roles: readonly string[]): string | undefined {
  return roles.find((role) => family(role) === 'customer') ?? roles[0];
}
