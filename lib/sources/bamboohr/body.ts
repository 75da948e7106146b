import * as z from 'zod';
import { dateValue, employeeIdValue, instantValue, textValue } from '../values.ts';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const NEITHER = 'neither a value nor { value }';

/** A field's value stands bare or as `{ value }`: both occur. */
const cell = z
  .union([scalar, z.object({ value: scalar.default(null) }).transform(({ value }) => value)], NEITHER)
  .transform((value) => (value === null ? null : String(value)));
export const TextCellSchema = cell.pipe(textValue);
export const IdCellSchema = cell.pipe(textValue.refine((id) => (id ?? '').length <= 200, 'longer than 200'));
export const DateCellSchema = cell.pipe(dateValue);

const EmployeeSchema = z.object({
  id: employeeIdValue,
  /** The oldest capture has none. */
  action: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['created', 'updated', 'deleted']))
    .default('updated'),
  timestamp: instantValue.optional(),
  changedFields: z.array(z.string()).default([]),
  /** Label or alias → value. Only fields that we know are looked into. */
  fields: z.record(z.string(), z.unknown()).default({}),
});
export type Employee = z.infer<typeof EmployeeSchema>;

/** Field-based webhooks; one delivery may tell of several employees. */
export const FieldBasedSchema = z.object({ employees: z.array(EmployeeSchema).max(1000) });

/** Event-based webhooks; which fields changed is said, but not to what. */
export const EventBasedSchema = z.object({
  type: z.string().max(100),
  timestamp: instantValue.optional(),
  data: z.object({ employeeId: employeeIdValue.optional() }).prefault({}),
});
