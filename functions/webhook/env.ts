import * as z from 'zod';

/** Environment of functions/webhook; the stack sets exactly these. */
export const WebhookEnvSchema = z.object({
  /** Path of the canonical configuration, relative to the bundle or absolute. */
  CONFIG_FILE: z.string().min(1),
  /** Every secret is stored under this prefix followed by its name in the configuration. */
  SECRET_PREFIX: z.string(),
  URGENT_QUEUE_URL: z.url(),
  NORMAL_QUEUE_URL: z.url(),
});
export type WebhookEnv = z.infer<typeof WebhookEnvSchema>;
