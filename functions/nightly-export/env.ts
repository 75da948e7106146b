import * as z from 'zod';

/** Environment of functions/nightly-export; the stack sets exactly these. */
export const NightlyExportEnvSchema = z.object({
  CONFIG_FILE: z.string().min(1),
  SECRET_PREFIX: z.string(),
  LEDGER_TABLE: z.string().min(1),
  /** Where people on duty are told. */
  PEOPLE_TOPIC: z.string().min(1),
  EXPORT_BUCKET: z.string().min(1),
  CLOCK_SPEED: z.coerce.number().min(1).default(1),
  /** Epoch milliseconds at which domain time left the wall; needed when CLOCK_SPEED is above 1. */
  CLOCK_BASE: z.coerce.number().int().positive().optional(),
});
export type NightlyExportEnv = z.infer<typeof NightlyExportEnvSchema>;
