import * as z from 'zod';
import { OUTCOME_DETAIL_TYPE, OUTCOME_SOURCE } from '../../lib/aws/outcomes.ts';
import { OutcomeSchema } from '../../lib/lifecycle/ledger.ts';

/** What a rule on the bus gets; EventBridge adds fields of its own. */
export const OutcomeEventSchema = z.looseObject({
  source: z.literal(OUTCOME_SOURCE),
  'detail-type': z.literal(OUTCOME_DETAIL_TYPE),
  detail: OutcomeSchema,
});

/** docs/outcomes.schema.json. */
export function outcomesSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(OutcomeEventSchema), null, 2)}\n`;
}
