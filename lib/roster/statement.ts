import * as z from 'zod';
import { ATTRIBUTES, InstantSchema } from '../lifecycle/event.ts';
import { FIELDS } from './columns.ts';

/** One person as a roster says them; an attribute is left out where the file has no column for it. */
export const EmployeeSchema = z.object({
  employeeId: z.string().optional(),
  attributes: z.partialRecord(z.enum(ATTRIBUTES), z.string().nullable()),
  /** First instant of the first day, where that lies ahead. */
  start: InstantSchema.optional(),
  /** First instant after the last day, where that lies ahead. */
  end: InstantSchema.optional(),
});
export type Employee = z.infer<typeof EmployeeSchema>;

/** What one roster says, whatever its form, columns and date order were. */
export const StatementSchema = z.object({
  schema: z.literal(1),
  columns: z.array(z.enum(FIELDS)),
  /** Who is employed, or is to be. */
  people: z.array(EmployeeSchema),
  /** Hires that were announced, are not any more, and whose day has not come. */
  withdrawn: z.array(EmployeeSchema),
  /** Who is named as gone and is to be told although no roster before had them. */
  ended: z.array(EmployeeSchema),
});
export type RosterStatement = z.infer<typeof StatementSchema>;
