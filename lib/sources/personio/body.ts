import * as z from 'zod';
import { employeeIdValue, instantValue } from '../values.ts';

const idOf = z.object({ id: employeeIdValue });

/** Webhooks v2: who, never what. How the ids are written is not shown for each type: `person: { id }` or `person_id`. */
export const BodySchema = z.object({
  event_name: z.string().max(200),
  occurred_at: instantValue,
  payload: z.object({ person: idOf.optional(), person_id: employeeIdValue.optional() }),
});
