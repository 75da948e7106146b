import type { Account } from '../../infra/local/bitsight-simulator/account.ts';
import type { Run } from './play.ts';

export const ADMIN = 'customer_admin';

const isAdmin = (account: Account | null): boolean =>
  account !== null &&
  account.roles.includes(ADMIN) &&
  account.status !== 'Deactivated' &&
  !account.is_company_api_token;

/** From the simulator's record: no call of ours ever took away the last active Admin. */
export function adminsLost({ world, admins }: Pick<Run, 'world' | 'admins'>): string[] {
  const standing = new Set(admins);
  const broken: string[] = [];
  for (const { actor, change } of world.core.record.effects) {
    const guid = (change.after ?? change.before)?.guid ?? '';
    const had = standing.has(guid);
    if (isAdmin(change.after)) standing.add(guid);
    else standing.delete(guid);
    if (had && standing.size === 0 && actor === 'api') broken.push('I3: the last Admin was taken away');
  }
  return broken;
}
