import * as z from 'zod';
import { employeeIdValue, instantValue } from '../values.ts';

/** Webhooks v2: who, never what. Other types than those about people have no employee. */
export const BodySchema = z.object({
  type: z.string().max(200),
  triggeredAt: instantValue,
  data: z.object({ employeeId: employeeIdValue.optional(), tableId: z.string().max(200).optional() }),
});
