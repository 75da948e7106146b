import type { ConfigInput } from '../../lib/config/schema.ts';

const most = { count: null, share: null };
const budget = { hour: most, day: most };

/** No budgets: for tests that are about something else. */
export const WIDE_FUSE = {
  offboardings: budget,
  raises: budget,
  changes: budget,
  creations: budget,
} satisfies ConfigInput['fuse'];
