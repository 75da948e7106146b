import * as z from 'zod';
import { parseInstant, startOfDay } from '../time.ts';

/** A text as people typed it: trimmed; empty means that there is none. */
export const textValue = z
  .string()
  .max(1000)
  .nullable()
  .transform((text) => text?.trim() || null);

/** A text, number or flag, as a text. */
export const plainValue = z
  .union([z.string(), z.number(), z.boolean(), z.null()])
  .transform((value) => (value === null ? null : String(value)))
  .pipe(textValue);

/** How systems write "no date" where they need one. */
export const NO_DATE = new Set(['', '0000-00-00', '9999-12-31']);

/** A calendar date, YYYY-MM-DD. Other orders of day and month are refused: they would be guesses. */
export const dateValue = z
  .string()
  .max(40)
  .nullable()
  .transform((text) => (text === null || NO_DATE.has(text.trim()) ? null : text.trim()))
  .refine((date) => date === null || startOfDay(date, 'UTC') !== undefined, 'not a date such as 2026-11-22');

/** An instant in ISO 8601; without a zone it is in the source's. */
export const instantValue = z
  .string()
  .max(40)
  .refine((text) => parseInstant(text, 'UTC') !== undefined, 'not a time such as 2026-11-22T08:30:00Z');

/** How a source numbers its people: text or number, never empty. */
export const employeeIdValue = z
  .union([z.string().max(200), z.int()], 'not a text or number')
  .transform((id) => String(id).trim())
  .refine((id) => id !== '', 'is empty');
