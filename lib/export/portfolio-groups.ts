import type { AccessGroups, CallOptions } from '../bitsight/index.ts';
import { isAppError } from '../errors.ts';
import type { Telemetry } from '../lifecycle/ports.ts';

/**
 * Guids of the groups that see every company: those the API marks `all_companies` and, where it does not say, the
 * default group. Undefined when the groups cannot be read: the review then goes by the name and says so.
 */
export async function readPortfolioGroups(
  groups: AccessGroups,
  telemetry: Pick<Telemetry, 'log'>,
  call?: CallOptions,
): Promise<ReadonlySet<string> | undefined> {
  try {
    const list = await groups.list(call);
    const seeing = list.groups.filter(({ guid, all_companies: all }) =>
      typeof all === 'boolean' ? all : guid === list.default_group,
    );
    return new Set(seeing.map(({ guid }) => guid));
  } catch (error) {
    if (!isAppError(error)) throw error;
    telemetry.log('warn', 'The access control groups could not be read.', { code: error.code });
    return undefined;
  }
}
