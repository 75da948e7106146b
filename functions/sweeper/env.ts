import * as z from 'zod';

/** Environment of functions/sweeper; the stack sets exactly these. */
export const SweeperEnvSchema = z.object({
  LEDGER_TABLE: z.string().min(1),
  URGENT_QUEUE_URL: z.url(),
  NORMAL_QUEUE_URL: z.url(),
  CLOCK_SPEED: z.coerce.number().min(1).default(1),
});
export type SweeperEnv = z.infer<typeof SweeperEnvSchema>;
