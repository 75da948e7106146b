import type { Clock } from '../../../lib/lifecycle/ports.ts';
import type { FaultInput } from './faults.ts';
import type { SwitchesInput } from './switches.ts';

export interface CoreOptions {
  /** People at the beginning; 1000. */
  users?: number | undefined;
  seed?: number | undefined;
  /** Company API tokens at the beginning; 2. */
  companyTokens?: number | undefined;
  /** What the API accepts as token; the i-th belongs to the i-th company token, else to the first Admin. */
  tokens?: readonly string[] | undefined;
  /** Directory that keeps population and record; without it nothing outlives the process. */
  data?: string | undefined;
  /** How many times as fast as the wall domain time runs; 1. It left the wall at `base`, epoch milliseconds. */
  speed?: number | undefined;
  base?: number | undefined;
  /** Domain time, instead of `speed` and `base`. */
  clock?: Clock | undefined;
  newGuid?: (() => string) | undefined;
  switches?: SwitchesInput | undefined;
  faults?: readonly FaultInput[] | undefined;
}
