import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config } from '../config/schema.ts';
import { AppError } from '../errors.ts';

export interface LoadedConfig {
  config: Config;
  /** SHA-256 of the canonical JSON, hex: stands in every receipt. */
  hash: string;
}

/**
 * Reads the canonical JSON that stands beside the bundle. What wrote it has parsed it, with the same schema; to do so
 * again would take a tenth of a cold start (docs/adr/0008-start-up.md).
 *
 * @param path absolute, or relative to the bundle (on one machine to the working directory).
 * @throws AppError CONFIG_INVALID naming the file.
 */
export function loadConfig(path: string): LoadedConfig {
  const file = resolve(process.env['LAMBDA_TASK_ROOT'] ?? '.', path);
  try {
    const json = readFileSync(file, 'utf8');
    // -- canonicalJson takes nothing but a Config
    return { config: JSON.parse(json) as Config, hash: hash('sha256', json) };
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', `${file} cannot be read as JSON.`, { cause });
  }
}
