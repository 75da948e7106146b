import * as z from 'zod';
import { employeeIdValue, instantValue, textValue } from '../values.ts';

/** Every event of a delivery; what its type does not concern is not looked into. */
export const BodySchema = z.object({
  data: z.object({ events: z.array(z.looseObject({ eventType: z.string().max(200) })).max(1000) }),
});

const TargetSchema = z.object({
  id: employeeIdValue,
  type: z.string().max(100),
  /** Of a user the login. */
  alternateId: textValue.optional(),
  displayName: textValue.optional(),
});

/** What we read of a System Log event. */
export const EventSchema = z.object({
  uuid: z.string().min(1).max(200),
  published: instantValue,
  eventType: z.string(),
  outcome: z.object({ result: z.string().max(100) }).nullish(),
  target: z.array(TargetSchema).max(1000),
});
export type Event = z.infer<typeof EventSchema>;
