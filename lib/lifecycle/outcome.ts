import type * as z from 'zod';
import type { OutcomeSchema } from './ledger.ts';

/** What became of one accepted delivery. `done`: proven; `no-op`: nothing to do; `held`: waits for a person; `dead`: can never be done. */
export type Outcome = z.infer<typeof OutcomeSchema>;
