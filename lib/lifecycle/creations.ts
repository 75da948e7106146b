import { AppError } from '../errors.ts';
import { DAY, nextMonth } from '../time.ts';
import { keys, type Person } from './ledger.ts';
import type { Lifecycle } from './reconcile.ts';
import { changeWindows, countIn } from './windows.ts';

/** Bitsight's OpenAPI document calls this many effectively unlimited. */
export const UNLIMITED = 99_999;
/** Share of a limit from which people should hear of it. */
const NEARLY = 0.8;

/**
 * Room for one more account, or CREATION_QUOTA: then the event stays open and is looked at again a day later, or when
 * the next month begins.
 */
export async function reserveCreation(lifecycle: Lifecycle, person: Person): Promise<void> {
  await checkActiveAccounts(lifecycle);
  // the number of the receipt-to-be: a creation that is tried again counts once, that of a rehire anew
  await countThisMonth(lifecycle, `${person.pid}#${person.seq + 1}`);
}

async function checkActiveAccounts({ calls, tenant, clock, telemetry }: Lifecycle): Promise<void> {
  const quota = await tenant.quota(calls);
  const { remaining_active_quota: left, total_active_quota: total } = quota ?? {};
  if (typeof total === 'number' && total > 0 && total < UNLIMITED && typeof left === 'number')
    telemetry.count('CreationQuotaUsedPercent', Math.round((100 * (total - left)) / total), { quota: 'active' });
  if (typeof left === 'number' && left <= 0) throw exhausted(clock.now(), 'No further account may be active.');
}

/** That the month is one of the calendar, in UTC, is our reading; where it is wrong, Bitsight refuses. */
async function countThisMonth({ store, clock, config, telemetry }: Lifecycle, member: string): Promise<void> {
  const limit = config.bitsight.monthlyCreations;
  if (limit === null) return;
  const now = clock.now();
  const { periods } = await changeWindows(store, keys.creations(), (latest) => {
    const counted = countIn(latest, member, { month: limit }, now);
    return 'full' in counted ? latest : counted;
  });
  const members = periods.month?.members ?? [];
  telemetry.count('CreationQuotaUsedPercent', Math.round((100 * members.length) / limit), { quota: 'month' });
  if (!members.includes(member)) throw exhausted(now, `${limit} accounts were made this month.`);
  if (members.length === Math.ceil(NEARLY * limit) && members.at(-1) === member)
    telemetry.log('warn', 'most of the accounts that may be made in a month are made', { count: members.length });
}

function exhausted(now: number, message: string): AppError {
  return new AppError('CREATION_QUOTA', message, { retryAfterMs: Math.min(DAY, nextMonth(now) - now) });
}
