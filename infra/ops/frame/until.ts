import { AppError } from '../../../lib/errors.ts';
import { endOfDay } from '../../../lib/time.ts';
import type { Target } from './target.ts';

/** `--until <last day>`, of the zone of the night; undefined where it was not given. */
export function untilGiven({ config, clock }: Target, given: string | boolean | undefined): number | undefined {
  if (typeof given !== 'string') return undefined;
  const until = endOfDay(given, config.night.timeZone);
  if (until === undefined || until <= clock.now())
    throw new AppError('ARGUMENT_INVALID', '--until: a day that is not over, such as 2027-01-31.');
  return until;
}
