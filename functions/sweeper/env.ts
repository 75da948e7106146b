import * as z from 'zod';

/** Environment of functions/sweeper; the stack sets exactly these. */
export const SweeperEnvSchema = z.object({
  CONFIG_FILE: z.string().min(1),
  EXPORT_BUCKET: z.string().min(1),
  LEDGER_TABLE: z.string().min(1),
  /** Where people on duty are told. */
  PEOPLE_TOPIC: z.string().min(1),
  URGENT_QUEUE_URL: z.url(),
  NORMAL_QUEUE_URL: z.url(),
  CLOCK_SPEED: z.coerce.number().min(1).default(1),
  /** Epoch milliseconds at which domain time left the wall; needed when CLOCK_SPEED is above 1. */
  CLOCK_BASE: z.coerce.number().int().positive().optional(),
});
export type SweeperEnv = z.infer<typeof SweeperEnvSchema>;
