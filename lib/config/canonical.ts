import { createHash } from 'node:crypto';
import type { Config } from './schema.ts';

/** The one text of a configuration: defaults filled in, keys sorted, no blanks. What the functions read. */
export function canonicalJson(config: Config): string {
  return JSON.stringify(sorted(config));
}

/** SHA-256 of the canonical JSON, hex; stands in every receipt. */
export function configHash(config: Config): string {
  return createHash('sha256').update(canonicalJson(config)).digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, sorted(inner)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
