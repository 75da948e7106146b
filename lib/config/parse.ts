import type * as z from 'zod';
import { AppError } from '../errors.ts';
import { type Config, ConfigSchema } from './schema.ts';

/**
 * A configuration out of plain data. CONFIG_INVALID names `file` and every wrong setting in one line, without the
 * values, since those may be addresses of people.
 */
export function parseConfig(input: unknown, file: string, schema: z.ZodType<Config> = ConfigSchema): Config {
  const result = schema.safeParse(input);
  if (!result.success) throw invalidConfig(file, result.error.issues.flatMap(problems));
  return result.data;
}

export function invalidConfig(file: string, problems: string[]): AppError {
  return new AppError('CONFIG_INVALID', `${file}: ${problems.join('; ')}.`);
}

/** A setting as it is written: `policy.rules[0].grant.role`. */
export function settingPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}

function problems(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${settingPath([...issue.path, key])}: no such setting, see docs/configuration.md`);
  const chosen = issue.code === 'invalid_union' ? chosenOf(issue) : [];
  if (chosen.length > 0) return chosen.flatMap(problems);
  const where = settingPath(issue.path) || 'the configuration';
  if (issue.code === 'invalid_key') return issue.issues.map((inner) => `${where}: ${inner.message}`);
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined'))
    return [`${where}: is missing, expected ${issue.expected}`];
  const message = issue.code === 'invalid_union' ? (wordsOf(issue) ?? issue.message) : issue.message;
  return [`${where}: ${message.replace(/^Invalid input: /, '')}`];
}

/** Where a value or a list of such values may stand: which values these are. A union with a text of its own keeps it. */
function wordsOf({ message, errors }: z.core.$ZodIssueInvalidUnion): string | undefined {
  if (message !== 'Invalid input') return undefined;
  return errors.flat().find(({ code, path }) => code === 'invalid_value' && path.length === 0)?.message;
}

/** Of several shapes the one that was meant: the one in which something within is wrong, and not the whole. */
function chosenOf({ path, errors }: z.core.$ZodIssueInvalidUnion): z.core.$ZodIssue[] {
  const meant = errors.find((issues) =>
    issues.every((inner) => inner.path.length > 0 || inner.code === 'unrecognized_keys'),
  );
  return (meant ?? []).map((inner) => ({ ...inner, path: [...path, ...inner.path] }));
}
