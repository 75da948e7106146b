import * as z from 'zod';

/** Environment of functions/webhook; the stack sets exactly these. */
export const WebhookEnvSchema = z.object({
  /** Path of the canonical configuration, relative to the bundle or absolute. */
  CONFIG_FILE: z.string().min(1),
  /** Every secret is stored under this prefix followed by its name in the configuration. */
  SECRET_PREFIX: z.string(),
  URGENT_QUEUE_URL: z.url(),
  NORMAL_QUEUE_URL: z.url(),
  /** Where deliveries are kept of sources that have `capture`. */
  EXPORT_BUCKET: z.string().min(1).optional(),
  /** How many times as fast as the wall domain time runs; 1 everywhere but on one machine. */
  CLOCK_SPEED: z.coerce.number().min(1).default(1),
  /** Epoch milliseconds at which domain time left the wall; needed when CLOCK_SPEED is above 1. */
  CLOCK_BASE: z.coerce.number().int().positive().optional(),
});
export type WebhookEnv = z.infer<typeof WebhookEnvSchema>;
