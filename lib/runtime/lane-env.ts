import * as z from 'zod';

/** Environment of both worker functions; the stack sets exactly these. */
export const LaneEnvSchema = z.object({
  CONFIG_FILE: z.string().min(1),
  SECRET_PREFIX: z.string(),
  LEDGER_TABLE: z.string().min(1),
  EVENT_BUS: z.string().min(1),
  /** Where messages that no retry can mend are kept, with their reason. */
  DEAD_LETTER_QUEUE_URL: z.url(),
  /** How many times as fast as the wall domain time runs; 1 everywhere but on one machine. */
  CLOCK_SPEED: z.coerce.number().min(1).default(1),
  /** Epoch milliseconds at which domain time left the wall; needed when CLOCK_SPEED is above 1. */
  CLOCK_BASE: z.coerce.number().int().positive().optional(),
});
export type LaneEnv = z.infer<typeof LaneEnvSchema>;
