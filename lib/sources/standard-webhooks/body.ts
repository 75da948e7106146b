import * as z from 'zod';
import { dateValue, employeeIdValue, instantValue, textValue } from '../values.ts';

/**
 * The body that we publish for whoever can shape their own (docs/sources/standard-webhooks.md). What is left out is not
 * said; null says that there is none; unknown fields are ignored.
 */
const person = z
  .object({
    employeeId: employeeIdValue.nullish(),
    workEmail: textValue.optional(),
    firstName: textValue.optional(),
    lastName: textValue.optional(),
    displayName: textValue.optional(),
    department: textValue.optional(),
    division: textValue.optional(),
    jobTitle: textValue.optional(),
    location: textValue.optional(),
    costCentre: textValue.optional(),
    employmentType: textValue.optional(),
    managerEmail: textValue.optional(),
    startDate: dateValue.optional(),
    terminationDate: dateValue.optional(),
    involuntary: z.boolean().nullish(),
    onLeave: z.boolean().nullish(),
    effectiveDate: dateValue.optional(),
  })
  .refine(({ employeeId, workEmail }) => Boolean(employeeId ?? workEmail), {
    path: ['employeeId'],
    error: 'an employeeId or a workEmail is needed',
  });

export const BodySchema = z.object({
  type: z.enum(['employee.hired', 'employee.changed', 'employee.terminated']),
  timestamp: instantValue,
  data: person,
});
export type Body = z.infer<typeof BodySchema>;
