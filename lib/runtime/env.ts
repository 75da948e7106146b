import type * as z from 'zod';
import { AppError } from '../errors.ts';

/**
 * Reads the environment of a function by its schema, once, at the start.
 *
 * @throws AppError ENVIRONMENT_INVALID naming every wrong variable, never a value: values may be secret.
 */
export function parseEnv<S extends z.ZodType>(schema: S, env: Record<string, string | undefined>): z.infer<S> {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const names = new Set(parsed.error.issues.map((issue) => String(issue.path[0] ?? 'environment')));
  throw new AppError('ENVIRONMENT_INVALID', `Wrong or missing: ${[...names].sort().join(', ')}.`);
}
