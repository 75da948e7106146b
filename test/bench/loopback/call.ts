import * as z from 'zod';

/** One call that a function made, as it can be made again. */
export const CallSchema = z.object({
  service: z.enum(['sqs', 'dynamodb', 'secrets', 'events', 's3', 'sns', 'bitsight']),
  /** Name of the command; for Bitsight the method. */
  operation: z.string(),
  /** What went to the command as JSON; of objects only key and size, for Bitsight path and body. */
  input: z.record(z.string(), z.unknown()),
});
export type Call = z.infer<typeof CallSchema>;
export type Service = Call['service'];
